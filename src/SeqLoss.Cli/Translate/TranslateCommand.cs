using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;

namespace SeqLoss.Cli.Translate;

/// <summary><c>seqloss translate</c>: lines in, lines out.</summary>
internal sealed class TranslateCommand : Verb
{
    private readonly TranslateOptions options = new();

    internal TranslateCommand()
        : base(
            "translate",
            "Translate lines with a trained model: line i of the output is that of line i of the input, empty for an empty one.")
    {
    }

    internal override IReadOnlyList<OptionGroup> Groups => options.Groups;

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("seqloss translate --model seqloss-run < source.txt > target.txt", "the most probable token at each step"),
        ("seqloss translate --model run --beam 5 --length-penalty google --input source.txt --output target.txt", "beam search"),
        ("seqloss translate --model run --beam 5 --n-best 5 --input source.txt", "five outputs a line, with their scores"),
    ];

    internal override string MemorySaver => "split the longest lines, or lower --beam";

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        TranslateRequest request = TranslateRequest.Read(options, values);
        OutputPaths.Check([(options.Input.Name, request.Input)], [(options.Output.Name, request.Output)]);
        TrainedModel trained = ModelDirectory.Load(request.Model);
        using Translator translator = Create(trained, request);
        using LineReader reader = request.Input is { } path ? new LineReader(path) : new LineReader(terminal.Input, "standard input");
        using LineQueue queue = new(reader);
        using LineOutput output = new(request.Output, terminal.Output);
        TranslationProgress progress = new(terminal, areLinesSeen: request.Output is null && terminal.IsOutputTerminal);
        if (request.Input is null && terminal.IsInputTerminal)
        {
            terminal.Error.WriteLine("seqloss: type a line for each translation; the end of input, Ctrl-D, ends");
        }

        try
        {
            while (queue.Take(cancellation) is { Count: > 0 } lines)
            {
                CheckLengths(lines, trained, translator.MaxLineLength, $"{reader.Name}: line ", progress.Lines);
                foreach (Translation[] translations in translator.Translate(lines, cancellation))
                {
                    progress.Advance();
                    Write(output, translations, request.WritesScores ? progress.Lines : null);
                }

                output.Flush();
            }
        }
        catch (OperationCanceledException) when (request.Output is null)
        {
            terminal.Output.Flush();
            terminal.Error.WriteLine($"seqloss: stopped after {Numbers.Counted(progress.Lines, "line")}, which are written.");
            return ExitStatus.Interrupted;
        }

        output.Complete();
        return ExitStatus.Success;
    }

    private static Translator Create(TrainedModel trained, TranslateRequest request)
    {
        if (trained.Tokenizers.Source is null || trained.Tokenizers.Target is null)
        {
            throw new BadFileException($"{request.Model}: the model reads or writes features, not text; use it from a program");
        }

        try
        {
            return new Translator(trained.Model, trained.Tokenizers, request.Search, request.Threads);
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal.Message.Split(" (Parameter ")[0]);
        }
    }

    /// <summary>A line beyond what the model has positions for, or beyond the limit, is refused before it takes memory.</summary>
    private void CheckLengths(IReadOnlyList<string> lines, TrainedModel trained, int most, string place, long before)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            // No line has more tokens than characters, and its end.
            if (lines[i].Length >= most && trained.Tokenizers.Source!.Encode(lines[i]).Length is var length && length > most)
            {
                string cure = most < trained.Model.MaxLength ? $"split the line, or raise {options.MaxInput.Name}" : "split the line";
                throw new BadFileException(
                    $"{place}{before + i + 1}: there are {length} tokens, the end included, the model reads at most {most}; {cure}");
            }
        }
    }

    private static void Write(LineOutput output, Translation[] translations, long? number)
    {
        foreach (Translation translation in translations)
        {
            output.Write(number is null
                ? translation.Text
                : string.Create(CultureInfo.InvariantCulture, $"{number}\t{translation.Score:R}\t{translation.Text}"));
        }
    }
}
