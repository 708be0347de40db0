using System.Collections.Generic;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Frameworks;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.Loss;

/// <summary><c>seqloss loss</c>: the value of a loss, what it counted, and its gradient.</summary>
internal sealed class LossCommand : Verb
{
    private readonly LossOptions options = new(takesRegression: true);

    private readonly long blockBytes;

    /// <summary>Makes the verb.</summary>
    /// <param name="blockBytes">The size of the blocks in which files are gone through.</param>
    internal LossCommand(long blockBytes)
        : base(
            "loss",
            "Compute a sequence loss of .npy files: the value, what it counted, and its gradient. Files may be larger than memory.")
    {
        this.blockBytes = blockBytes;
    }

    internal override IReadOnlyList<OptionGroup> Groups => options.AllGroups;

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("seqloss loss --scores logits.npy --targets targets.npy --lengths lengths.npy",
            "mean cross-entropy, perplexity and accuracy of logits [B, T, V] and ids [B, T]"),
        ("seqloss loss --scores logits.npy --targets targets.npy --ignore-index -100 --label-smoothing 0.1 --gradient gradient.npy",
            "with label smoothing, and the gradient in a file"),
        ("seqloss loss --scores logits.npy --targets targets.npy --lengths lengths.npy --vocabulary vocabulary.txt",
            "which tokens cost most, in words"),
        ("seqloss loss --kind huber --delta 0.5 --scores predictions.npy --targets values.npy --mask mask.npy --json",
            "a regression, as JSON"),
        ("seqloss loss --as keras.CategoricalCrossentropy --set from_logits=True --scores logits.npy --targets one-hot.npy",
            "the number of another framework, with its arguments; 'seqloss conventions' lists all"),
    ];

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        if (values.Has(options.As))
        {
            return FrameworkRun.Run(options, values, terminal, cancellation);
        }

        LossRequest request = LossArguments.Read(options, values);
        using LossInputs inputs = LossInputs.Open(request);
        LossResult result = Compute(request, inputs, terminal, cancellation);
        if (request.Json)
        {
            LossJson.Write(terminal.Output, request, result);
        }
        else
        {
            LossReport.Write(terminal.OutputConsole(), request, inputs, result);
        }

        return ExitStatus.Success;
    }

    private LossResult Compute(LossRequest request, LossInputs inputs, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            LossWork work = LossWork.Create(request, inputs, blockBytes);
            using var progress = new WorkProgress(terminal, "loss", work.TotalBytes);
            work.Begin(progress, cancellation);
            using var outputs = new LossOutputFiles(request, inputs);
            LossResult result = work.Run(outputs.Gradient, progress, cancellation);
            cancellation.ThrowIfCancellationRequested();
            outputs.Complete(result);
            return result;
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
