using System;
using System.Linq;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.Frameworks;

/// <summary><c>seqloss loss --as</c>: a framework's number of the files.</summary>
internal static class FrameworkRun
{
    internal static int Run(LossOptions options, OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        FrameworkRequest request = FrameworkArguments.Read(options, values);
        using var call = new FrameworkCall(request);
        ConventionLoss loss = Compute(request, call, cancellation);
        if (request.Json)
        {
            LossJson.Write(terminal.Output, request.Loss.Name, request.Loss.Note(call), loss);
        }
        else
        {
            FrameworkReport.Write(terminal.OutputConsole(), request, call, loss);
        }

        return ExitStatus.Success;
    }

    private static ConventionLoss Compute(FrameworkRequest request, FrameworkCall call, CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            using var outputs = new FrameworkOutputFiles(request, call);
            ConventionLoss loss = request.Loss.Compute(call);
            CheckUpstream(request, call, loss);
            cancellation.ThrowIfCancellationRequested();
            outputs.Complete(call, loss);
            return loss;
        }
        catch (LossInputException refusal)
        {
            throw new BadFileException($"{PathOf(refusal.Message, request)}: {refusal.Message}", refusal);
        }
        catch (LossOptionException refusal) when (refusal.Message.StartsWith("an upstream gradient", StringComparison.Ordinal))
        {
            throw NoUpstream(request);
        }
    }

    /// <summary>The library counts the elements of an upstream gradient; its shape is the loss' too.</summary>
    private static void CheckUpstream(FrameworkRequest request, FrameworkCall call, ConventionLoss loss)
    {
        if (call.UpstreamShape is not { } shape)
        {
            return;
        }

        if (loss.Values is not { } array)
        {
            throw NoUpstream(request);
        }

        long[] needed = FrameworkOutputFiles.ShapeOf(array);
        if (!needed.AsSpan().SequenceEqual(shape))
        {
            throw new BadFileException(
                $"{request.Upstream}: {AxisOrder.Describe(shape)} does not fit, {request.Loss.Name} gives {AxisOrder.Describe(needed)}");
        }
    }

    private static UsageException NoUpstream(FrameworkRequest request)
        => new($"--upstream is for losses that are arrays, and {request.Loss.Name} gives one number here: multiply its gradient instead");

    /// <summary>The file that a refusal is about: the library names arrays as the framework does.</summary>
    private static string PathOf(string message, FrameworkRequest request)
    {
        bool IsAbout(string name) => message.StartsWith(name, StringComparison.Ordinal)
            || message.StartsWith($"the {name}", StringComparison.Ordinal);
        ArrayArgument? named = request.Loss.Arrays
            .Where(array => IsAbout($"{array.Name} ") && request.PathOf(array.File) is not null)
            .FirstOrDefault();
        return named is not null ? request.PathOf(named.File)!
            : IsAbout("target") ? request.Targets
            : IsAbout("weight[") ? request.Weights ?? request.Scores
            : IsAbout("mask[") ? request.Mask ?? request.Scores
            : message.Contains("class weights", StringComparison.Ordinal) ? request.ClassWeights ?? request.Scores
            : IsAbout("upstream") ? request.Upstream ?? request.Scores
            : request.Scores;
    }
}
