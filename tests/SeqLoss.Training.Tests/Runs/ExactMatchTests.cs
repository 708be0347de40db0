using System.Linq;
using System.Threading;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;
using SeqLoss.Training.Runs;
using Xunit;

namespace SeqLoss.Training.Tests.Runs;

public sealed class ExactMatchTests
{
    private static readonly Tokenizer Letters = Tokenizer.Learn(TokenizerKind.Characters, ["ab"]);

    [Fact]
    public void PairsBeyondThePositions_AreNotRight()
    {
        TrainedModel trained = Writing('a', learnedPositions: 5);
        ExactMatch match = Of(trained, new("ab", "aaaaa"), new("abab", "aaaa"), new("ababa", "aaaa"), new("b", "aaaaaa"), new("b", "b"));

        // Five tokens are written, the end is none of them: the first target needs six positions.
        Assert.Equal([null, "aaaaa", null, null, "aaaaa"], match.Outputs);
        Assert.Equal((3, 0, 0, null), (match.TooLong, match.Count, match.Share, match.MaxLength));
    }

    [Theory]
    [InlineData(10, null, 54)] // twice the source's two tokens and 50, as usual
    [InlineData(53, null, 54)]
    [InlineData(54, 55, 55)]
    [InlineData(300, 301, 301)]
    public void ALongTarget_CanBeWritten(int length, int? maxLength, int written)
    {
        ExactMatch match = Of(Writing('a'), new TextPair("", ""), new TextPair("b", new string('a', length)));
        Assert.Equal(("", maxLength), (match.Outputs[0], match.MaxLength));
        Assert.Equal(written, match.Outputs[1]!.Length);
        Assert.Equal(1, match.Count);
    }

    private static ExactMatch Of(TrainedModel trained, params TextPair[] pairs)
        => ExactMatch.Of(new TestText("test", pairs), trained, threads: 1, CancellationToken.None);

    /// <summary>A model that writes one letter over and over, and no end.</summary>
    private static TrainedModel Writing(char letter, int learnedPositions = 0)
    {
        StepForm form = StepForm.Tokens(Letters.Vocabulary.Count);
        EncoderDecoder model = new TransformerOptions
        {
            Source = form,
            Target = form,
            EncoderLayers = 1,
            DecoderLayers = 1,
            ModelDimension = 4,
            FeedForwardDimension = 4,
            Heads = 1,
            LearnedPositions = learnedPositions,
        }.Create();
        model.Output.Bias.Values[Letters.Encode([letter]).First()] = 1000;
        model.Output.Bias.Values[SpecialTokens.End] = -1000;
        return new TrainedModel(model, new TokenizerPair(Letters, Letters));
    }
}
