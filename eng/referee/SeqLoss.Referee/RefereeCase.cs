using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqLoss.Referee;

/// <summary>A call of a framework's loss, with its answer; the names are the framework's.</summary>
internal sealed record RefereeCase
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The framework and its version; only on the first line.</summary>
    public string? Framework { get; init; }

    public string Function { get; init; } = "";

    /// <summary>float32 or float64.</summary>
    public string Dtype { get; init; } = "";

    public int[] Shape { get; init; } = [];

    public double[] Input { get; init; } = [];

    public int[]? Ids { get; init; }

    public double[]? Probabilities { get; init; }

    public double[]? Weight { get; init; }

    public int[]? WeightShape { get; init; }

    public long IgnoreIndex { get; init; } = -100;

    public string Reduction { get; init; } = "";

    public double LabelSmoothing { get; init; }

    /// <summary>What flows into an unreduced loss.</summary>
    public double[] Upstream { get; init; } = [];

    public double[] Value { get; init; } = [];

    /// <summary>The value with 0·∞ = 0, where the framework's is NaN because of it.</summary>
    public double[]? Selected { get; init; }

    public double[] Gradient { get; init; } = [];

    /// <summary>What the framework says to arguments that it refuses.</summary>
    public string? Refused { get; init; }

    public nint[] Lengths => Array.ConvertAll(Shape, length => (nint)length);

    public bool IsSingle => Dtype == "float32";

    public bool IsUnreduced => string.Equals(Reduction, "none", StringComparison.OrdinalIgnoreCase);

    public static RefereeCase Parse(string line) => JsonSerializer.Deserialize<RefereeCase>(line, Json)!;
}
