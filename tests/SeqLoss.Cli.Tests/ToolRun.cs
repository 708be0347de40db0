using System.IO;
using System.Text.Json;
using System.Threading;
using SeqLoss.Cli.Streaming;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.Tests;

/// <summary>One run of the tool inside the test's own process.</summary>
internal sealed record ToolRun(int Status, string Output, string Error)
{
    /// <summary>The object that <c>--json</c> printed.</summary>
    internal JsonElement Json => JsonDocument.Parse(Output).RootElement;

    internal static ToolRun Of(params string[] arguments) => InBlocks(BlockPlan.DefaultBytes, arguments);

    /// <summary>Runs with blocks of a size, to see that they make no difference.</summary>
    internal static ToolRun InBlocks(long blockBytes, params string[] arguments) => Run(arguments, blockBytes, CancellationToken.None);

    /// <summary>Runs a command line after Ctrl-C.</summary>
    internal static ToolRun Cancelled(params string[] arguments)
        => Run(arguments, BlockPlan.DefaultBytes, new CancellationToken(canceled: true));

    /// <summary>Runs a command line that reads standard input.</summary>
    internal static ToolRun WithInput(byte[] input, params string[] arguments)
        => Run(arguments, BlockPlan.DefaultBytes, CancellationToken.None, input);

    private static ToolRun Run(string[] arguments, long blockBytes, CancellationToken cancellation, byte[]? input = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Terminal terminal = new(output, error) { Input = new MemoryStream(input ?? []) };
        int status = new CommandLineTool(terminal, cancellation, blockBytes).Run(arguments);
        return new ToolRun(status, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }
}
