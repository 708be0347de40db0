using System.Collections.Generic;
using System.CommandLine;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Models.Decoding;
using static SeqLoss.Cli.CommandLine.OptionGroup;

namespace SeqLoss.Cli.Translate;

/// <summary>The options of <c>seqloss translate</c>, and what help says of each.</summary>
internal sealed class TranslateOptions
{
    internal const double DefaultGoogleAlpha = 0.6;
    internal const double DefaultPowerAlpha = 1;

    internal static readonly Choices<LengthPenaltyKind> Penalties = new(
        ("google", LengthPenaltyKind.Google), ("power", LengthPenaltyKind.Power));

    internal Option<string> Model { get; } = Value("--model", "DIR", "The folder that 'seqloss train' wrote.", isRequired: true);

    internal Option<string> Input { get; } = Value("--input", "F", "The file of the lines to translate; default standard input.");

    internal Option<string> Output { get; } = Value(
        "--output", "F", "The file to write, which appears when it is complete; default standard output.");

    internal Option<string> Beam { get; } = Value(
        "--beam", "N", "Follow the N most probable outputs at a time; default 1, the most probable token at each step.");

    internal Option<string> Penalty { get; } = Value(
        "--length-penalty", "K", $"{Penalties.Joined}: divide the log-probability of n tokens by ((5+n)/6)^A or n^A; default not.");

    internal Option<string> Alpha { get; } = Value(
        "--alpha", "A", "The exponent of the length penalty; default 0.6 for google and 1 for power.");

    internal Option<string> NBest { get; } = Value(
        "--n-best",
        "N",
        "Write up to N outputs for each line: the line's number, the score and the output, between tabs; N is at most --beam.");

    internal Option<string> MaxLength { get; } = Value(
        "--max-length", "N", "The most tokens of an output, its end included; default twice the input's and 50, at most 256.");

    internal Option<string> MaxInput { get; } = Value(
        "--max-input",
        "N",
        "The most tokens of a line that is read, its end included; default 4096. The memory of a Transformer grows with their square.");

    internal Option<string> Threads { get; } = Value("--threads", "N", "The most threads; default one per processor.");

    internal IReadOnlyList<OptionGroup> Groups =>
    [
        new("Text", [Model, Input, Output]),
        new("Search", [Beam, Penalty, Alpha, NBest, MaxLength, MaxInput, Threads]),
    ];
}
