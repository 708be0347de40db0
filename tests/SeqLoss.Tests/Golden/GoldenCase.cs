using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Numerics.Tensors;
using System.Text.Json;
using SeqLoss.Tests.Reference;

namespace SeqLoss.Tests.Golden;

/// <summary>One case of an archive: inputs as stored, and the float64 answers.</summary>
internal sealed class GoldenCase(
    string name,
    JsonElement description,
    IReadOnlyDictionary<string, NpyArray> inputs,
    IReadOnlyList<GoldenOutput> outputs)
{
    public string Name { get; } = name;

    public IReadOnlyList<GoldenOutput> Outputs { get; } = outputs;

    public bool IsRegression => description.GetProperty("op").GetString() == "regression";

    public NpyArray Scores => inputs[IsRegression ? "predictions" : "scores"];

    public NpyArray Targets => inputs["targets"];

    public double[]? UpstreamOfNone => inputs.TryGetValue("upstream_none", out NpyArray? upstream) ? upstream.ToDoubles() : null;

    /// <summary>Reads all cases of an archive, in the order of their names.</summary>
    public static IReadOnlyList<GoldenCase> ReadAll(string archive)
    {
        using ZipArchive zip = ZipFile.OpenRead(archive);
        return [.. zip.Entries.Where(entry => entry.Name == "case.json").Select(entry => Read(zip, entry))];
    }

    /// <summary>What counts, made from the inputs as they are stored.</summary>
    public TokenWeights? BuildWeights()
    {
        List<TokenWeights> parts = [];
        if (inputs.TryGetValue("lengths", out NpyArray? lengths))
        {
            parts.Add(TokenWeights.FromLengths((ReadOnlySpan<long>)lengths.As<long>()));
        }

        if (inputs.TryGetValue("mask", out NpyArray? mask))
        {
            parts.Add(TokenWeights.FromMask(new ReadOnlyTensorSpan<byte>(mask.As<byte>(), mask.Lengths)));
        }

        if (inputs.TryGetValue("weights", out NpyArray? weights))
        {
            parts.Add(TokenWeights.FromWeights(new ReadOnlyTensorSpan<float>(weights.As<float>(), weights.Lengths)));
        }

        if (Attribute("ignore_index") is { ValueKind: JsonValueKind.Number } ignored)
        {
            parts.Add(TokenWeights.FromIgnoreIndex(ignored.GetInt64()));
        }

        return parts.Count == 0 ? null : parts.Aggregate((left, right) => left & right);
    }

    public Door Door => Attribute("input_kind").GetString() switch
    {
        "logits" => Door.Logits,
        "log_probs" => Door.LogProbs,
        _ => Door.Probabilities,
    };

    public bool HasIds => Attribute("target_kind").GetString() == "sparse";

    public CrossEntropyOptions CrossEntropyOptions(Reduction reduction) => new()
    {
        Layout = Enum.Parse<ScoreLayout>(Attribute("layout").GetString()!, ignoreCase: true),
        Reduction = reduction,
        LabelSmoothing = Attribute("label_smoothing").GetDouble(),
        ZLoss = Attribute("z_loss").GetDouble(),
        ClassWeights = inputs.TryGetValue("class_weights", out NpyArray? weights) ? ClassWeights.From(weights.As<float>()) : null,
    };

    public RegressionError Error => Attribute("loss").GetString() switch
    {
        "mse" => RegressionError.Squared,
        "mae" => RegressionError.Absolute,
        _ => RegressionError.Huber,
    };

    public RegressionOptions RegressionOptions(Reduction reduction) => new()
    {
        Layout = Enum.Parse<RegressionLayout>(Attribute("layout").GetString()!, ignoreCase: true),
        Reduction = reduction,
        FeatureReduction = Attribute("feature_reduction").GetString() == "sum" ? FeatureReduction.Sum : FeatureReduction.Mean,
        HuberDelta = Attribute("delta") is { ValueKind: JsonValueKind.Number } delta ? delta.GetDouble() : 1,
    };

    private JsonElement Attribute(string attribute)
        => description.GetProperty("attributes").TryGetProperty(attribute, out JsonElement value) ? value : default;

    private static GoldenCase Read(ZipArchive zip, ZipArchiveEntry entry)
    {
        string folder = Path.GetDirectoryName(entry.FullName)!;
        NpyArray Array(JsonElement item)
        {
            using Stream stream = zip.GetEntry($"{folder}/{item.GetProperty("file").GetString()}")!.Open();
            return NpyArray.Read(stream);
        }

        using Stream json = entry.Open();
        JsonElement description = JsonDocument.Parse(json).RootElement;
        Dictionary<string, NpyArray> inputs = description.GetProperty("inputs").EnumerateArray()
            .ToDictionary(input => input.GetProperty("role").GetString()!, Array);
        GoldenOutput[] outputs = [.. description.GetProperty("outputs").EnumerateArray().Select(output => new GoldenOutput(
            output.GetProperty("quantity").GetString() == "grad",
            ReductionOf(output.GetProperty("reduction").GetString()!),
            output.TryGetProperty("overflows_float32", out _),
            Array(output)))];
        return new(folder, description, inputs, outputs);
    }

    private static Reduction ReductionOf(string name) => name == "mean_cwdenom"
        ? Reduction.MeanClassWeight
        : Enum.Parse<Reduction>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}

/// <summary>One answer.</summary>
internal sealed record GoldenOutput(bool IsGradient, Reduction Reduction, bool OverflowsSingle, NpyArray Expected);
