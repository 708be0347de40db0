using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqLoss.Models.Files;
using SeqLoss.Models.Text;
using Xunit;

namespace SeqLoss.Models.Tests.Text;

public sealed class TokenizerPairTests : IDisposable
{
    private const string Sound =
        """{"format":"seqloss-tokenizer","version":1,"source":{"kind":"words","tokens":["a","b"]},"target":null}""";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Tokenizers_ComeBackFromTheirFile()
    {
        string[] words = ["quote\"d", "back\\slash", "日本", "\u0001", "<b>", "\u2028", "😀"];
        var pair = new TokenizerPair(
            new Tokenizer(TokenizerKind.Words, new Vocabulary(words)), Tokenizer.Learn(TokenizerKind.Characters, ["a b\tc"]));
        pair.Save(_path);
        TokenizerPair back = TokenizerPair.Load(_path);
        Assert.Equal((TokenizerKind.Words, TokenizerKind.Characters), (back.Source!.Kind, back.Target!.Kind));
        Assert.Equal(words, back.Source.Vocabulary.Tokens.ToArray());
        Assert.Equal(pair.Target!.Vocabulary.Tokens.ToArray(), back.Target.Vocabulary.Tokens.ToArray());
    }

    [Fact]
    public void TheFile_IsPlainJsonThatReadersCanRead()
    {
        new TokenizerPair(null, Tokenizer.Learn(TokenizerKind.Characters, ["öö a"])).Save(_path);
        string text = File.ReadAllText(_path);
        Assert.Contains("\"ö\"", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        JsonElement root = JsonDocument.Parse(text).RootElement;
        Assert.Equal(JsonValueKind.Null, root.GetProperty("source").ValueKind);
        JsonElement target = root.GetProperty("target");
        Assert.Equal("characters", target.GetProperty("kind").GetString());
        Assert.Equal(["ö", " ", "a"], target.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()));
    }

    [Fact]
    public void TheSoundFile_IsSound()
    {
        File.WriteAllText(_path, Sound);
        Assert.Null(TokenizerPair.Load(_path).Target);
    }

    [Theory]
    [InlineData("\"words\"", "\"bytes\"", "line 1: 'source.kind' is \"bytes\"; it is one of characters, words")]
    [InlineData("\"version\":1", "\"version\":2", "the version of the format is 2, not 1; update SeqLoss")]
    [InlineData("seqloss-tokenizer", "bpe", "the format is 'bpe', not 'seqloss-tokenizer'; name a tokenizer.json")]
    [InlineData("\"b\"", "\"a\"", "source: token 1 is 'a' again, which is token 0; copy the file from the training run again")]
    [InlineData("\"b\"", "\"b c\"", "source: token 1 is 'b c', not a word without spaces; copy the file from the training run again")]
    [InlineData("\"b\"", "\"\"", "source: token 1 is empty; copy the file from the training run again")]
    [InlineData("\"b\"", "null", "'source.tokens[1]' is null")]
    [InlineData("\"b\"", "7", "line 1: 'source.tokens[1]' is 7, but must be a text in quotes; correct it")]
    [InlineData("{\"kind\"", "{\"lower\":true,\"kind\"", "line 1: the key 'source.lower' is unknown; remove it: there are kind, tokens")]
    [InlineData("\"version\":1,", "\"version\":1,\"version\":1,", "line 1: 'version' is given twice, first on line 1; remove one")]
    [InlineData(",\"target\":null", "", "line 1: the key 'target' is missing; add it")]
    [InlineData("null}", "null", "this is no valid JSON")]
    [InlineData(Sound, "", "the file is empty, or a pipe or device; copy or write it again")]
    [InlineData(Sound, "null", "line 1: the file is null, but must be an object in braces; correct it")]
    public void DamagedFiles_AreRefusedInOneSentence(string part, string damage, string message)
    {
        File.WriteAllText(_path, Sound.Replace(part, damage, StringComparison.Ordinal));
        string refusal = Assert.Throws<ModelFileException>(() => TokenizerPair.Load(_path)).Message;
        Assert.StartsWith(_path + ": ", refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }
}
