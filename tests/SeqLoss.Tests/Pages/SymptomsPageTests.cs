using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace SeqLoss.Tests.Pages;

/// <summary>docs/symptoms.md: every finding that is linked to has its heading.</summary>
public sealed class SymptomsPageTests
{
    private static readonly Page Symptoms = new("symptoms.md");

    /// <summary>A heading that is the id alone has it as its anchor.</summary>
    [Fact]
    public void EveryFinding_HasItsHeading()
    {
        IEnumerable<string> sources = Directory
            .EnumerateFiles(Repository.PathOf("src", "SeqLoss"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText);
        string[] ids = [.. sources.SelectMany(source => Regex.Matches(source, "SL\\d{3}")).Select(id => id.Value).Distinct().Order()];
        Assert.Subset(Symptoms.Headings(3).ToHashSet(), ids.ToHashSet());
        Assert.Equal(Symptoms.Headings(3).Order(), Symptoms.Headings(3));
    }

    [Fact]
    public void EveryLinkInside_HasItsHeading()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "symptoms.md"));
        HashSet<string> headings = [.. Symptoms.Headings(3).Select(heading => heading.ToLowerInvariant())];
        Assert.All(Regex.Matches(text, "\\(#([^)]*)\\)"), link => Assert.Contains(link.Groups[1].Value, headings));
    }
}
