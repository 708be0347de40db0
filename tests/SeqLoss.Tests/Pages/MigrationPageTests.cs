using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace SeqLoss.Tests.Pages;

/// <summary>The pages of docs/migrate: their code is samples/Migrate, their output what it prints, both sides' numbers the same.</summary>
[Collection(Exclusive.Name)]
public sealed class MigrationPageTests
{
    private static readonly string[] Names =
    [
        "fairseq", "joeynmt", "keras", "liger", "marian", "onnx", "optax", "tensorflow-addons", "tensorflow", "torch",
    ];

    public static TheoryData<string> Pages => [.. Names];

    [Fact]
    public void EveryFramework_HasAPage() => Assert.Equal(
        Names.Select(name => $"{name}.md").Order(),
        Directory.EnumerateFiles(Repository.PathOf("docs", "migrate")).Select(file => Path.GetFileName(file)).Order());

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_IsTheSample(string page)
    {
        string name = $"From{page.Replace("-", "", StringComparison.Ordinal)}.cs";
        string file = Directory.EnumerateFiles(Repository.PathOf("samples", "Migrate"))
            .Single(file => Path.GetFileName(file).Equals(name, StringComparison.OrdinalIgnoreCase));
        string body = Regex.Match(File.ReadAllText(file), "Run\\(\\)\n    {\n(.*)    }\n}\n$", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(Regex.Replace(body, "^        ", "", RegexOptions.Multiline), new Page("migrate", $"{page}.md").Blocks("csharp"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Output_IsWhatTheSamplePrints(string page)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            MethodInfo main = Assembly.Load("Migrate").EntryPoint!;
            Assert.Equal(0, main.Invoke(null, [new[] { page }]));
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal(new Page("migrate", $"{page}.md").Blocks("text", separator: ""), output.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>What the framework prints, in comments of its blocks, is among what the sample prints.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void FrameworksNumbers_AreOurs(string page)
    {
        Page text = new("migrate", $"{page}.md");
        string theirs = text.Blocks("python") + text.Blocks("sh");
        string[] numbers = [.. Regex.Matches(theirs, "#.*").SelectMany(comment => Regex.Matches(comment.Value, "\\d+\\.\\d{2,}"))
            .Select(number => number.Value)];
        Assert.NotEmpty(numbers);
        Assert.All(numbers, number => Assert.Contains(number, text.Blocks("text"), StringComparison.Ordinal));
    }
}
