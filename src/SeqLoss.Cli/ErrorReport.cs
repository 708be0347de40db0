using System;
using System.IO;
using System.Text;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Files;
using SeqLoss.Training;

namespace SeqLoss.Cli;

/// <summary>Turns whatever went wrong into an exit status and one sentence.</summary>
internal static class ErrorReport
{
    /// <summary>The exit status that an exception means.</summary>
    internal static int StatusOf(Exception exception) => exception switch
    {
        UsageException or LossOptionException => ExitStatus.WrongUse,
        OperationCanceledException => ExitStatus.Interrupted,
        _ => ExitStatus.BadInput,
    };

    /// <summary>The sentence, on one line and ended by a full stop.</summary>
    internal static string SentenceOf(Exception exception, Verb? verb) => Finish(exception switch
    {
        UsageException or LossOptionException or BadFileException or ModelFileException or LossInputException => exception.Message,
        TrainingDivergedException or NonFiniteException or InvalidDataException => exception.Message,
        OperationCanceledException => "stopped; no output has been written",
        OutOfMemoryException => $"memory ran out; end other programs{(verb is null ? "" : $", or {verb.MemorySaver}")}",
        // Files have said what is wrong with them already.
        _ when FileFailure.IsRefusal(exception) =>
            $"standard output cannot be written ({exception.Message.TrimEnd('.', ' ')}); redirect it elsewhere",
        _ => $"a mistake in seqloss, please report it: {exception.GetType().Name}: {exception.Message}",
    });

    /// <summary>Writes the sentence, and after wrong use a hint.</summary>
    /// <returns>The exit status.</returns>
    internal static int Write(Exception exception, TextWriter error, Verb? verb)
    {
        int status = StatusOf(exception);
        try
        {
            error.WriteLine($"seqloss: {SentenceOf(exception, verb)}");
            if (status == ExitStatus.WrongUse)
            {
                error.WriteLine(verb is null ? "Try 'seqloss --help'." : $"Try 'seqloss {verb.Name} --help'.");
            }

            error.Flush();
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // Nobody listens to standard error: the status remains.
        }

        return status;
    }

    private static string Finish(string message)
    {
        var sentence = new StringBuilder(message.Length + 1);
        foreach (char character in message)
        {
            sentence.Append(char.IsControl(character) ? ' ' : character);
        }

        string text = sentence.ToString().Trim();
        return text.EndsWith('.') ? text : text + '.';
    }
}
