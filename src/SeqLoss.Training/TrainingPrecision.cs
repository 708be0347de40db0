using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Training;

/// <summary>The precision of the operands of products in training. Sums, parameters and gradients are float32 in either case.</summary>
[JsonConverter(typeof(WordConverter<TrainingPrecision>))]
public enum TrainingPrecision
{
    /// <summary>Nothing is rounded.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "It is what configurations say: float32.")]
    Float32,

    /// <summary>Operands are rounded to BF16: <see cref="ProductPrecision.BFloat16"/>.</summary>
    Bfloat16,
}
