using System;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests.Data;

public sealed class TextCorpusTests
{
    private static readonly Tokenizer Letters = Tokenizer.Learn(TokenizerKind.Characters, ["abcd"]);
    private static readonly TextPair[] Pairs = [new("abc", "a"), new("", "?b"), new("a", "abcd"), new("ab", "xy")];

    [Fact]
    public void Pairs_AreEncodedAndCounted()
    {
        PairCorpus corpus = TextCorpus.Encode(Pairs, "text", Letters, Letters, new LengthLimit(), out CorpusCounts counts);
        Assert.Equal(new CorpusCounts(Read: 4, Dropped: 0, Truncated: 0, Empty: 1, UnknownSourceTokens: 0, UnknownTargetTokens: 3), counts);
        Assert.Equal(Letters.Encode("abc"), Tokens(corpus.Source, 0));
        Assert.Equal([SpecialTokens.End], Tokens(corpus.Source, 1));
        Assert.Equal([SpecialTokens.Unknown, SpecialTokens.Unknown, SpecialTokens.End], Tokens(corpus.Target, 3));
    }

    [Fact]
    public void LongPairs_AreDroppedAndCounted()
    {
        PairCorpus corpus = TextCorpus.Encode(Pairs, "text", Letters, Letters, Limit(LongSequences.Drop), out CorpusCounts counts);
        Assert.Equal((2, 2, 2, 0), (corpus.Count, corpus.Target.Count, counts.Dropped, counts.Truncated));
        Assert.Equal(Letters.Encode("ab"), Tokens(corpus.Source, 1));
        Assert.Equal(3, counts.UnknownTargetTokens);
        Assert.Equal("lines 4, 2 of text", corpus.NamesOf([1, 0]));
    }

    [Fact]
    public void LongPairs_AreTruncatedAndKeepTheirEnd()
    {
        PairCorpus corpus = TextCorpus.Encode(Pairs, "text", Letters, Letters, Limit(LongSequences.Truncate), out CorpusCounts counts);
        Assert.Equal((4, 0, 2), (corpus.Count, counts.Dropped, counts.Truncated));
        Assert.Equal(Letters.Encode("ab"), Tokens(corpus.Source, 0));
        Assert.Equal(Letters.Encode("a"), Tokens(corpus.Target, 0));
        Assert.Equal(Letters.Encode("abc"), Tokens(corpus.Target, 2));
    }

    [Fact]
    public void LongPairs_FailByName() => Assert.Equal(
        "text: line 3: the pair has 2 source and 5 target tokens, the limits are 4 and 4; raise them, or drop or truncate what is longer",
        Assert.Throws<ModelFileException>(() => Encode(Limit(LongSequences.Fail) with { MaxSourceLength = 4 })).Message);

    [Theory]
    [InlineData(LongSequences.Drop)]
    [InlineData(LongSequences.Truncate)]
    public void TooManyLongPairs_AreAMistake(LongSequences policy) => Assert.Equal(
        "text: 2 of 4 pairs are longer than 3 source or 4 target tokens, more than the 49.0 % that may be; raise the limits, or that share",
        Assert.Throws<ModelFileException>(() => Encode(Limit(policy) with { MaxAffectedShare = 0.49 })).Message);

    [Fact]
    public void NothingLeft_IsAnError()
    {
        Assert.Throws<ModelFileException>(() => TextCorpus.Encode([], "text", Letters, Letters, new LengthLimit(), out _));
        Assert.Throws<ModelFileException>(() => Encode(Limit(LongSequences.Drop) with { MaxTargetLength = 1, MaxAffectedShare = 1 }));
    }

    [Fact]
    public void LimitsOutsideTheirRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Encode(new LengthLimit { MaxSourceLength = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Encode(new LengthLimit { MaxTargetLength = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Encode(new LengthLimit { MaxAffectedShare = double.NaN }));
    }

    private static LengthLimit Limit(LongSequences policy) =>
        new() { MaxSourceLength = 3, MaxTargetLength = 4, LongSequences = policy, MaxAffectedShare = 0.5 };

    private static PairCorpus Encode(LengthLimit limit) => TextCorpus.Encode(Pairs, "text", Letters, Letters, limit, out _);

    private static int[] Tokens(SequenceStore store, int index) => Assert.IsType<TokenStore>(store)[index].ToArray();
}
