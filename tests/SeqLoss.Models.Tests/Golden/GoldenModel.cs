using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.Json;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using SeqLoss.Tests;
using SeqLoss.Tests.Golden;

namespace SeqLoss.Models.Tests.Golden;

/// <summary>A model of tests/Golden/models: weights and a batch, and what PyTorch made of them in float64.</summary>
internal sealed class GoldenModel : IDisposable
{
    private readonly ZipArchive _archive;

    private GoldenModel(string file)
    {
        _archive = ZipFile.OpenRead(file);
        using Stream json = _archive.GetEntry("config.json")!.Open();
        Config = JsonDocument.Parse(json).RootElement;
    }

    public JsonElement Config { get; }

    public double SummedLoss => Config.GetProperty("summedLoss").GetDouble();

    public double TokenWeight => Config.GetProperty("tokenWeight").GetDouble();

    public bool IsTransformer => Text("model") == "transformer";

    /// <summary>The names of all models, without their ending.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.zip")
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    private static string Folder => Repository.PathOf("tests", "Golden", "models");

    public static GoldenModel Open(string name) => new(Path.Combine(Folder, $"{name}.zip"));

    public void Dispose() => _archive.Dispose();

    public SequenceLossOptions LossOptions => new()
    {
        LabelSmoothing = Config.GetProperty("labelSmoothing").GetDouble(),
        HuberDelta = Text("loss") == "huber" ? Config.GetProperty("huberDelta").GetDouble() : 1,
        Error = Text("loss") switch { "mae" => StepError.Absolute, "huber" => StepError.Huber, _ => StepError.Squared },
    };

    /// <summary>The model with the archive's weights.</summary>
    public EncoderDecoder CreateModel()
    {
        EncoderDecoder model = IsTransformer
            ? new TransformerEncoderDecoder(TransformerOptions)
            : new RecurrentEncoderDecoder(RecurrentOptions);
        foreach ((string name, double[] values) in ByParameter("weights"))
        {
            Span<float> destination = model.Parameters[name].Values;
            for (int i = 0; i < values.Length; i++)
            {
                destination[i] = (float)values[i];
            }
        }

        return model;
    }

    public PairBatch ReadBatch() => new(ReadSide("source"), ReadSide("target"));

    public double[] Read(string name)
    {
        using Stream stream = _archive.GetEntry($"{name}.npy")!.Open();
        return NpyArray.Read(stream).ToDoubles();
    }

    /// <summary>An array of all parameters, cut into one for each.</summary>
    public IEnumerable<(string Name, double[] Values)> ByParameter(string array)
    {
        double[] all = Read(array);
        int next = 0;
        foreach (JsonElement parameter in Config.GetProperty("parameters").EnumerateArray())
        {
            int length = parameter.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32());
            yield return (parameter.GetProperty("name").GetString()!, all[next..(next + length)]);
            next += length;
        }
    }

    private TransformerOptions TransformerOptions => new()
    {
        Source = FormOf("source"),
        Target = FormOf("target"),
        Tying = Tying,
        Dropout = 0,
        EncoderLayers = Number("encoderLayers"),
        DecoderLayers = Number("decoderLayers"),
        ModelDimension = Number("width"),
        FeedForwardDimension = Number("feedForward"),
        Heads = Number("heads"),
        NormFirst = Text("norm") == "pre",
        LearnedPositions = Text("positions") == "learned" ? Number("maxLength") : 0,
    };

    private RecurrentOptions RecurrentOptions => new()
    {
        Source = FormOf("source"),
        Target = FormOf("target"),
        Tying = Tying,
        Dropout = 0,
        Cell = Enum.Parse<CellKind>(Text("cell"), ignoreCase: true),
        Layers = Number("layers"),
        EmbeddingSize = Number("embeddingWidth"),
        HiddenSize = Number("hidden"),
        IsBidirectional = Config.GetProperty("bidirectional").GetBoolean(),
        Attention = Enum.Parse<AttentionKind>(Text("attention"), ignoreCase: true),
        AttentionSize = Math.Max(1, Number("attentionUnits")),
        HasInputFeeding = Config.GetProperty("inputFeeding").GetBoolean(),
    };

    private EmbeddingTying Tying => Text("embeddings") switch
    {
        "tied" => EmbeddingTying.TargetAndOutput,
        "shared" => EmbeddingTying.All,
        _ => EmbeddingTying.None,
    };

    private SequenceBatch ReadSide(string side)
    {
        int[] lengths = [.. Read($"{side}_lengths").Select(length => (int)length)];
        double[] steps = Read(side);
        int features = Number($"{side}Features");
        int width = Math.Max(1, features);
        int total = steps.Length / (lengths.Length * width);
        SequenceBatch batch = new(features);
        batch.Reshape(lengths.Length, total);
        for (int i = 0; i < lengths.Length; i++)
        {
            double[] own = steps[(i * total * width)..(((i * total) + lengths[i]) * width)];
            if (features > 0)
            {
                batch.SetFeatures(i, [.. own.Select(value => (float)value)]);
            }
            else
            {
                batch.SetTokens(i, [.. own.Select(value => (int)value)]);
            }
        }

        return batch;
    }

    private StepForm FormOf(string side)
        => new() { VocabularySize = Number($"{side}Vocabulary"), FeatureCount = Number($"{side}Features") };

    private int Number(string key) => (int)Config.GetProperty(key).GetDouble();

    private string Text(string key) => Config.GetProperty(key).GetString()!;
}
