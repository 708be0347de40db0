using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Validation;

/// <summary>What says which of two validations is the better one.</summary>
[JsonConverter(typeof(WordConverter<ValidationMetric>))]
public enum ValidationMetric
{
    /// <summary>Nats per token, or the error of a step of features; smaller is better.</summary>
    Loss,

    /// <summary>e to the nats per token; smaller is better. Tokens alone.</summary>
    Perplexity,

    /// <summary>The share of tokens that are the most probable one; larger is better. Tokens alone.</summary>
    TokenAccuracy,

    /// <summary>The share of targets all of whose tokens are the most probable ones; larger is better. Tokens alone.</summary>
    SequenceAccuracy,
}
