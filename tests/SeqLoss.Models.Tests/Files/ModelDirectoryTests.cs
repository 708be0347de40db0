using System;
using System.IO;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Text;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

public sealed class ModelDirectoryTests : IDisposable
{
    private static readonly Tokenizer _letters = Tokenizer.Learn(TokenizerKind.Characters, ["abc"]);

    private readonly TemporaryFolder folder = new();

    public static TheoryData<EncoderDecoderOptions> Kinds => new()
    {
        new TransformerOptions
        {
            Source = StepForm.Tokens(7), Target = StepForm.Tokens(7), EncoderLayers = 1, DecoderLayers = 2, ModelDimension = 8,
            FeedForwardDimension = 6, Heads = 2, NormFirst = false, LearnedPositions = 5, Tying = EmbeddingTying.All, Dropout = 0.25f,
            Seed = ulong.MaxValue,
        },
        Recurrent,
    };

    private static RecurrentOptions Recurrent => new()
    {
        Source = StepForm.Features(3),
        Target = StepForm.Tokens(7),
        Cell = CellKind.Gru,
        EmbeddingSize = 6,
        HiddenSize = 5,
        Attention = AttentionKind.Additive,
        AttentionSize = 4,
        HasInputFeeding = true,
        Tying = EmbeddingTying.None,
    };

    private string Model => folder.PathOf("model");

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loaded_IsWhatWasSaved(EncoderDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EncoderDecoder model = options.Create();
        foreach ((int i, Parameter parameter) in model.Parameters.Index())
        {
            parameter.Values.Fill(i + 0.5f); // what no new model has
        }

        TokenizerPair tokenizers = new(options.Source.FeatureCount > 0 ? null : _letters, _letters);
        ModelDirectory.Save(Model, new TrainedModel(model, tokenizers));
        TrainedModel loaded = ModelDirectory.Load(Model);
        Assert.Equal(options, loaded.Model.Options);
        Assert.Equal(options.Source.FeatureCount > 0, loaded.Tokenizers.Source is null);
        Assert.Equal([.. _letters.Vocabulary.Tokens], loaded.Tokenizers.Target!.Vocabulary.Tokens.ToArray());
        Assert.Equal(model.Parameters.Select(parameter => parameter.Name), loaded.Model.Parameters.Select(parameter => parameter.Name));
        Assert.All(loaded.Model.Parameters.Index(), entry => Assert.Equal(-1, entry.Item.Values.IndexOfAnyExcept(entry.Index + 0.5f)));
    }

    [Fact]
    public void Vectors_HaveOneAxis_MatricesOfOneRowTwo()
    {
        Save(Recurrent with { Source = StepForm.Tokens(7) });
        using SafeTensorsReader file = SafeTensorsReader.Open(Path.Combine(Model, "model.safetensors"));
        Assert.Equal([7], file.Find("output.bias")!.Shape.ToArray());
        Assert.Equal([1, 4], file.Find("attention.energy.weight")!.Shape.ToArray());
        Assert.Equal([7, 5], file.Find("output.weight")!.Shape.ToArray());
    }

    [Fact]
    public void TokenizersOfAnotherModel_AreNotSaved()
    {
        EncoderDecoder model = Transformer().Create();
        Tokenizer others = Tokenizer.Learn(TokenizerKind.Characters, ["abcd"]);
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => ModelDirectory.Save(Model, new TrainedModel(model, new TokenizerPair(_letters, others))));
        Assert.StartsWith("the target has 8 tokens, special ones included, but the model has 7", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Model));
    }

    [Theory]
    [InlineData("config.json", "\"seqloss-model\"", "\"other\"",
        "FOLDER/config.json: the format is 'other', not 'seqloss-model'; name a trained model")]
    [InlineData("config.json", "\"version\": 1", "\"version\": 2",
        "FOLDER/config.json: the version of the format is 2, not 1; update SeqLoss")]
    [InlineData("config.json", "\"heads\": 2", "\"heads\": 3",
        "FOLDER/config.json: no model has these options (3 heads do not divide 8 features); copy the file from the training again")]
    [InlineData("config.json", "\"kind\": \"transformer\"", "\"kind\": \"transfomer\"",
        "FOLDER/config.json: line 5: 'model.kind' is \"transfomer\", perhaps \"transformer\"; it is one of transformer, recurrent")]
    [InlineData("config.json", "\"feedForwardDimension\": 6", "\"feedForwardDimension\": 7",
        "FOLDER/model.safetensors: the tensor 'encoder.layers.0.feed_forward.in.weight' has the shape [6, 8], the model has [7, 8]; "
        + "name the file of this model, or change the model's sizes")]
    [InlineData("config.json", "\"decoderLayers\": 1", "\"decoderLayers\": 2",
        "FOLDER/model.safetensors: the tensor 'decoder.layers.1.self_attention")]
    [InlineData("tokenizer.json", "\"c\"", "\"c\", \"d\"",
        "FOLDER/tokenizer.json: the source has 8 tokens, special ones included, but the model has 7; "
        + "copy all files of the folder from one training")]
    public void Mismatch_IsOneSentence(string file, string was, string becomes, string sentence)
    {
        Save(Transformer());
        string path = Path.Combine(Model, file);
        string text = File.ReadAllText(path);
        Assert.Contains(was, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(was, becomes, StringComparison.Ordinal));
        AssertRefused(sentence);
    }

    [Theory]
    [InlineData("model.safetensors", "FOLDER: there is no model.safetensors, the folder holds a training that has not ended; let it end")]
    [InlineData("config.json", "FOLDER/config.json: there is no such file; check the path")]
    [InlineData("tokenizer.json", "FOLDER/tokenizer.json: there is no such file; check the path")]
    public void MissingFile_IsNamed(string file, string sentence)
    {
        Save(Transformer());
        File.Delete(Path.Combine(Model, file));
        AssertRefused(sentence);
    }

    [Fact]
    public void MissingFolder_IsNamed()
    {
        AssertRefused("FOLDER: there is no such folder; name the folder of a trained model");
        File.WriteAllText(Model, "");
        AssertRefused("FOLDER: this is a file; name the folder of a trained model");
    }

    private static TransformerOptions Transformer() => new()
    {
        Source = StepForm.Tokens(7),
        Target = StepForm.Tokens(7),
        EncoderLayers = 1,
        DecoderLayers = 1,
        ModelDimension = 8,
        FeedForwardDimension = 6,
        Heads = 2,
    };

    private void Save(EncoderDecoderOptions options)
        => ModelDirectory.Save(Model, new TrainedModel(options.Create(), new TokenizerPair(_letters, _letters)));

    private void AssertRefused(string sentence)
    {
        ModelFileException refusal = Assert.Throws<ModelFileException>(() => ModelDirectory.Load(Model));
        Assert.StartsWith(sentence.Replace("FOLDER", Model, StringComparison.Ordinal), refusal.Message, StringComparison.Ordinal);
    }
}
