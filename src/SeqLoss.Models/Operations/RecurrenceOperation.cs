using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>h_t = cell(W·x_t + b, U·h_{t−1} + d) over all steps of sequences, in one direction.</summary>
/// <remarks>
/// <para>
/// A step beyond a sequence's length keeps its state; read backwards, a sequence begins with its last real step. W·x + b is one product
/// for all steps, then each step is one product and one pass over rows.
/// </para>
/// <para>
/// Back through time, each step gives the gradients ∂L/∂a of W·x + b and ∂L/∂u of U·h⁻ + d (one and the same but for the GRU), and
/// ∂L/∂h⁻ += ∂L/∂u·U. Those of the weights are one product over all steps at the end: ∂L/∂W = ∂L/∂aᵀ·x, ∂L/∂U = ∂L/∂uᵀ·h⁻, and
/// ∂L/∂x = ∂L/∂a·W.
/// </para>
/// </remarks>
public sealed partial class RecurrenceOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private Variable _x = null!;
    private CellWeights _weights = null!;
    private RecurrentState _initial;
    private Activation _states = null!;
    private Activation? _finalState;
    private Activation? _finalCell;
    private bool _isReverse;
    private int _count;
    private int _steps;
    private int[] _lengths = [];
    private int _lengthCount;

    // a, then the gates, then ∂L/∂a; u, then ∂L/∂u: of all steps, [T·B, g·H]. One memory but for the GRU, where u counts apart from a.
    private NumberBuffer _a;
    private NumberBuffer _u;

    // c of all steps, [T·B, H]; ∂L/∂c of the step, [B, H]; zeros for a state that is not given, [B, H].
    private NumberBuffer _cells;
    private NumberBuffer _gradCell;
    private NumberBuffer _zeros;

    // The step that is being computed, and where ∂L/∂h of the step before is added to; none where nobody asks for it.
    private int _step;
    private NumberBuffer _gradPrevious;

    private int Size => _weights.HiddenSize;

    private int Width => _weights.Hidden.Rows;

    private int Rows => _x.Rows;

    private bool IsGru => _weights.Kind == CellKind.Gru;

    private bool IsLstm => _weights.Kind == CellKind.Lstm;

    /// <summary>Reads sequences.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The features of each step, <c>[T·B, in]</c>, time-major.</param>
    /// <param name="weights">The cell.</param>
    /// <param name="count">B.</param>
    /// <param name="lengths">The real steps of each sequence, in 0..T; empty where all steps are.</param>
    /// <param name="initial">The states before the first step; none for zeros.</param>
    /// <param name="isReverse">Whether the last step is read first.</param>
    /// <returns>All states, and the last.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static RecurrentSteps Apply(
        Tape tape,
        Variable x,
        CellWeights weights,
        int count,
        ReadOnlySpan<int> lengths,
        RecurrentState initial = default,
        bool isReverse = false)
    {
        Check(x, weights, count, lengths, initial);
        RecurrenceOperation operation = tape.Rent<RecurrenceOperation>();
        (operation._x, operation._weights, operation._initial, operation._isReverse) = (x, weights, initial, isReverse);
        (operation._count, operation._steps, operation._lengthCount) = (count, x.Rows / count, lengths.Length);
        if (operation._lengths.Length < lengths.Length)
        {
            operation._lengths = new int[lengths.Length];
        }

        lengths.CopyTo(operation._lengths);
        operation.TakeMemory();
        operation.Forward();
        return operation.Record();
    }

    private static void Check(Variable x, CellWeights weights, int count, ReadOnlySpan<int> lengths, RecurrentState initial)
    {
        int size = weights.HiddenSize;
        int width = CellWeights.GateCount(weights.Kind) * size;
        if (x.Columns != weights.Input.Columns || weights.Input.Rows != width || weights.Hidden.Rows != width
            || weights.InputBias.Length != width || weights.HiddenBias.Length != width)
        {
            throw new ArgumentException($"{x} features for the weights {weights}.", nameof(x));
        }

        if (x.Rows == 0 || x.Rows % count != 0 || (lengths.Length != 0 && lengths.Length != count))
        {
            throw new ArgumentException($"{x.Rows} rows and {lengths.Length} lengths for {count} sequences.", nameof(count));
        }

        if ((initial.Hidden ?? initial.Cell) is { } state && (state.Rows != count || state.Columns != size))
        {
            throw new ArgumentException($"A state of {state} for {count} sequences of {size} units.", nameof(initial));
        }
    }

    private void TakeMemory()
    {
        _states = Tape.Create(Rows, Size);
        _finalState = _steps > 1 ? Tape.Create(_count, Size) : null;
        _finalCell = IsLstm ? Tape.Create(_count, Size) : null;
        _a = Tape.TakeScratch((long)Rows * Width);
        _u = IsGru ? Tape.TakeScratch((long)Rows * Width) : _a;
        _cells = IsLstm ? Tape.TakeScratch((long)Rows * Size) : default;
        _zeros = default;
        if (_initial.Hidden is null || (IsLstm && _initial.Cell is null))
        {
            _zeros = Tape.TakeScratch((long)_count * Size);
            _zeros.Clear(0, (long)_count * Size);
        }
    }

    private void Forward()
    {
        MultiplyInputs();
        long packedLength = Tape.PackedLength(Size, Width);
        NumberBuffer packed = _steps > 1 ? Tape.TakeScratch(packedLength) : default;
        RightMatrix hidden = _steps > 1
            ? Tape.Pack(_weights.Hidden.Transposed, Size, Width, packed)
            : _weights.Hidden.Transposed;
        for (int i = 0; i < _steps; i++)
        {
            _step = StepAt(i);
            bool isFirst = i == 0 && _initial.Hidden is null;
            if (!isFirst || IsGru)
            {
                Tape.Multiply(new ProductTask
                {
                    Rows = _count,
                    Columns = Width,
                    Depth = Size,
                    Alpha = isFirst ? 0 : 1,
                    Left = new Matrix(StateBefore(i), Size),
                    Right = hidden,
                    Result = RowsOf(_u, _step, Width),
                    ResultStride = Width,
                    Beta = IsGru ? 0 : 1,
                    Bias = IsGru ? _weights.HiddenBias.ValueMemory : default,
                });
            }

            ForRows(ForwardPass, _count, ValuesPerRow);
        }

        if (_steps > 1)
        {
            Tape.ReleaseScratch(packed, packedLength);
        }
    }

    /// <summary>a = W·x + b, and d already where U·h⁻ is added to it.</summary>
    private void MultiplyInputs()
    {
        NumberBuffer bias = _weights.InputBias.ValueMemory;
        NumberBuffer sum = default;
        if (!IsGru)
        {
            bias = sum = Tape.TakeScratch(Width);
            TensorPrimitives.Add(_weights.InputBias.Values, _weights.HiddenBias.Values, sum.View<float>(0, Width));
        }

        Tape.Multiply(new ProductTask
        {
            Rows = Rows,
            Columns = Width,
            Depth = _x.Columns,
            Left = _x.Matrix,
            Right = _weights.Input.Transposed,
            Result = _a,
            ResultStride = Width,
            Bias = bias,
        });
        if (!IsGru)
        {
            Tape.ReleaseScratch(sum, Width);
        }
    }

    private RecurrentSteps Record()
    {
        bool needsGradient = _x.NeedsGradient || _weights.Input.NeedsGradient || _weights.Hidden.NeedsGradient
            || _initial.Hidden is { NeedsGradient: true } || _initial.Cell is { NeedsGradient: true };
        int last = StepAt(_steps - 1) * _count;
        if (_finalState is not null)
        {
            _states.Values.Slice(last * Size, _finalState.Length).CopyTo(_finalState.Values);
        }

        if (_finalCell is not null)
        {
            RowsOf(_cells, StepAt(_steps - 1), Size).View<float>(0, _finalCell.Length).CopyTo(_finalCell.Values);
        }

        Tape.Record(this, needsGradient, _states, _finalState, _finalCell);
        return new RecurrentSteps(_states, new RecurrentState(_finalState ?? _states, _finalCell));
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        BeginBackward();
        long packedLength = Tape.PackedLength(Width, Size);
        NumberBuffer packed = _steps > 1 ? Tape.TakeScratch(packedLength) : default;
        RightMatrix hidden = _steps > 1 ? Tape.Pack(_weights.Hidden.Matrix, Width, Size, packed) : _weights.Hidden.Matrix;
        for (int i = _steps - 1; i >= 0; i--)
        {
            _step = StepAt(i);
            _gradPrevious = GradientBefore(i);
            ForRows(BackwardPass, _count, ValuesPerRow);
            if (!_gradPrevious.IsNull)
            {
                Tape.Multiply(new ProductTask
                {
                    Rows = _count,
                    Columns = Size,
                    Depth = Width,
                    Left = new Matrix(RowsOf(_u, _step, Width), Width),
                    Right = hidden,
                    Result = _gradPrevious,
                    ResultStride = Size,
                    Beta = 1,
                });
            }
        }

        if (_steps > 1)
        {
            Tape.ReleaseScratch(packed, packedLength);
        }

        if (_initial.Cell is { NeedsGradient: true } cell)
        {
            TensorPrimitives.Add(cell.Gradient, _gradCell.View<float>(0, cell.Length), cell.Gradient);
        }

        AddWeightGradients();
        ReleaseMemory();
    }

    /// <summary>The gradients of the final states join those of the last step.</summary>
    private void BeginBackward()
    {
        int last = StepAt(_steps - 1) * _count * Size;
        Span<float> gradLast = _states.Gradient.Slice(last, _count * Size);
        if (_finalState is { HasGradient: true })
        {
            TensorPrimitives.Add(gradLast, _finalState.Gradient, gradLast);
        }

        if (_finalCell is null)
        {
            return;
        }

        _gradCell = Tape.TakeScratch(_finalCell.Length);
        Span<float> gradCell = _gradCell.View<float>(0, _finalCell.Length);
        gradCell.Clear();
        if (_finalCell.HasGradient)
        {
            _finalCell.Gradient.CopyTo(gradCell);
        }
    }

    private void AddWeightGradients()
    {
        long roundedLength = Tape.RoundedLength(Rows, Width);
        NumberBuffer roundedA = Tape.TakeScratch(roundedLength), roundedU = IsGru ? Tape.TakeScratch(roundedLength) : roundedA;
        Matrix a = Tape.Round(new Matrix(_a, Width), Rows, Width, roundedA);
        Matrix u = IsGru ? Tape.Round(new Matrix(_u, Width), Rows, Width, roundedU) : a;
        AddProduct(a, Rows, _x.Matrix, _weights.Input);
        Tape.AddColumnSums(_a, Rows, Width, _weights.InputBias);
        Tape.AddColumnSums(_u, Rows, Width, _weights.HiddenBias);

        // All steps but the first, each with the state before it.
        int others = Rows - _count;
        Matrix gradients = _isReverse ? u : u.From(_count, 0);
        NumberBuffer states = _isReverse ? RowsOf(_states.ValueMemory, 1, Size) : _states.ValueMemory;
        AddProduct(gradients, others, new Matrix(states, Size), _weights.Hidden);
        if (_initial.Hidden is { } initial)
        {
            AddProduct(u.From(StepAt(0) * _count, 0), _count, initial.Matrix, _weights.Hidden);
        }

        if (_x.NeedsGradient)
        {
            float beta = _x.AddToGradient(out NumberBuffer gradient);
            Tape.Multiply(new ProductTask
            {
                Rows = Rows,
                Columns = _x.Columns,
                Depth = Width,
                Left = a,
                Right = _weights.Input.Matrix,
                Result = gradient,
                ResultStride = _x.Columns,
                Beta = beta,
            });
        }

        Tape.ReleaseScratch(roundedA, roundedLength);
        if (IsGru)
        {
            Tape.ReleaseScratch(roundedU, roundedLength);
        }
    }

    /// <summary>∂L/∂weight += gradientsᵀ·inputs.</summary>
    private void AddProduct(Matrix gradients, int rows, Matrix inputs, Variable weight)
    {
        if (rows == 0 || !weight.NeedsGradient)
        {
            return;
        }

        float beta = weight.AddToGradient(out NumberBuffer gradient);
        Tape.Multiply(new ProductTask
        {
            Rows = weight.Rows,
            Columns = weight.Columns,
            Depth = rows,
            Left = gradients with { IsTransposed = true },
            Right = inputs,
            Result = gradient,
            ResultStride = weight.Columns,
            Beta = beta,
        });
    }

    private void ReleaseMemory()
    {
        Tape.ReleaseScratch(_a, (long)Rows * Width);
        if (IsGru)
        {
            Tape.ReleaseScratch(_u, (long)Rows * Width);
        }

        if (IsLstm)
        {
            Tape.ReleaseScratch(_cells, (long)Rows * Size);
            Tape.ReleaseScratch(_gradCell, (long)_count * Size);
        }

        if (!_zeros.IsNull)
        {
            Tape.ReleaseScratch(_zeros, (long)_count * Size);
        }
    }

    private int ValuesPerRow => 4 * Width;

    /// <summary>The i-th step that is read.</summary>
    private int StepAt(int i) => _isReverse ? _steps - 1 - i : i;

    private NumberBuffer StateBefore(int i)
        => i > 0 ? RowsOf(_states.ValueMemory, StepAt(i - 1), Size) : _initial.Hidden?.ValueMemory ?? _zeros;

    private NumberBuffer CellBefore(int i)
        => i > 0 ? RowsOf(_cells, StepAt(i - 1), Size) : _initial.Cell?.ValueMemory ?? _zeros;

    /// <summary>Where ∂L/∂h before the i-th step is added to.</summary>
    private NumberBuffer GradientBefore(int i)
    {
        if (i > 0)
        {
            _ = _states.AddToGradient(out NumberBuffer gradient);
            return RowsOf(gradient, StepAt(i - 1), Size);
        }

        if (_initial.Hidden is not { NeedsGradient: true } initial)
        {
            return default;
        }

        _ = initial.Gradient;
        _ = initial.AddToGradient(out NumberBuffer gradInitial);
        return gradInitial;
    }

    /// <summary>The rows of a step in memory of [T·B, columns].</summary>
    private NumberBuffer RowsOf(NumberBuffer memory, int step, int columns) => memory.From((long)step * _count * columns);
}
