using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>For each query q of a sequence: y = Σ_s p_s·m_s with p = softmax_s(v·tanh(q + k_s)) over the sequence's real steps.</summary>
/// <remarks>
/// With e_s = v·tanh(q + k_s), dp_s = ∂L/∂y·m_s and de = p·(dp − Σ p·dp): ∂L/∂m_s = p_s·∂L/∂y, ∂L/∂v = Σ de_s·tanh(q + k_s), and
/// ∂L/∂q and ∂L/∂k_s get de_s·v·(1 − tanh²). The tanh is computed again on the way back. A sequence without steps gives zeros.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1409.0473">Bahdanau, Cho and Bengio, 2015, appendix A.1.2.</seealso>
public sealed class AdditiveAttentionOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private SequenceRows _query;
    private SequenceRows _key;
    private SequenceRows _value;
    private Variable _energy = null!;
    private Variable _y = null!;
    private readonly KeySequences _keys = new();

    // p, [sequences, queries, steps]; on the way back ∂L/∂v of each sequence, [sequences, A].
    private NumberBuffer _weights;
    private NumberBuffer _gradEnergies;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="query">q, A features.</param>
    /// <param name="key">k, A features.</param>
    /// <param name="value">m, in the grid of k.</param>
    /// <param name="energy">v, <c>[1, A]</c>.</param>
    /// <param name="keyLengths">The steps that the queries of each sequence may attend to, in 0..S.</param>
    /// <param name="keySequences">Whose keys the queries of each sequence attend to; empty: its own. Not in training.</param>
    /// <returns>y, in the rows of q, with the features of m.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Variable Apply(
        Tape tape,
        in SequenceRows query,
        in SequenceRows key,
        in SequenceRows value,
        Variable energy,
        ReadOnlySpan<int> keyLengths,
        ReadOnlySpan<int> keySequences = default)
    {
        if (query.Source.Columns != energy.Length || key.Source.Columns != energy.Length || value.Grid != key.Grid
            || keyLengths.Length != query.Grid.Count)
        {
            throw new ArgumentException(
                $"Queries {query.Source} of {query.Grid.Count} sequences, keys {key.Source} of {key.Grid.Count} and "
                + $"{keyLengths.Length} lengths for {energy.Length} energies.",
                nameof(query));
        }

        AdditiveAttentionOperation operation = tape.Rent<AdditiveAttentionOperation>();
        Activation y = tape.Create(query.Grid.Rows, value.Source.Columns);
        (operation._query, operation._key, operation._value, operation._energy, operation._y) = (query, key, value, energy, y);
        operation._keys.Set(query.Grid, key.Grid, keyLengths, keySequences);
        operation._weights = tape.TakeScratch(operation.WeightCount);
        operation.ForSequences(ForwardPass);
        return tape.Record(
            operation, y, query.Source.NeedsGradient || key.Source.NeedsGradient || value.Source.NeedsGradient || energy.NeedsGradient);
    }

    private long WeightCount => (long)_query.Grid.Rows * _key.Grid.Steps;

    private int Size => _energy.Length;

    /// <inheritdoc/>
    public override void Backward()
    {
        _ = _query.Source.Gradient;
        _ = _key.Source.Gradient;
        _ = _value.Source.Gradient;
        long energies = (long)_query.Grid.Count * Size;
        _gradEnergies = Tape.TakeScratch(energies);
        _gradEnergies.Clear(0, energies);
        ForSequences(BackwardPass);
        Tape.AddColumnSums(_gradEnergies, _query.Grid.Count, Size, _energy);
        Tape.ReleaseScratch(_gradEnergies, energies);
        Tape.ReleaseScratch(_weights, WeightCount);
    }

    private void ForSequences(int pass)
        => ForRows(pass, _query.Grid.Count, (int)Math.Min(int.MaxValue, (long)_query.Grid.Steps * _key.Grid.Steps * Size));

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        for (int sequence = firstRow; sequence < firstRow + rowCount; sequence++)
        {
            for (int step = 0; step < _query.Grid.Steps; step++)
            {
                long place = (((long)sequence * _query.Grid.Steps) + step) * _key.Grid.Steps;
                Span<float> weights = _weights.View<float>(place, _keys.LengthOf(sequence));
                if (pass == ForwardPass)
                {
                    Forward(sequence, _query.RowOf(sequence, step), weights);
                }
                else if (weights.Length > 0)
                {
                    Backward(sequence, _query.RowOf(sequence, step), weights);
                }
            }
        }
    }

    private void Forward(int sequence, int queryRow, Span<float> weights)
    {
        Span<float> y = _y.Row(queryRow);
        y.Clear();
        if (weights.Length == 0)
        {
            return;
        }

        ReadOnlySpan<float> query = _query.Source.Row(queryRow);
        Span<float> tanh = WorkerBuffers<float>.OfThread.Get(0, Size);
        for (int s = 0; s < weights.Length; s++)
        {
            TensorPrimitives.Add(query, _key.Source.Row(_key.RowOf(_keys.SequenceOf(sequence), s)), tanh);
            TensorPrimitives.Tanh(tanh, tanh);
            weights[s] = TensorPrimitives.Dot<float>(tanh, _energy.Values);
        }

        TensorPrimitives.Subtract(weights, TensorPrimitives.Max<float>(weights), weights);
        TensorPrimitives.Exp(weights, weights);
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<float>(weights), weights);
        for (int s = 0; s < weights.Length; s++)
        {
            TensorPrimitives.MultiplyAdd(_value.Source.Row(_value.RowOf(_keys.SequenceOf(sequence), s)), weights[s], y, y);
        }
    }

    private void Backward(int sequence, int queryRow, ReadOnlySpan<float> weights)
    {
        ReadOnlySpan<float> gradY = GradientRow(_y, queryRow);
        Span<float> gradScores = WorkerBuffers<float>.OfThread.Get(1, weights.Length);
        for (int s = 0; s < weights.Length; s++)
        {
            int row = _value.RowOf(sequence, s);
            gradScores[s] = TensorPrimitives.Dot(gradY, _value.Source.Row(row));
            Span<float> gradValue = GradientRow(_value.Source, row);
            TensorPrimitives.MultiplyAdd(gradY, weights[s], gradValue, gradValue);
        }

        // de, in place of dp.
        TensorPrimitives.Subtract(gradScores, TensorPrimitives.Dot(weights, gradScores), gradScores);
        TensorPrimitives.Multiply(gradScores, weights, gradScores);
        ReadOnlySpan<float> query = _query.Source.Row(queryRow);
        Span<float> gradQuery = GradientRow(_query.Source, queryRow);
        Span<float> gradEnergy = _gradEnergies.View<float>((long)sequence * Size, Size);
        Span<float> tanh = WorkerBuffers<float>.OfThread.Get(0, Size);
        for (int s = 0; s < weights.Length; s++)
        {
            int row = _key.RowOf(sequence, s);
            TensorPrimitives.Add(query, _key.Source.Row(row), tanh);
            TensorPrimitives.Tanh(tanh, tanh);
            TensorPrimitives.MultiplyAdd(tanh, gradScores[s], gradEnergy, gradEnergy);

            // v·(1 − tanh²) in place of tanh; de is a factor of both that follow.
            TensorPrimitives.Multiply(tanh, tanh, tanh);
            TensorPrimitives.Subtract(1, tanh, tanh);
            TensorPrimitives.Multiply(tanh, _energy.Values, tanh);
            Span<float> gradKey = GradientRow(_key.Source, row);
            TensorPrimitives.MultiplyAdd(tanh, gradScores[s], gradQuery, gradQuery);
            TensorPrimitives.MultiplyAdd(tanh, gradScores[s], gradKey, gradKey);
        }
    }

    private static Span<float> GradientRow(Variable variable, int row)
        => variable.Gradient.Slice(row * variable.Columns, variable.Columns);
}
