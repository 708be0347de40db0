using System;
using System.IO;
using System.Reflection;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>The README's code is a sample that is compiled; here it is run, and both blocks are compared with it.</summary>
[Collection(Exclusive.Name)]
public sealed class ReadmeTests
{
    [Fact]
    public void CodeBlock_IsTheSample()
        => Assert.Equal(File.ReadAllText(Repository.PathOf("samples", "FirstLoss", "Program.cs")), Block("csharp"));

    [Fact]
    public void OutputBlock_IsWhatTheSamplePrints()
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            MethodInfo main = Assembly.Load("FirstLoss").EntryPoint!;
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal(Block("text"), output.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>The README's first block in a language.</summary>
    private static string Block(string language)
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        int start = readme.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
