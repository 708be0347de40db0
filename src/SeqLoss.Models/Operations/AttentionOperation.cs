using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>For each sequence and head: y = dropout(P)·V with P = softmax(scale·Q·Kᵀ) over the steps that may be attended to.</summary>
/// <remarks>
/// With dP = mask(∂L/∂y·Vᵀ) and dS = scale·P·(dP − Σ P·dP): ∂L/∂V = dropout(P)ᵀ·∂L/∂y, ∂L/∂Q = dS·K and ∂L/∂K = dSᵀ·Q.
/// A query that may attend to nothing gets zeros, and no gradient.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017, section 3.2.</seealso>
public sealed class AttentionOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    // Heads are computed side by side, each by one thread.
    [ThreadStatic]
    private static MatrixProduct? _ofThread;

    private AttentionHeads _query;
    private AttentionHeads _key;
    private AttentionHeads _value;
    private Variable _y = null!;
    private AttentionShape _shape;
    private readonly KeySequences _keys = new();
    private float _dropoutRate;
    private ulong _dropoutKey;

    // P, dropout(P) and dS, [sequences, heads, queries, keys]; without dropout the first two are one.
    private NumberBuffer _weights;
    private NumberBuffer _kept;
    private NumberBuffer _gradient;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="query">Q.</param>
    /// <param name="key">K, of as many sequences.</param>
    /// <param name="value">V, in the rows of K.</param>
    /// <param name="shape">Heads, scale and causality.</param>
    /// <param name="keyLengths">The steps that the queries of each sequence may attend to, in 0..keys.</param>
    /// <param name="dropoutRate">The part of P that is dropped in training.</param>
    /// <param name="keySequences">Whose keys the queries of each sequence attend to; empty: its own. Not in training.</param>
    /// <returns>y, the heads side by side in the rows of Q.</returns>
    /// <exception cref="ArgumentException">There is not one length for each sequence of Q, or one is not in 0..keys.</exception>
    public static Variable Apply(
        Tape tape,
        in AttentionHeads query,
        in AttentionHeads key,
        in AttentionHeads value,
        in AttentionShape shape,
        ReadOnlySpan<int> keyLengths,
        float dropoutRate = 0,
        ReadOnlySpan<int> keySequences = default)
    {
        AttentionOperation operation = tape.Rent<AttentionOperation>();
        Activation y = tape.Create(query.Grid.Rows, shape.Heads * shape.ValueSize);
        (operation._query, operation._key, operation._value, operation._y, operation._shape) = (query, key, value, y, shape);
        operation._keys.Set(query.Grid, key.Grid, keyLengths, keySequences);
        operation._dropoutRate = tape.IsTraining ? dropoutRate : 0;
        operation._dropoutKey = operation._dropoutRate > 0 ? tape.NextDropoutKey() : 0;
        operation._weights = tape.TakeScratch(operation.WeightCount);
        operation._kept = operation._dropoutRate > 0 ? tape.TakeScratch(operation.WeightCount) : operation._weights;
        operation.ForHeads(ForwardPass);
        return tape.Record(operation, y, query.Source.NeedsGradient || key.Source.NeedsGradient || value.Source.NeedsGradient);
    }

    private long WeightCount => (long)_query.Grid.Rows * _shape.Heads * _key.Grid.Steps;

    /// <inheritdoc/>
    public override void Backward()
    {
        // Gradients are made before threads write to parts of them.
        _ = _query.Source.Gradient;
        _ = _key.Source.Gradient;
        _ = _value.Source.Gradient;
        _gradient = Tape.TakeScratch(WeightCount);
        ForHeads(BackwardPass);
        Tape.ReleaseScratch(_gradient, WeightCount);
        Tape.ReleaseScratch(_weights, WeightCount);
        if (_dropoutRate > 0)
        {
            Tape.ReleaseScratch(_kept, WeightCount);
        }
    }

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        for (int pair = firstRow; pair < firstRow + rowCount; pair++)
        {
            Head head = new(pair / _shape.Heads, pair % _shape.Heads, _keys.LengthOf(pair / _shape.Heads));
            if (pass == ForwardPass)
            {
                Forward(head);
            }
            else if (head.Keys > 0)
            {
                Backward(head);
            }
        }
    }

    private void ForHeads(int pass)
        => ForRows(pass, _query.Grid.Count * _shape.Heads, _query.Grid.Steps * Math.Max(_key.Grid.Steps, _shape.HeadSize));

    private void Forward(in Head head)
    {
        (int queries, int keys) = (_query.Grid.Steps, _key.Grid.Steps);
        (Matrix y, long stride) = Operand(new AttentionHeads(_y, 0, _query.Grid), head, _y.ValueMemory, _shape.ValueSize, ofKeys: false);
        if (head.Keys == 0)
        {
            for (int step = 0; step < queries; step++)
            {
                y.Elements.View<float>(step * stride, _shape.ValueSize).Clear();
            }

            return;
        }

        (Matrix query, _) = Operand(_query, head, _query.Source.ValueMemory, _shape.HeadSize, ofKeys: false);
        (Matrix key, _) = Operand(_key, head, _key.Source.ValueMemory, _shape.HeadSize, ofKeys: true);
        (Matrix values, _) = Operand(_value, head, _value.Source.ValueMemory, _shape.ValueSize, ofKeys: true);
        long place = PlaceOf(head);
        Multiply(queries, head.Keys, _shape.HeadSize, query, key with { IsTransposed = true }, _weights.From(place), keys, _shape.Scale, 0);
        for (int step = 0; step < queries; step++)
        {
            Span<float> row = _weights.View<float>(place + ((long)step * keys), head.Keys);
            int allowed = _shape.IsCausal ? Math.Min(head.Keys, step + 1) : head.Keys;
            Normalise(row[..allowed]);
            row[allowed..].Clear();
            if (_dropoutRate > 0)
            {
                Drop(row, _kept.View<float>(place + ((long)step * keys), head.Keys), place + ((long)step * keys));
            }
        }

        Multiply(queries, _shape.ValueSize, head.Keys, new Matrix(_kept.From(place), keys), values, y.Elements, stride, 1, 0);
    }

    private void Backward(in Head head)
    {
        (int queries, int keys) = (_query.Grid.Steps, _key.Grid.Steps);
        (int size, int valueSize) = (_shape.HeadSize, _shape.ValueSize);
        long place = PlaceOf(head);
        _ = _y.AddToGradient(out NumberBuffer gradY);
        (Matrix upstream, _) = Operand(new AttentionHeads(_y, 0, _query.Grid), head, gradY, _shape.ValueSize, ofKeys: false);
        (Matrix values, _) = Operand(_value, head, _value.Source.ValueMemory, _shape.ValueSize, ofKeys: true);
        _ = _value.Source.AddToGradient(out NumberBuffer gradient);
        (Matrix gradValues, long valueStride) = Operand(_value, head, gradient, _shape.ValueSize, ofKeys: true);
        Matrix kept = new(_kept.From(place), keys);
        Multiply(head.Keys, valueSize, queries, kept with { IsTransposed = true }, upstream, gradValues.Elements, valueStride, 1, 1);
        Multiply(queries, head.Keys, valueSize, upstream, values with { IsTransposed = true }, _gradient.From(place), keys, 1, 0);
        for (int step = 0; step < queries; step++)
        {
            long first = place + ((long)step * keys);
            Span<float> gradWeights = _gradient.View<float>(first, head.Keys);
            ReadOnlySpan<float> weights = _weights.View<float>(first, head.Keys);
            if (_dropoutRate > 0)
            {
                Drop(gradWeights, gradWeights, first);
            }

            TensorPrimitives.Subtract(gradWeights, TensorPrimitives.Dot(weights, gradWeights), gradWeights);
            TensorPrimitives.Multiply(gradWeights, weights, gradWeights);
        }

        Matrix gradScores = new(_gradient.From(place), keys);
        (Matrix query, _) = Operand(_query, head, _query.Source.ValueMemory, _shape.HeadSize, ofKeys: false);
        (Matrix key, _) = Operand(_key, head, _key.Source.ValueMemory, _shape.HeadSize, ofKeys: true);
        _ = _query.Source.AddToGradient(out gradient);
        (Matrix gradQuery, long queryStride) = Operand(_query, head, gradient, _shape.HeadSize, ofKeys: false);
        Multiply(queries, size, head.Keys, gradScores, key, gradQuery.Elements, queryStride, _shape.Scale, 1);
        _ = _key.Source.AddToGradient(out gradient);
        (Matrix gradKey, long keyStride) = Operand(_key, head, gradient, _shape.HeadSize, ofKeys: true);
        Multiply(
            head.Keys, size, queries, gradScores with { IsTransposed = true }, query, gradKey.Elements, keyStride, _shape.Scale, 1);
    }

    private static void Normalise(Span<float> scores)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.Exp(scores, scores);
        TensorPrimitives.Divide(scores, TensorPrimitives.Sum<float>(scores), scores);
    }

    private void Drop(ReadOnlySpan<float> source, Span<float> destination, long place)
        => DropoutMask.Apply(source, destination, _dropoutRate, _dropoutKey, (int)place);

    private static void Multiply(
        int rows, int columns, int depth, Matrix left, Matrix right, NumberBuffer result, long stride, float alpha, float beta)
        => (_ofThread ??= new MatrixProduct(ProductLibrary.Managed)).Run(
            new ProductTask
            {
                Rows = rows,
                Columns = columns,
                Depth = depth,
                Left = left,
                Right = right,
                Result = result,
                ResultStride = stride,
                Alpha = alpha,
                Beta = beta,
                IsPart = true,
            },
            threads: 1);

    private long PlaceOf(in Head head)
        => ((head.Sequence * (long)_shape.Heads) + head.Index) * _query.Grid.Steps * _key.Grid.Steps;

    /// <summary>One head of one sequence as a matrix of its steps, in the values or the gradient of where it lies.</summary>
    private (Matrix Matrix, long Stride) Operand(in AttentionHeads heads, in Head head, NumberBuffer memory, int size, bool ofKeys)
    {
        int row = heads.Grid.RowOf(ofKeys ? _keys.SequenceOf(head.Sequence) : head.Sequence, 0);
        long stride = (long)heads.Grid.StepStride * heads.Source.Columns;
        NumberBuffer first = memory.From(((long)row * heads.Source.Columns) + heads.FirstColumn + (head.Index * size));
        return (new Matrix(first, stride), stride);
    }

    /// <summary>One head of one sequence, and the keys that its queries may attend to.</summary>
    private readonly record struct Head(int Sequence, int Index, int Keys);
}
