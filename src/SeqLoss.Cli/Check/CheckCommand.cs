using System.Collections.Generic;
using System.CommandLine;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;
using SeqLoss.Diagnostics;

namespace SeqLoss.Cli.Check;

/// <summary><c>seqloss check</c>: names what is wrong with the input of a cross-entropy.</summary>
internal sealed class CheckCommand : Verb
{
    private readonly LossOptions options = new(takesRegression: false);

    private readonly Option<bool> json = OptionGroup.Flag("--json", "Print a JSON array of findings instead of a report.");

    internal CheckCommand()
        : base(
            "check",
            "Look at the .npy files of a cross-entropy for the mistakes that people make: named findings with their first position, "
            + "the evidence and the cure. Exit status 1 if any is an error.")
    {
    }

    internal override IReadOnlyList<OptionGroup> Groups => [.. options.CrossEntropyGroups, new("Result", [options.Threads, json])];

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("seqloss check --scores logits.npy --targets targets.npy --lengths lengths.npy",
            "why a loss of logits [B, T, V] and ids [B, T] is NaN, too low, too high, or does not fall"),
        ("seqloss check --scores probs.npy --scores-are probs --layout bvt --targets targets.npy --ignore-index 0 --json",
            "the findings for another program"),
    ];

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        LossRequest request = LossArguments.Read(options, values);
        using CheckFiles files = CheckFiles.Open(request);
        CheckReport report = Check(request, files, cancellation);
        if (values.Flag(json))
        {
            CheckJson.Write(terminal.Output, report);
        }
        else
        {
            FindingReport.Write(terminal, request, files, report);
        }

        return report.HasError ? ExitStatus.Finding : ExitStatus.Success;
    }

    private static CheckReport Check(LossRequest request, CheckFiles files, CancellationToken cancellation)
    {
        try
        {
            return LossCheck.Run(
                request.ScoresAre,
                files.Scores.Scores,
                files.Targets.Targets,
                files.Weights,
                request.ToCrossEntropyOptions(classWeights: null),
                cancellation);
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
