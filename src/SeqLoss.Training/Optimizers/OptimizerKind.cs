using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Optimizers;

/// <summary>Which rule changes the parameters.</summary>
[JsonConverter(typeof(WordConverter<OptimizerKind>))]
public enum OptimizerKind
{
    /// <summary><see cref="Optimizers.Adam"/>.</summary>
    Adam,

    /// <summary><see cref="Optimizers.AdamW"/>.</summary>
    AdamW,

    /// <summary><see cref="Optimizers.Sgd"/>.</summary>
    Sgd,
}
