namespace SeqLoss.Cli.Loss;

/// <summary>What a command line asks for, read and checked as far as that goes without opening a file.</summary>
internal sealed record LossRequest
{
    internal required string Scores { get; init; }

    internal required string Targets { get; init; }

    internal LossKind Kind { get; init; }

    internal ScoreForm ScoresAre { get; init; }

    /// <summary>The layout as it is spelled: its letters are the axes.</summary>
    internal required string Layout { get; init; }

    internal string? Lengths { get; init; }

    internal string? Mask { get; init; }

    internal string? Weights { get; init; }

    internal string? ExampleWeights { get; init; }

    internal long? IgnoreIndex { get; init; }

    internal bool IgnoreZeroRows { get; init; }

    internal string? ClassWeights { get; init; }

    internal double? LabelSmoothing { get; init; }

    internal SmoothingKind Smoothing { get; init; }

    internal int? PadIndex { get; init; }

    internal double? ZLoss { get; init; }

    internal double? SoftCap { get; init; }

    internal double? Temperature { get; init; }

    internal double? Delta { get; init; }

    internal FeatureReduction? FeatureReduction { get; init; }

    internal Reduction Reduction { get; init; }

    internal EmptyPolicy Empty { get; init; }

    internal int? Threads { get; init; }

    internal string? Output { get; init; }

    internal string? PerToken { get; init; }

    internal string? Gradient { get; init; }

    internal string? Upstream { get; init; }

    internal string? Vocabulary { get; init; }

    internal bool Json { get; init; }

    internal bool IsRegression => Kind != LossKind.CrossEntropy;

    /// <summary>The options of cross-entropy as the library takes them.</summary>
    /// <param name="classWeights">What the file of class weights holds.</param>
    internal CrossEntropyOptions ToCrossEntropyOptions(ClassWeights? classWeights) => new()
    {
        Layout = LossChoices.ScoreLayouts.Parse("--layout", Layout),
        Reduction = Reduction,
        Empty = Empty,
        LabelSmoothing = LabelSmoothing ?? 0,
        Smoothing = Smoothing,
        PadIndex = PadIndex,
        ClassWeights = classWeights,
        ZLoss = ZLoss ?? 0,
        SoftCap = SoftCap,
        Temperature = Temperature ?? 1,
        Threads = Threads,
    };
}
