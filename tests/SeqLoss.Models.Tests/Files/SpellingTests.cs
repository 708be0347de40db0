using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

public sealed class SpellingTests
{
    private static readonly string[] _words = ["--mask", "--weights", "--class-weights", "--reduction"];

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("abc", "xbc", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_CountsLetters(string a, string b, int distance)
    {
        Assert.Equal(distance, Spelling.Distance(a, b));
        Assert.Equal(distance, Spelling.Distance(b, a));
    }

    [Theory]
    [InlineData("--msak", "--mask")]
    [InlineData("--wieghts", "--weights")]
    [InlineData("--red", "--reduction")]
    [InlineData("--classweights", "--class-weights")]
    [InlineData("--MASK", "--mask")]
    [InlineData("--mask", null)]
    [InlineData("--unrelated-option", null)]
    public void Nearest_IsTheWordThatWasMeant(string text, string? word) => Assert.Equal(word, Spelling.Nearest(text, _words));
}
