using System;
using System.IO;
using Spectre.Console;

namespace SeqLoss.Cli.Terminals;

/// <summary>Where results and everything else go.</summary>
/// <param name="Output">For the result alone.</param>
/// <param name="Error">For errors and progress.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error)
{
    /// <summary>The width of reports that no terminal shows: that of a page or a log.</summary>
    private const int DefaultWidth = 100;
    private const int LeastWidth = 60;
    private const int MostWidth = 140;

    /// <summary>What a verb reads that is given no file.</summary>
    internal Stream Input { get; init; } = Stream.Null;

    internal bool IsInputTerminal { get; init; }

    internal bool IsOutputTerminal { get; init; }

    internal bool IsErrorTerminal { get; init; }

    internal int Width { get; init; } = DefaultWidth;

    internal static Terminal OfProcess()
    {
        bool isTerminal = !Console.IsOutputRedirected;
        return new Terminal(Console.Out, Console.Error)
        {
            Input = Console.OpenStandardInput(),
            IsInputTerminal = !Console.IsInputRedirected,
            IsOutputTerminal = isTerminal,
            IsErrorTerminal = !Console.IsErrorRedirected,
            Width = isTerminal ? Math.Clamp(WindowWidth(), LeastWidth, MostWidth) : DefaultWidth,
        };
    }

    /// <summary>A console that renders tables to <see cref="Output"/>: with colour on a terminal, as plain text elsewhere.</summary>
    internal IAnsiConsole OutputConsole() => Create(Output, IsOutputTerminal, Width);

    /// <summary>A console that renders progress to <see cref="Error"/>.</summary>
    internal IAnsiConsole ErrorConsole() => Create(Error, IsErrorTerminal, Width);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and int width ? width : DefaultWidth;
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }
}
