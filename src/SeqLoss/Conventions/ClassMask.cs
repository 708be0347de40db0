using System;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>Which classes are there at which position: optax's <c>where</c> of the logits' shape.</summary>
internal sealed class ClassMask
{
    private readonly ScoreView _view;
    private readonly bool[] _keep;

    private ClassMask(ScoreView view, bool[] keep)
    {
        _view = view;
        _keep = keep;
        RowHasClasses = new double[view.ViewedPositions.Count];
        for (long i = 0; i < keep.LongLength; i++)
        {
            if (keep[i])
            {
                RowHasClasses[PositionOf(i)] = 1;
            }
        }
    }

    /// <summary>1 where a position has any class: a mask of positions.</summary>
    public double[] RowHasClasses { get; }

    /// <exception cref="LossInputException">The shape does not broadcast to the scores, or a value is neither 0 nor 1.</exception>
    public static ClassMask Of(SampleWeights where, ScoreView view)
    {
        double[] values = where.Broadcast(view.Shape, "where");
        int bad = Array.FindIndex(values, value => value is not (0 or 1));
        return bad < 0
            ? new(view, Array.ConvertAll(values, value => value == 1))
            : throw new LossInputException($"where holds {Text.Of(values[bad])} at element {bad}: it holds only 0 and 1.");
    }

    /// <summary>Logits, −∞ for the classes that are not there.</summary>
    public Scores Apply(Scores logits)
    {
        double[] masked = new double[_keep.Length];
        TensorCopy.Masked(logits, _keep, double.NegativeInfinity, masked);
        return new ReadOnlyTensorSpan<double>(masked, ScoreView.Lengths(_view.Shape));
    }

    /// <summary>Labels as the core sees them, without mass on the classes that are not there.</summary>
    public Targets Apply(Targets labels)
    {
        double[] masked = new double[_keep.Length];
        TensorCopy.Masked(labels, _keep, masked);
        return new ReadOnlyTensorSpan<double>(masked, ScoreView.Lengths(_view.Viewed));
    }

    /// <summary>The losses of labels whose class is not there: log-sum-exp of the others less the label's own logit.</summary>
    public ConventionLoss WithLabelLogits(ConventionLoss loss, Scores logits, TargetIds labels, ReadOnlySpan<double> logSumExp)
    {
        double[] losses = new double[logSumExp.Length];
        if (loss.Values is { } values)
        {
            values.FlattenTo(losses);
        }
        else
        {
            losses[0] = loss.Value;
        }

        for (int position = 0; position < losses.Length; position++)
        {
            long at = ScoreAt(position, labels[position]);
            if (RowHasClasses[position] != 0 && !_keep[at])
            {
                losses[position] = logSumExp[position] - logits.Read((nint)at);
            }
        }

        double total = TensorPrimitives.Sum<double>(losses);
        bool isNumber = loss.Values is null;
        return loss with
        {
            Value = isNumber ? losses[0] : double.NaN,
            Values = isNumber ? null : Tensor.Create(losses, ScoreView.Lengths(_view.Positions)),
            Sum = loss.Sum with { Sum = total, NegativeLogLikelihood = total },
        };
    }

    private nint Classes => _view.Layout == ScoreLayout.Btv ? _view.Viewed.Length2 : _view.Viewed.Length1;

    private int Inner => _view.Layout == ScoreLayout.Bvt ? (int)_view.Viewed.Length2 : 1;

    private int PositionOf(long score) => (int)((score / (Classes * Inner) * Inner) + (score % Inner));

    private long ScoreAt(int position, long label) => (((position / Inner * Classes) + label) * Inner) + (position % Inner);
}
