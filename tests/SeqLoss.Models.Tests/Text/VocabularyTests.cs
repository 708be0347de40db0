using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;
using Xunit;

namespace SeqLoss.Models.Tests.Text;

public sealed class VocabularyTests
{
    private static readonly Dictionary<string, long> Counts = new()
    {
        ["b"] = 3,
        ["a"] = 3,
        ["B"] = 3,
        ["é"] = 3,
        ["rare"] = 1,
        ["often"] = 9,
        ["</s>"] = 100,
        ["<unk>"] = 100,
    };

    [Fact]
    public void Tokens_FollowTheSpecialIdsByCountThenByCodeUnit()
    {
        Vocabulary vocabulary = Vocabulary.FromCounts(Counts);
        Assert.Equal(["often", "B", "a", "b", "é", "rare"], vocabulary.Tokens.ToArray());
        Assert.Equal(SpecialTokens.Count + 6, vocabulary.Count);
        Assert.Equal(SpecialTokens.Count, vocabulary.Id("often"));
        Assert.Equal("B", vocabulary[SpecialTokens.Count + 1]);
    }

    [Theory]
    [InlineData(3, int.MaxValue, 5)]
    [InlineData(1, SpecialTokens.Count + 2, 2)]
    [InlineData(10, int.MaxValue, 0)]
    public void FrequencyAndSize_AreLimits(long minimumCount, int maximumCount, int expected) =>
        Assert.Equal(expected, Vocabulary.FromCounts(Counts, minimumCount, maximumCount).Tokens.Length);

    [Fact]
    public void NamesOfSpecialTokens_AreUnknownText()
    {
        Vocabulary vocabulary = Vocabulary.FromCounts(Counts);
        Assert.Equal("</s>", vocabulary[SpecialTokens.End]);
        Assert.Equal(SpecialTokens.Unknown, vocabulary.Id("</s>"));
        Assert.Equal(SpecialTokens.Unknown, vocabulary.Id("never seen"));
    }

    [Theory]
    [InlineData("token 1 is empty", "a", "")]
    [InlineData("token 2 is 'a' again, which is token 0", "a", "b", "a")]
    [InlineData("token 0 is <pad>, which every vocabulary holds already", "<pad>")]
    public void ListsThatFixNoIds_AreRefused(string message, params string[] tokens) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new Vocabulary(tokens)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void IdsOutside_HaveNoText(int id) => Assert.Throws<ArgumentOutOfRangeException>(() => new Vocabulary(["a"])[id]);

    [Fact]
    public void NoRoomBesideTheSpecialIds_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Vocabulary.FromCounts(Counts, 1, SpecialTokens.Count));
}
