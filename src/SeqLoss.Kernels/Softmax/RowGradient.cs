using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>The gradient of one row, whose memory may be that of its scores.</summary>
/// <remarks>
/// While the row is measured its powers are kept here, each block shifted by the maximum known then; at the end each block is
/// scaled to the maximum of the row. Three classes are not on the common formula; what they need is read before it is overwritten.
/// </remarks>
internal readonly ref struct RowGradient<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CrossEntropyTerms _terms;
    private readonly ReadOnlySpan<T> _x;
    private readonly ReadOnlySpan<T> _distribution;
    private readonly Span<T> _gradient;
    private readonly Span<double> _blockMaxima;
    private readonly int _target;
    private readonly double _targetScore;
    private readonly double _masslessScore;

    public RowGradient(CrossEntropyTerms terms, ReadOnlySpan<T> x, ReadOnlySpan<T> distribution, int target, Span<T> gradient)
    {
        _terms = terms;
        _x = x;
        _distribution = distribution;
        _gradient = gradient;
        _target = target;
        if (IsWanted)
        {
            int blocks = (x.Length + RowKernel<TLanes, T>.BlockLength - 1) / RowKernel<TLanes, T>.BlockLength;
            _blockMaxima = WorkerBuffers<double>.OfThread.Get(ScratchSlot.BlockMaxima, blocks);
            _targetScore = target < 0 ? 0 : double.CreateTruncating(x[target]);
            _masslessScore = terms.MasslessClass < 0 ? 0 : double.CreateTruncating(x[terms.MasslessClass]);
        }
    }

    /// <summary>Whether there is a gradient to write.</summary>
    public bool IsWanted => !_gradient.IsEmpty;

    /// <summary>Writes the powers of a block of logits and sums them besides one class.</summary>
    public double KeepPowers(ReadOnlySpan<T> block, int start, in RowTermValues<T> values, int except, double max)
    {
        _blockMaxima[start / RowKernel<TLanes, T>.BlockLength] = max;
        return double.CreateTruncating(
            RowMapReduce<TLanes, T>.ApplyAndSumBeside<Exp<T>>(block, values, except, _gradient.Slice(start, block.Length)));
    }

    /// <summary>Writes the gradient once the row is measured.</summary>
    public void Write(in TokenLoss loss, in RowStatistics row)
    {
        Mass<T> mass = _terms.MassOf(_distribution);
        bool hasMass = _terms.Smooths || !_distribution.IsEmpty;
        switch (_terms.Kind)
        {
            case ScoreKind.Logits:
                ScalePowers(loss, row.Max, mass, hasMass);
                WriteExact(row.ArgMax, row.Max, loss);
                break;
            case ScoreKind.LogProbabilities when hasMass:
                RowMap<TLanes, T>.Apply<LogProbabilityGradient<T>>(_x, mass, Factors(0, loss.MassFactor), _gradient);
                break;
            case ScoreKind.Probabilities when hasMass:
                RowMap<TLanes, T>.Apply<ProbabilityGradient<T>>(_x, mass, Factors(0, loss.MassFactor), _gradient);
                break;
            default:
                _gradient.Clear();
                break;
        }

        WriteExact(_target, _targetScore, loss);
        WriteExact(_terms.MasslessClass, _masslessScore, loss);
    }

    private void ScalePowers(in TokenLoss loss, double max, in Mass<T> mass, bool hasMass)
    {
        for (int i = 0; i < _blockMaxima.Length; i++)
        {
            // Before the first finite logit all powers are 0, whatever they were shifted by.
            double factor = double.IsNegativeInfinity(_blockMaxima[i])
                ? 0
                : loss.SoftmaxFactor * Math.Exp((_blockMaxima[i] - max) * _terms.InverseTemperature);
            int start = i * RowKernel<TLanes, T>.BlockLength;
            Span<T> powers = _gradient.Slice(start, Math.Min(RowKernel<TLanes, T>.BlockLength, _gradient.Length - start));
            if (hasMass)
            {
                RowMap<TLanes, T>.Apply<PowerMassGradient<T>>(
                    powers, mass.Slice(start, powers.Length), Factors(factor, loss.MassFactor), powers);
            }
            else
            {
                RowMap<TLanes, T>.Apply<PowerGradient<T>>(powers, Mass<T>.Uniform(T.Zero), Factors(factor, 0), powers);
            }
        }
    }

    private void WriteExact(int index, double score, in TokenLoss loss)
    {
        if (index >= 0)
        {
            double mass = loss.MassOf(index, _distribution.IsEmpty ? T.Zero : _distribution[index]);
            _gradient[index] = T.CreateTruncating(loss.Gradient(index, score, mass));
        }
    }

    private static RowTermValues<T> Factors(double softmaxFactor, double massFactor)
        => new(T.Zero, T.One, T.CreateTruncating(softmaxFactor), T.CreateTruncating(massFactor));
}
