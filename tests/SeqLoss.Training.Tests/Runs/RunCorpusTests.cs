using System.Linq;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;
using SeqLoss.Training.Runs;
using Xunit;

namespace SeqLoss.Training.Tests.Runs;

public sealed class RunCorpusTests
{
    [Fact]
    public void Pairs_KeepTheirLinesWhateverIsHeldOutAndDropped()
    {
        // Line i holds the letter a i times: what is longer than fifty is dropped.
        RunText text = new()
        {
            Name = "text",
            Training = [.. Enumerable.Range(1, 60).Select(line => new TextPair(new string('a', line), "b"))],
            ValidationName = "text",
            Validation = [],
            MostHeldOut = 1000,
            Limit = new LengthLimit { MaxSourceLength = 51, MaxAffectedShare = 0.5 },
        };
        RunCorpus corpus = RunCorpus.Encode(text, tokenizers: null, isShared: false, seed: 1);
        Assert.Equal(6, corpus.HeldOut);
        int[] training = Lines(corpus.Training), validation = Lines(corpus.Validation!);
        Assert.Equal(Enumerable.Range(1, 50), training.Concat(validation).Order());
        Assert.NotEmpty(validation);
        Assert.Equal($"lines {training[7]} of text", corpus.Training.NamesOf([7]));
        int[] many = [.. Enumerable.Range(2, 10)];
        Assert.Equal($"lines {string.Join(", ", training[2..10])} and 2 more of text", corpus.Training.NamesOf(many));
        Assert.Equal($"text: line {validation[0]}: the pair", corpus.Validation!.NameOf(0));
    }

    [Fact]
    public void Validation_HasLinesOfItsOwn()
    {
        RunText text = new()
        {
            Name = "text",
            Training = [new("a", "b"), new("a", "b"), new("a", "b")],
            ValidationName = "other",
            Validation = [new("aaaa", "b"), new("a", "b")],
            Tokens = TokenizerKind.Characters,
            Limit = new LengthLimit { MaxSourceLength = 2, MaxAffectedShare = 0.5 },
        };
        RunCorpus corpus = RunCorpus.Encode(text, tokenizers: null, isShared: false, seed: 1);
        Assert.Equal("lines 2 of other", corpus.Validation!.NamesOf([0]));
    }

    /// <summary>The line of each pair as its text says, which is what the corpus remembers.</summary>
    private static int[] Lines(PairCorpus corpus)
    {
        int[] lines = [.. Enumerable.Range(0, corpus.Count).Select(pair => corpus.Source.Length(pair) - 1)];
        Assert.Equal(lines, corpus.Lines!.Numbers);
        return lines;
    }
}
