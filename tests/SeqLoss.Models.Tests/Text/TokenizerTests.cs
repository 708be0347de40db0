using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;
using Xunit;

namespace SeqLoss.Models.Tests.Text;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData(TokenizerKind.Characters, "  a b\t c ")]
    [InlineData(TokenizerKind.Characters, "日本 😀é e\u0301 \u2028\0")]
    [InlineData(TokenizerKind.Characters, "")]
    [InlineData(TokenizerKind.Words, "ein Satz mit fünf Wörtern")]
    [InlineData(TokenizerKind.Words, "tabs\tand\u00A0others are\u3000letters")]
    [InlineData(TokenizerKind.Words, "")]
    public void KnownLines_ComeBack(TokenizerKind kind, string line)
    {
        Tokenizer tokenizer = Tokenizer.Learn(kind, ["some other text", line]);
        int[] ids = tokenizer.Encode(line);
        Assert.DoesNotContain(SpecialTokens.Unknown, ids);
        Assert.Equal(SpecialTokens.End, ids[^1]);
        Assert.Equal(line, tokenizer.Decode(ids));
    }

    [Fact]
    public void AnyWellFormedLine_ComesBackFromItsCharacters() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>().Filter(line => line is not null && line.EnumerateRunes().All(rune => rune.Value != 0xFFFD)),
        line => Tokenizer.Learn(TokenizerKind.Characters, [line]) is var tokenizer && tokenizer.Decode(tokenizer.Encode(line)) == line)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Characters_AreScalarValues()
    {
        int[] ids = Tokenizer.Learn(TokenizerKind.Characters, ["😀e\u0301"]).Encode("😀e\u0301");
        Assert.Equal(4, ids.Length); // the face, e, its accent, the end
    }

    [Fact]
    public void HalfASurrogatePair_IsTheReplacementCharacter()
    {
        Tokenizer tokenizer = Tokenizer.Learn(TokenizerKind.Characters, ["a\uD83D"]);
        Assert.Equal("a\uFFFD", tokenizer.Decode(tokenizer.Encode("a\uDE00")));
    }

    [Fact]
    public void SpacesBetweenWords_CountOnce()
    {
        Tokenizer tokenizer = Tokenizer.Learn(TokenizerKind.Words, ["a b"]);
        Assert.Equal(tokenizer.Encode("a b"), tokenizer.Encode("  a   b  "));
        Assert.Equal([SpecialTokens.End], tokenizer.Encode("   "));
    }

    [Fact]
    public void UnknownTokens_AreReadAsSuch()
    {
        Tokenizer words = Tokenizer.Learn(TokenizerKind.Words, ["a b b"], maximumCount: SpecialTokens.Count + 1);
        Assert.Equal([SpecialTokens.Unknown, 4, SpecialTokens.Unknown, SpecialTokens.End], words.Encode("a b </s>"));
        Assert.Equal("<unk> b <unk>", words.Decode(words.Encode("a b </s>")));
    }

    [Fact]
    public void Decoding_StopsAtTheEndAndSkipsWhatHasNoText()
    {
        Tokenizer words = Tokenizer.Learn(TokenizerKind.Words, ["a a b"]);
        Assert.Equal("a b", words.Decode([SpecialTokens.Begin, 4, SpecialTokens.Padding, 5, SpecialTokens.End, 4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => words.Decode([99]));
    }

    [Theory]
    [InlineData(TokenizerKind.Characters, "ab", "token 1 is 'ab', not a single character")]
    [InlineData(TokenizerKind.Characters, "\uD83D", "token 1 is '\uD83D', not a single character")]
    [InlineData(TokenizerKind.Words, "a b", "token 1 is 'a b', not a word without spaces")]
    [InlineData(TokenizerKind.Words, " a", "token 1 is ' a', not a word without spaces")]
    public void VocabulariesOfAnotherKind_AreRefused(TokenizerKind kind, string token, string message) => Assert.StartsWith(
        message,
        Assert.Throws<ArgumentException>(() => new Tokenizer(kind, new Vocabulary(["x", token]))).Message,
        StringComparison.Ordinal);
}
