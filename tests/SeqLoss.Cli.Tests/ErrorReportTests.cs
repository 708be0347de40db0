using System;
using System.IO;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Train;
using SeqLoss.Cli.Translate;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Files;
using SeqLoss.Training;
using Xunit;

namespace SeqLoss.Cli.Tests;

/// <summary>Whatever goes wrong has a status and one sentence, and never a stack trace.</summary>
public sealed class ErrorReportTests
{
    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new UsageException("--a is b"), 2, "--a is b." },
        { new LossOptionException("the temperature is 0."), 2, "the temperature is 0." },
        { new LossInputException("target[b=0, t=0] is 7."), 3, "target[b=0, t=0] is 7." },
        { new BadFileException("a.npy: \u001b[31m\nbad"), 3, "a.npy:  [31m bad." },
        { new ModelFileException("a.safetensors: damaged"), 3, "a.safetensors: damaged." },
        { new TrainingDivergedException("step 7: the loss of the output layer is NaN"), 3, "step 7: the loss of the output layer is NaN." },
        { new NonFiniteException("The scores hold NaN."), 3, "The scores hold NaN." },
        { new InvalidDataException("No batch has a target."), 3, "No batch has a target." },
        { new OperationCanceledException(), 130, "stopped; no output has been written." },
        { new InsufficientMemoryException(), 3, "memory ran out; end other programs, or split the batch and add the sums." },
        {
            new IOException("No space left on device."),
            3,
            "standard output cannot be written (No space left on device); redirect it elsewhere."
        },
        { new InvalidOperationException("odd"), 3, "a mistake in seqloss, please report it: InvalidOperationException: odd." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Everything_IsOneSentence(Exception failure, int status, string sentence)
    {
        using var error = new StringWriter();
        Assert.Equal(status, ErrorReport.Write(failure, error, new LossCommand(blockBytes: 1)));
        string hint = status == 2 ? $"Try 'seqloss loss --help'.{Environment.NewLine}" : "";
        Assert.Equal($"seqloss: {sentence}{Environment.NewLine}{hint}", error.ToString());
    }

    [Fact]
    public void MemoryThatRanOut_IsCuredInTheWordsOfTheVerb()
    {
        Assert.Equal(
            "memory ran out; end other programs, or make batches (batches.size), limits of length (data.limit) or the model smaller.",
            ErrorReport.SentenceOf(new InsufficientMemoryException(), new TrainCommand()));
        Assert.Equal(
            "memory ran out; end other programs, or split the longest lines, or lower --beam.",
            ErrorReport.SentenceOf(new InsufficientMemoryException(), new TranslateCommand()));
        Assert.Equal("memory ran out; end other programs.", ErrorReport.SentenceOf(new InsufficientMemoryException(), verb: null));
    }
}
