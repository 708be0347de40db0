using System;

namespace SeqLoss.Tests.Reference;

/// <summary>What the scores of a case are.</summary>
internal enum Door
{
    Logits,
    LogProbs,
    Probabilities,
}

/// <summary>A cross-entropy in canonical order <c>[B, T, V]</c>: data and options, nothing computed.</summary>
internal sealed record CrossEntropyCase
{
    public required int Batch { get; init; }

    public required int Time { get; init; }

    public required int Classes { get; init; }

    public Door Door { get; init; }

    /// <summary><c>[B, T, V]</c>.</summary>
    public required double[] Scores { get; init; }

    /// <summary><c>[B, T]</c>, or <see langword="null"/> where there is a distribution.</summary>
    public long[]? Ids { get; init; }

    /// <summary><c>[B, T, V]</c>, or <see langword="null"/> where there are ids.</summary>
    public double[]? Distribution { get; init; }

    public Weighting Weighting { get; init; } = Weighting.None;

    public double LabelSmoothing { get; init; }

    public SmoothingKind Smoothing { get; init; }

    public int? PadIndex { get; init; }

    public double[]? ClassWeights { get; init; }

    public double ZLoss { get; init; }

    public double? SoftCap { get; init; }

    public double Temperature { get; init; } = 1;

    public ProbabilityClip? Clip { get; init; }

    public bool SubtractsTargetEntropy { get; init; }

    public int Tokens => Batch * Time;

    /// <summary>The case with scores and distributions as a storage holds them.</summary>
    public CrossEntropyCase StoredAs(Storage storage) => this with
    {
        Scores = Array.ConvertAll(Scores, value => ScoreArray.Round(storage, value)),
        Distribution = Distribution is null ? null : Array.ConvertAll(Distribution, value => ScoreArray.Round(storage, value)),
    };

    public CrossEntropyOptions Options(
        Arrangement arrangement, Reduction reduction, EmptyPolicy empty = EmptyPolicy.Zero, int? threads = null)
        => new()
        {
            Layout = arrangement.ScoreLayout,
            Reduction = reduction,
            Empty = empty,
            LabelSmoothing = LabelSmoothing,
            Smoothing = Smoothing,
            PadIndex = PadIndex,
            ClassWeights = ClassWeights is null ? null : SeqLoss.ClassWeights.From(ClassWeights),
            ZLoss = ZLoss,
            SoftCap = SoftCap,
            Temperature = Temperature,
            Clip = Clip,
            SubtractTargetEntropy = SubtractsTargetEntropy,
            Threads = threads,
        };

    public Arrangement Arrange(AxisOrder order) => new(order, Batch, Time, Classes);

    /// <summary>A range of the sequences.</summary>
    public CrossEntropyCase Slice(int first, int count)
    {
        int start = first * Time, end = (first + count) * Time;
        return this with
        {
            Batch = count,
            Scores = Scores[(start * Classes)..(end * Classes)],
            Ids = Ids?[start..end],
            Distribution = Distribution?[(start * Classes)..(end * Classes)],
            Weighting = Weighting.Slice(first, count, Time),
        };
    }

    /// <summary>The case with every class moved to another place.</summary>
    public CrossEntropyCase PermuteClasses(int[] newPlace)
    {
        double[] Move(double[] values)
        {
            double[] moved = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                moved[(i / Classes * Classes) + newPlace[i % Classes]] = values[i];
            }

            return moved;
        }

        return this with
        {
            Scores = Move(Scores),
            Ids = Ids is null ? null : Array.ConvertAll(Ids, id => id >= 0 && id < Classes ? newPlace[id] : id),
            Distribution = Distribution is null ? null : Move(Distribution),
            ClassWeights = ClassWeights is null ? null : Move(ClassWeights),
            PadIndex = PadIndex is { } pad ? newPlace[pad] : null,
            Weighting = Weighting.IgnoredId is { } id && id >= 0 && id < Classes
                ? Weighting with { IgnoredId = newPlace[id] }
                : Weighting,
        };
    }

    public override string ToString()
        => $"[{Batch}, {Time}, {Classes}] {Door}, {(Ids is null ? "distribution" : "ids")}, weighting {Weighting}, "
        + $"smoothing {Smoothing} {LabelSmoothing} pad {PadIndex}, class weights {ClassWeights?.Length ?? 0}, "
        + $"z {ZLoss}, cap {SoftCap}, temperature {Temperature}, "
        + $"subtracts entropy {SubtractsTargetEntropy}, {Clip}";
}
