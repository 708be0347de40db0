using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqLoss.Cli.Frameworks;

/// <summary>A loss of a framework: its names, its arguments, and the convention of the library that computes it.</summary>
internal sealed class FrameworkLoss
{
    /// <summary>The short name: the framework and its function.</summary>
    internal required string Name { get; init; }

    /// <summary>Other names that people copy from their programs.</summary>
    internal required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>What it computes and what it divides by, in one sentence.</summary>
    internal required string Meaning { get; init; }

    internal required IReadOnlyList<Argument> Arguments { get; init; }

    internal required TargetForm TargetForm { get; init; }

    /// <summary>What the scores are unless <c>--scores-are</c> says; <see langword="null"/> where the framework leaves no choice.</summary>
    internal ScoreForm? DefaultScoreForm { get; init; }

    /// <summary>Whether sequences or steps come first, where <c>--lengths</c> needs to know.</summary>
    internal ScoreLayout DefaultLayout { get; init; } = ScoreLayout.Btv;

    /// <summary>Whether <c>--layout btv</c> or <c>tbv</c> can say otherwise.</summary>
    internal bool TakesLayout { get; init; }

    /// <summary>Whether log-probabilities are a second output.</summary>
    internal bool GivesLogProbs { get; init; }

    internal required Func<FrameworkCall, ConventionLoss> Compute { get; init; }

    internal required Func<FrameworkCall, ReductionNote> Note { get; init; }

    internal IEnumerable<ArrayArgument> Arrays => Arguments.OfType<ArrayArgument>();

    /// <summary>The call as its framework writes it, with the defaults.</summary>
    internal string Signature
        => $"{Name}({string.Join(", ", Arguments.Where(argument => argument.Meaning is not null).Select(each => each.Signature))})";

    internal ArrayArgument? ArrayOf(FrameworkFile file) => Arrays.FirstOrDefault(array => array.File == file);

    /// <summary>The argument of a name; dashes and underscores are the same, as Marian's options are arguments elsewhere.</summary>
    internal Argument? ArgumentOf(string name)
        => Arguments.FirstOrDefault(argument => argument.Name.Replace('-', '_') == name.Replace('-', '_'));
}
