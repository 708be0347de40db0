using System.Collections.Generic;

namespace SeqLoss.Cli.Frameworks;

/// <summary>What a command line with <c>--as</c> asks for, checked as far as that goes without opening a file.</summary>
internal sealed record FrameworkRequest
{
    internal required FrameworkLoss Loss { get; init; }

    internal required string Scores { get; init; }

    internal required string Targets { get; init; }

    internal string? Weights { get; init; }

    internal string? Mask { get; init; }

    internal string? ClassWeights { get; init; }

    internal string? Lengths { get; init; }

    internal ScoreForm ScoresAre { get; init; }

    internal ScoreLayout Layout { get; init; }

    /// <summary>The arguments that <c>--set</c> gives, as they are written.</summary>
    internal required IReadOnlyList<string> Settings { get; init; }

    /// <summary>Their values.</summary>
    internal required IReadOnlyDictionary<Argument, object?> Values { get; init; }

    internal string? Output { get; init; }

    internal string? Gradient { get; init; }

    internal string? Upstream { get; init; }

    internal string? LogProbs { get; init; }

    internal bool Json { get; init; }

    /// <summary>The file of an array; <see langword="null"/> if there is none.</summary>
    internal string? PathOf(FrameworkFile file) => file switch
    {
        FrameworkFile.Scores => Scores,
        FrameworkFile.Targets => Targets,
        FrameworkFile.Weights => Weights,
        FrameworkFile.Mask => Mask,
        _ => ClassWeights,
    };
}
