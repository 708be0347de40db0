using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Gates;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Operations;

/// <content>The passes over the rows of one step, on any thread.</content>
public sealed partial class RecurrenceOperation
{
    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        switch (LaneWidth.OfProcessor)
        {
            case LaneWidth.Bits512:
                RunRows<Vector512Lanes<float>>(pass, firstRow, rowCount);
                break;
            case LaneWidth.Bits256:
                RunRows<Vector256Lanes<float>>(pass, firstRow, rowCount);
                break;
            case LaneWidth.Bits128:
                RunRows<Vector128Lanes<float>>(pass, firstRow, rowCount);
                break;
            default:
                RunRows<ScalarLanes<float>>(pass, firstRow, rowCount);
                break;
        }
    }

    private void RunRows<TLanes>(int pass, int firstRow, int rowCount)
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (int row = firstRow; row < firstRow + rowCount; row++)
        {
            bool isReal = _lengthCount == 0 || _step < _lengths[row];
            if (pass == ForwardPass)
            {
                Forward<TLanes>(row, isReal);
            }
            else
            {
                Backward<TLanes>(row, isReal);
            }
        }
    }

    private void Forward<TLanes>(int row, bool isReal)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = Size;
        int order = StepAt(_step); // It is its own inverse.
        Span<float> h = RowOf(RowsOf(_states.ValueMemory, _step, size), row, size);
        ReadOnlySpan<float> previous = RowOf(StateBefore(order), row, size);
        Span<float> cell = IsLstm ? RowOf(RowsOf(_cells, _step, size), row, size) : default;
        ReadOnlySpan<float> previousCell = IsLstm ? RowOf(CellBefore(order), row, size) : default;
        if (!isReal)
        {
            previous.CopyTo(h);
            previousCell.CopyTo(cell);
            return;
        }

        Span<float> a = RowOf(RowsOf(_a, _step, Width), row, Width);
        switch (_weights.Kind)
        {
            case CellKind.Rnn:
                RnnGates.Forward<TLanes>(a, h);
                break;
            case CellKind.Gru:
                GruGates.Forward<TLanes>(a, RowOf(RowsOf(_u, _step, Width), row, Width), previous, h);
                break;
            default:
                LstmGates.Forward<TLanes>(a, previousCell, cell, h);
                break;
        }
    }

    private void Backward<TLanes>(int row, bool isReal)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = Size;
        int order = StepAt(_step); // It is its own inverse.
        Span<float> a = RowOf(RowsOf(_a, _step, Width), row, Width);
        Span<float> u = RowOf(RowsOf(_u, _step, Width), row, Width);
        _ = _states.AddToGradient(out NumberBuffer gradStates);
        ReadOnlySpan<float> gradH = RowOf(RowsOf(gradStates, _step, size), row, size);
        Span<float> gradPrevious = _gradPrevious.IsNull ? default : RowOf(_gradPrevious, row, size);
        if (!isReal)
        {
            a.Clear();
            u.Clear();
            if (!gradPrevious.IsEmpty)
            {
                TensorPrimitives.Add(gradPrevious, gradH, gradPrevious);
            }

            return;
        }

        switch (_weights.Kind)
        {
            case CellKind.Rnn:
                RnnGates.Backward<TLanes>(RowOf(RowsOf(_states.ValueMemory, _step, size), row, size), gradH, a);
                break;
            case CellKind.Gru:
                GruGates.Backward<TLanes>(a, u, RowOf(StateBefore(order), row, size), gradH, gradPrevious);
                break;
            default:
                LstmGates.Backward<TLanes>(
                    a,
                    RowOf(CellBefore(order), row, size),
                    RowOf(RowsOf(_cells, _step, size), row, size),
                    gradH,
                    RowOf(_gradCell, row, size));
                break;
        }
    }

    private static Span<float> RowOf(NumberBuffer rows, int row, int columns) => rows.View<float>((long)row * columns, columns);
}
