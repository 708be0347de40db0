using System.Collections.Generic;
using System.CommandLine;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Models.Text;
using static SeqLoss.Cli.CommandLine.OptionGroup;

namespace SeqLoss.Cli.Train;

/// <summary>The options of <c>seqloss train</c>, and what help says of each.</summary>
internal sealed class TrainOptions
{
    internal const string DefaultOutput = "seqloss-run";

    internal static readonly Choices<TokenizerKind> TokenKinds = new(
        ("characters", TokenizerKind.Characters), ("words", TokenizerKind.Words));

    internal Argument<string> Configuration { get; } = Word(
        "CONFIG.json", "What to train on, which model and how (docs/training.md); without it the built-in example, dates.");

    internal Option<string> Source { get; } = Value("--source", "F", "Text to read, a line for each pair; instead of CONFIG.json.");

    internal Option<string> Target { get; } = Value("--target", "F", "Text to write, line by line that of --source.");

    internal Option<string> ValidationSource { get; } = Value(
        "--validation-source", "F", "Text to validate with; without it up to 1,000 pairs are held out of the training text.");

    internal Option<string> ValidationTarget { get; } = Value("--validation-target", "F", "Text to validate with, the other side.");

    internal Option<string> Tokens { get; } = Value("--tokens", "K", $"{TokenKinds.Joined}; default characters.");

    internal Option<string> Steps { get; } = Value("--steps", "N", "End after N optimiser steps.");

    internal Option<string> Epochs { get; } = Value("--epochs", "N", "End after N passes over the text.");

    internal Option<string> Seed { get; } = Value("--seed", "N", "What weights, order and dropout are drawn from; default 1.");

    internal Option<string> Threads { get; } = Value(
        "--threads", "N", "The most threads; default one per processor. The result is the same.");

    internal Option<string> Output { get; } = Value(
        "--output", "DIR", $"The folder of the run: model, checkpoints, metrics.jsonl; default {DefaultOutput}.");

    internal Option<bool> Resume { get; } = Flag("--resume", "Go on with the run of that folder from its last checkpoint.");

    internal Option<bool> Json { get; } = Flag("--json", "Print one JSON object instead of a table.");

    internal IReadOnlyList<OptionGroup> Groups =>
    [
        new("Text", [Source, Target, ValidationSource, ValidationTarget, Tokens]),
        new("Training", [Steps, Epochs, Seed, Threads]),
        new("Run", [Output, Resume, Json]),
    ];
}
