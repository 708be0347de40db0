using System.Collections.Generic;
using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.Tests.Files;

[JsonConverter(typeof(WordConverter<SampleCell>))]
public enum SampleCell
{
    Gru,
    PlainRnn,
}

/// <summary>Every kind of member that a configuration may have.</summary>
public sealed record SampleOptions
{
    public required string Name { get; init; }

    public int Layers { get; init; } = 3;

    public long Seed { get; init; } = 1;

    public double LearningRate { get; init; } = 0.001;

    public float Dropout { get; init; } = 0.1f;

    public bool IsTied { get; init; } = true;

    public SampleCell Cell { get; init; } = SampleCell.PlainRnn;

    public string? Comment { get; init; }

    public int? Budget { get; init; } = 4096;

    public IReadOnlyList<SampleCorpus> Corpora { get; init; } = [];

    public SampleOptimizer Optimizer { get; init; } = new SampleAdam { Beta = 0.98 };

    public SampleOptimizer? Second { get; init; }

    public int Computed => 2 * Layers;
}

public sealed record SampleCorpus
{
    public required string Path { get; init; }

    public double Weight { get; init; } = 1;
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SampleAdam), "adam")]
[JsonDerivedType(typeof(SampleSgd), "sgd")]
public abstract record SampleOptimizer
{
    public double Clip { get; init; } = 1;
}

public sealed record SampleAdam : SampleOptimizer
{
    public double Beta { get; init; } = 0.9;
}

public sealed record SampleSgd : SampleOptimizer
{
    public required double Momentum { get; init; }
}

[JsonSerializable(typeof(SampleOptions))]
internal sealed partial class SampleContext : JsonSerializerContext;
