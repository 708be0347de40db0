using System;
using System.IO;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

/// <summary>What docs/files.md says to a user of Python is so.</summary>
public sealed class PythonTests
{
    private const string Start = "```python\n";

    [PythonFact]
    public void DocumentedLines_ReadWhatIsWritten()
    {
        using var folder = new TemporaryFolder();
        SafeTensorsWriterTests.WriteAll(folder.PathOf("model.safetensors"), step: -258);
        const string Print = """
            for name, values in sorted(tensors.items()): print(ascii(name), values.dtype, values.shape, values.tolist())
            """;
        (int status, string output) = PythonFactAttribute.Run(Reader() + Print, folder.FullName);
        Assert.Equal(
            """
            'empty' float32 (0, 4) []
            'flags' uint8 (3,) [1, 0, 255]
            'step' int64 () -258
            'weight \xe9"' float32 (2, 3) [[1.5, -0.0, nan], [-inf, 1.401298464324817e-45, 3.0000000054977558e+38]]

            """.ReplaceLineEndings("\n"),
            output.ReplaceLineEndings("\n"));
        Assert.Equal(0, status);
    }

    private static string Reader()
    {
        string page = File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docs", "files.md")).ReplaceLineEndings("\n");
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        string code = page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
        Assert.Equal(3, code.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        return code;
    }

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "SeqLoss.slnx")) ? folder
        : Path.GetDirectoryName(folder) is { } parent ? Root(parent)
        : throw new InvalidOperationException("No folder above the tests holds SeqLoss.slnx.");
}
