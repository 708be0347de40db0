using System.Collections.Generic;
using System.CommandLine;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Npy;
using SeqLoss.Cli.Terminals;
using SeqLoss.Diagnostics;

namespace SeqLoss.Cli.Compare;

/// <summary><c>seqloss compare</c>: the same scores and targets under every framework's convention.</summary>
internal sealed class CompareCommand : Verb
{
    private readonly LossOptions options = new(takesRegression: false);

    private readonly Option<string> expect = OptionGroup.Value(
        "--expect",
        "X",
        "A number in hand, as it was printed: mark the conventions that give it, or the mistakes that do where none does.");

    private readonly Option<bool> json = OptionGroup.Flag("--json", "Print a JSON array, an object for each row, instead of a table.");

    internal CompareCommand()
        : base("compare", "Show the loss of .npy files under every framework's convention, and what each divides by.")
    {
    }

    internal override IReadOnlyList<OptionGroup> Groups => [.. options.CrossEntropyGroups, new("Result", [expect, json])];

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("seqloss compare --scores logits.npy --targets targets.npy --lengths lengths.npy",
            "what PyTorch, Keras, TensorFlow, fairseq and others would print"),
        ("seqloss compare --scores logits.npy --targets targets.npy --ignore-index 0 --expect 2.8731",
            "where a number comes from that another program printed"),
    ];

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        LossRequest request = LossArguments.Read(options, values);
        ExpectedLoss? expected = Expected(values.Text(expect));
        using LossInputs inputs = LossInputs.Open(request);
        IReadOnlyList<ComparisonRow> rows = Compare(request, inputs, expected, cancellation);
        if (values.Flag(json))
        {
            terminal.Output.WriteLine(JsonText.ArrayOf(rows, (writer, row) =>
            {
                writer.WriteString("convention", row.Convention);
                writer.WriteReal("value", row.Value);
                writer.WriteString("dividesBy", row.DividesBy);
                writer.WriteReal("divisor", double.IsNaN(row.Divisor) ? null : row.Divisor);
                writer.WriteReal("group", row.Group < 0 ? null : row.Group);
                writer.WriteBoolean("isExpected", row.IsExpected);
                writer.WriteString("nearMiss", row.NearMiss);
            }));
        }
        else
        {
            CompareReport.Write(terminal.OutputConsole(), inputs, rows, values.Text(expect));
        }

        return ExitStatus.Success;
    }

    private static ExpectedLoss? Expected(string? text)
    {
        try
        {
            return text is null ? null : ExpectedLoss.Parse(text);
        }
        catch (LossOptionException refusal)
        {
            throw new UsageException($"--expect {refusal.Message}");
        }
    }

    private static IReadOnlyList<ComparisonRow> Compare(
        LossRequest request, LossInputs inputs, ExpectedLoss? expected, CancellationToken cancellation)
    {
        try
        {
            using NpyTensor scores = NpyTensor.OfNumbers(inputs.Scores);
            using NpyTensor targets = inputs.AreIds ? NpyTensor.OfIds(inputs.Targets) : NpyTensor.OfNumbers(inputs.Targets);
            CrossEntropyOptions crossEntropy = request.ToCrossEntropyOptions(inputs.ClassWeights);
            TokenWeights? weights = inputs.Weights;
            if (request.IgnoreZeroRows)
            {
                TokenWeights rows = TokenWeights.FromNonzeroRows(targets.Scores, crossEntropy.Layout);
                weights = weights is null ? rows : weights & rows;
            }

            return LossComparison.Run(
                scores.Scores, targets.Targets, request.ScoresAre, weights, crossEntropy, expected, cancellation);
        }
        catch (LossInputException refusal)
        {
            throw LibraryRefusal.OfInput(refusal, request);
        }
        catch (LossOptionException refusal)
        {
            throw LibraryRefusal.OfOption(refusal, request);
        }
    }
}
