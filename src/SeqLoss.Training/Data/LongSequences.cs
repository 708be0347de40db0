using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Data;

/// <summary>What becomes of a pair with a sequence that is longer than the limit.</summary>
[JsonConverter(typeof(WordConverter<LongSequences>))]
public enum LongSequences
{
    /// <summary>The pair is left out.</summary>
    Drop,

    /// <summary>The sequence keeps its first tokens and the end.</summary>
    Truncate,

    /// <summary>Nothing is read: an error names the pair.</summary>
    Fail,
}
