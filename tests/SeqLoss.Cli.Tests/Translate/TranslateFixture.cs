using System;
using System.Text;
using SeqLoss.Cli.Tests.Npy;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Models.Text;

namespace SeqLoss.Cli.Tests.Translate;

/// <summary>A model that has learned nothing: what it writes is no use, and depends on every letter that it reads.</summary>
internal sealed class TranslateFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal TranslateFixture(int learnedPositions = 0)
    {
        Tokenizer letters = Tokenizer.Learn(TokenizerKind.Characters, ["abcdefgh"]);
        StepForm form = StepForm.Tokens(letters.Vocabulary.Count);
        TransformerOptions options = new()
        {
            Source = form,
            Target = form,
            EncoderLayers = 1,
            DecoderLayers = 1,
            ModelDimension = 16,
            FeedForwardDimension = 16,
            Heads = 2,
            LearnedPositions = learnedPositions,
            Seed = 5,
        };
        Model = PathOf("model");
        ModelDirectory.Save(Model, new TrainedModel(options.Create(), new TokenizerPair(letters, letters)));
    }

    internal string Model { get; }

    internal string PathOf(string name) => folder.PathOf(name);

    internal string Write(string name, string text) => folder.Write(name, Encoding.UTF8.GetBytes(text));

    internal ToolRun Translate(string input, params string[] arguments) => Translate(Encoding.UTF8.GetBytes(input), arguments);

    internal ToolRun Translate(byte[] input, params string[] arguments)
        => ToolRun.WithInput(input, ["translate", "--model", Model, "--threads", "1", "--max-length", "12", .. arguments]);

    public void Dispose() => folder.Dispose();
}
