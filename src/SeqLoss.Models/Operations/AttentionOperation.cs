using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>For each sequence and head: y = dropout(P)·V with P = softmax(scale·Q·Kᵀ) over the steps that may be attended to.</summary>
/// <remarks>
/// With dP = mask(∂L/∂y·Vᵀ) and dS = P·(dP − Σ P·dP): ∂L/∂V = dropout(P)ᵀ·∂L/∂y, ∂L/∂Q = scale·dS·K, ∂L/∂K = scale·dSᵀ·Q.
/// A query that may attend to nothing gets zeros, and no gradient.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017, section 3.2.</seealso>
public sealed class AttentionOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private AttentionHeads _query;
    private AttentionHeads _key;
    private AttentionHeads _value;
    private Variable _y = null!;
    private AttentionShape _shape;
    private int[] _lengths = [];
    private int[] _keySequences = [];
    private float _dropoutRate;
    private ulong _dropoutKey;

    // P, [sequences, heads, queries, keys].
    private NumberBuffer _weights;

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
        operation.SetSequences(keyLengths, keySequences);
        operation._dropoutRate = tape.IsTraining ? dropoutRate : 0;
        operation._dropoutKey = operation._dropoutRate > 0 ? tape.NextDropoutKey() : 0;
        operation._weights = tape.TakeScratch(operation.WeightCount);
        operation.ForHeads(ForwardPass);
        return tape.Record(operation, y, query.Source.NeedsGradient || key.Source.NeedsGradient || value.Source.NeedsGradient);
    }

    private long WeightCount => (long)_query.Grid.Rows * _shape.Heads * _key.Grid.Steps;

    /// <inheritdoc/>
    public override void Backward()
    {
        _ = _query.Source.Gradient;
        _ = _key.Source.Gradient;
        _ = _value.Source.Gradient;
        ForHeads(BackwardPass);
        Tape.ReleaseScratch(_weights, WeightCount);
    }

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        for (int pair = firstRow; pair < firstRow + rowCount; pair++)
        {
            int sequence = pair / _shape.Heads;
            int head = pair % _shape.Heads;
            for (int step = 0; step < _query.Grid.Steps; step++)
            {
                int keys = _shape.IsCausal ? Math.Min(_lengths[sequence], step + 1) : _lengths[sequence];
                if (pass == ForwardPass)
                {
                    Forward(sequence, head, step, keys);
                }
                else
                {
                    Backward(sequence, head, step, keys);
                }
            }
        }
    }

    private void SetSequences(ReadOnlySpan<int> keyLengths, ReadOnlySpan<int> keySequences)
    {
        if (_lengths.Length < keyLengths.Length)
        {
            _lengths = new int[keyLengths.Length];
            _keySequences = new int[keyLengths.Length];
        }

        keyLengths.CopyTo(_lengths);
        for (int i = 0; i < keyLengths.Length; i++)
        {
            _keySequences[i] = keySequences.IsEmpty ? i : keySequences[i];
        }
    }

    private void ForHeads(int pass)
        => ForRows(pass, _query.Grid.Count * _shape.Heads, _query.Grid.Steps * _key.Grid.Steps * 8);

    private void Forward(int sequence, int head, int step, int keys)
    {
        Span<float> y = Slice(_y.Values, new AttentionHeads(_y, 0, _query.Grid), sequence, step, head, _shape.ValueSize);
        y.Clear();
        if (keys == 0)
        {
            return;
        }

        ReadOnlySpan<float> query = Slice(_query.Source.Values, _query, sequence, step, head, _shape.HeadSize);
        Span<float> weights = WeightsOf(sequence, head, step)[..keys];
        ReadOnlySpan<float> allKeys = _key.Source.Values;
        for (int k = 0; k < keys; k++)
        {
            weights[k] = TensorPrimitives.Dot(query, Slice(allKeys, _key, _keySequences[sequence], k, head, _shape.HeadSize)) * _shape.Scale;
        }

        TensorPrimitives.Subtract(weights, TensorPrimitives.Max<float>(weights), weights);
        TensorPrimitives.Exp(weights, weights);
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<float>(weights), weights);
        ReadOnlySpan<float> kept = Dropped(weights, sequence, head, step);
        ReadOnlySpan<float> allValues = _value.Source.Values;
        for (int k = 0; k < keys; k++)
        {
            TensorPrimitives.MultiplyAdd(Slice(allValues, _value, _keySequences[sequence], k, head, _shape.ValueSize), kept[k], y, y);
        }
    }

    private void Backward(int sequence, int head, int step, int keys)
    {
        if (keys == 0)
        {
            return;
        }

        Span<float> gradY = Slice(_y.Gradient, new AttentionHeads(_y, 0, _query.Grid), sequence, step, head, _shape.ValueSize);
        ReadOnlySpan<float> weights = WeightsOf(sequence, head, step)[..keys];
        ReadOnlySpan<float> kept = Dropped(weights, sequence, head, step);
        Span<float> gradWeights = WorkerBuffers<float>.OfThread.Get(1, keys);
        ReadOnlySpan<float> allValues = _value.Source.Values;
        Span<float> allGradValues = _value.Source.Gradient;
        for (int k = 0; k < keys; k++)
        {
            gradWeights[k] = TensorPrimitives.Dot(gradY, Slice(allValues, _value, _keySequences[sequence], k, head, _shape.ValueSize));
            Span<float> gradValue = Slice(allGradValues, _value, sequence, k, head, _shape.ValueSize);
            TensorPrimitives.MultiplyAdd(gradY, kept[k], gradValue, gradValue);
        }

        if (_dropoutRate > 0)
        {
            DropoutMask.Apply(gradWeights, gradWeights, _dropoutRate, _dropoutKey, PlaceOf(sequence, head, step));
        }

        // dS, in place of dP.
        TensorPrimitives.Subtract(gradWeights, TensorPrimitives.Dot(weights, gradWeights), gradWeights);
        TensorPrimitives.Multiply(gradWeights, weights, gradWeights);
        TensorPrimitives.Multiply(gradWeights, _shape.Scale, gradWeights);
        ReadOnlySpan<float> query = Slice(_query.Source.Values, _query, sequence, step, head, _shape.HeadSize);
        Span<float> gradQuery = Slice(_query.Source.Gradient, _query, sequence, step, head, _shape.HeadSize);
        ReadOnlySpan<float> allKeys = _key.Source.Values;
        Span<float> allGradKeys = _key.Source.Gradient;
        for (int k = 0; k < keys; k++)
        {
            TensorPrimitives.MultiplyAdd(Slice(allKeys, _key, _keySequences[sequence], k, head, _shape.HeadSize), gradWeights[k], gradQuery, gradQuery);
            Span<float> gradKey = Slice(allGradKeys, _key, sequence, k, head, _shape.HeadSize);
            TensorPrimitives.MultiplyAdd(query, gradWeights[k], gradKey, gradKey);
        }
    }

    /// <summary>dropout(P) in a thread's scratch; P itself where nothing is dropped.</summary>
    private ReadOnlySpan<float> Dropped(ReadOnlySpan<float> weights, int sequence, int head, int step)
    {
        if (_dropoutRate == 0)
        {
            return weights;
        }

        Span<float> kept = WorkerBuffers<float>.OfThread.Get(0, weights.Length);
        DropoutMask.Apply(weights, kept, _dropoutRate, _dropoutKey, PlaceOf(sequence, head, step));
        return kept;
    }

    private int PlaceOf(int sequence, int head, int step)
        => (((sequence * _shape.Heads) + head) * _query.Grid.Steps * _key.Grid.Steps) + (step * _key.Grid.Steps);

    private Span<float> WeightsOf(int sequence, int head, int step)
        => _weights.View<float>(PlaceOf(sequence, head, step), _key.Grid.Steps);

    private static Span<float> Slice(Span<float> values, in AttentionHeads heads, int sequence, int step, int head, int size)
        => values.Slice(StartOf(heads, sequence, step, head, size), size);

    private static ReadOnlySpan<float> Slice(
        ReadOnlySpan<float> values, in AttentionHeads heads, int sequence, int step, int head, int size)
        => values.Slice(StartOf(heads, sequence, step, head, size), size);

    private static int StartOf(in AttentionHeads heads, int sequence, int step, int head, int size)
        => (heads.Grid.RowOf(sequence, step) * heads.Source.Columns) + heads.FirstColumn + (head * size);
}
