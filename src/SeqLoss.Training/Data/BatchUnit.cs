using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Data;

/// <summary>What the size of a batch counts.</summary>
[JsonConverter(typeof(WordConverter<BatchUnit>))]
public enum BatchUnit
{
    /// <summary>Steps of the larger side, padding included: pairs × the longest sequence.</summary>
    Tokens,

    /// <summary>Pairs.</summary>
    Sequences,
}
