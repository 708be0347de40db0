using System;

namespace SeqLoss.Planning;

/// <summary>Reduces token losses to values, and upstream gradients to one coefficient per token: the only place that divides.</summary>
/// <remarks>
/// Divisors depend on weights and targets alone, so they are known before a score is read; the gradient is then written once, at
/// its final scale. Tokens are summed in stored order in double, whatever threads computed them.
/// </remarks>
internal sealed class Reducer
{
    private Reduction _reduction;
    private EmptyPolicy _empty;
    private PositionGrid _positions;
    private double[] _divisors = [];
    private double[] _sums = [];
    private int _groupCount;

    /// <summary>The number of values of the reduced loss.</summary>
    public int ValueCount => ValueCountOf(_reduction, _positions);

    /// <summary>The number of values of a reduced loss.</summary>
    public static int ValueCountOf(Reduction reduction, in PositionGrid positions) => reduction switch
    {
        Reduction.None => positions.Count,
        Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero => positions.Sequences.Batch,
        Reduction.PerTimestep or Reduction.PerTimestepNonzero => positions.Sequences.Time,
        _ => 1,
    };

    /// <summary>What a scalar is divided by; NaN for arrays.</summary>
    public double ScalarDivisor => _reduction == Reduction.MeanPerExample ? _positions.Sequences.Batch
        : IsArray(_reduction) ? double.NaN
        : _divisors[0];

    /// <summary>The number of groups whose divisor is 0.</summary>
    public int EmptyGroups => _divisors.AsSpan(0, _groupCount).Count(0.0);

    /// <summary>Whether a reduction gives an array.</summary>
    public static bool IsArray(Reduction reduction) => reduction
        is Reduction.None
        or Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero
        or Reduction.PerTimestep or Reduction.PerTimestepNonzero;

    /// <summary>Finds the divisor of every group.</summary>
    /// <param name="reduction">The reduction.</param>
    /// <param name="empty">The policy for groups whose divisor is 0.</param>
    /// <param name="positions">The positions.</param>
    /// <param name="denominators">D of each position; for <see cref="Reduction.MeanClassWeight"/> W·Σ classWeight·q.</param>
    /// <param name="valid">The count of valid positions.</param>
    /// <exception cref="LossInputException">A group is empty under <see cref="EmptyPolicy.Throw"/>.</exception>
    public void FindDivisors(
        Reduction reduction, EmptyPolicy empty, in PositionGrid positions, ReadOnlySpan<double> denominators, long valid)
    {
        _reduction = reduction;
        _empty = empty;
        _positions = positions;
        _groupCount = GroupsByExample ? positions.Sequences.Batch : GroupsByTimestep ? positions.Sequences.Time : 1;
        if (_divisors.Length < _groupCount)
        {
            _sums = new double[_groupCount];
            _divisors = new double[_groupCount];
        }

        Span<double> divisors = _divisors.AsSpan(0, _groupCount);
        divisors.Clear();
        switch (reduction)
        {
            case Reduction.None or Reduction.Sum or Reduction.PerExampleSum:
                divisors.Fill(1);
                return;
            case Reduction.MeanBatch:
                divisors.Fill(Math.Max(1, positions.Sequences.Batch));
                return;
            case Reduction.MeanElements:
                divisors.Fill(Math.Max(1, positions.Count));
                return;
            case Reduction.MeanValid:
                divisors.Fill(valid);
                break;
            case Reduction.MeanNonzero or Reduction.PerExampleNonzero or Reduction.PerTimestepNonzero:
                for (int i = 0; i < denominators.Length; i++)
                {
                    divisors[GroupOf(i)] += denominators[i] != 0 ? 1 : 0;
                }

                break;
            default:
                for (int i = 0; i < denominators.Length; i++)
                {
                    divisors[GroupOf(i)] += denominators[i];
                }

                break;
        }

        int firstEmpty = divisors.IndexOf(0);
        if (firstEmpty >= 0 && empty == EmptyPolicy.Throw)
        {
            string group = GroupsByExample ? $"sequence b={firstEmpty}" : GroupsByTimestep ? $"time step t={firstEmpty}" : "the batch";
            throw new LossInputException(
                $"the divisor of {group} is 0 under the reduction {_reduction}: leave it out, or choose the policy Zero or NaN.");
        }
    }

    /// <summary>Writes ∂(reduced loss)/∂ℓ of each position: upstream·W/divisor, 0 in empty groups.</summary>
    /// <param name="weights">W of each position.</param>
    /// <param name="upstream">∂L/∂(reduced loss), or empty for ones.</param>
    /// <param name="coefficients">Destination.</param>
    public void WriteCoefficients(ReadOnlySpan<double> weights, ReadOnlySpan<double> upstream, Span<double> coefficients)
    {
        double examples = _reduction == Reduction.MeanPerExample ? _positions.Sequences.Batch : 1;
        for (int i = 0; i < weights.Length; i++)
        {
            int group = GroupOf(i);
            double divisor = _divisors[group] * examples;
            double flow = upstream.IsEmpty ? 1 : upstream[_reduction == Reduction.None ? i : group];
            coefficients[i] = weights[i] == 0 || divisor == 0 || flow == 0 ? 0 : flow * weights[i] / divisor;
        }
    }

    /// <summary>Reduces token losses.</summary>
    /// <param name="weights">W of each position.</param>
    /// <param name="losses">ℓ of each position; not read where W is 0.</param>
    /// <param name="reduced">Destination of <see cref="ValueCount"/> values.</param>
    public void Reduce(ReadOnlySpan<double> weights, ReadOnlySpan<double> losses, Span<double> reduced)
    {
        if (_reduction == Reduction.None)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                reduced[i] = weights[i] == 0 ? 0 : weights[i] * losses[i];
            }

            return;
        }

        Span<double> sums = _sums.AsSpan(0, _groupCount);
        sums.Clear();
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] != 0)
            {
                sums[GroupOf(i)] += weights[i] * losses[i];
            }
        }

        for (int group = 0; group < sums.Length; group++)
        {
            sums[group] = _divisors[group] != 0 ? sums[group] / _divisors[group]
                : _empty == EmptyPolicy.NaN ? double.NaN
                : 0;
        }

        if (_reduction == Reduction.MeanPerExample)
        {
            double total = 0;
            foreach (double value in sums)
            {
                total += value;
            }

            reduced[0] = total / Math.Max(1, sums.Length);
        }
        else
        {
            sums.CopyTo(reduced);
        }
    }

    private bool GroupsByExample => _reduction
        is Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero or Reduction.MeanPerExample;

    private bool GroupsByTimestep => _reduction is Reduction.PerTimestep or Reduction.PerTimestepNonzero;

    private int GroupOf(int position)
        => GroupsByExample ? _positions.Sequences.BatchOf(_positions.TokenOf(position))
        : GroupsByTimestep ? _positions.Sequences.TimeOf(_positions.TokenOf(position))
        : 0;
}
