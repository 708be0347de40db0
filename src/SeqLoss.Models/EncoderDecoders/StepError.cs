using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>How far a predicted row of features is from the true one; the mean over the features.</summary>
[JsonConverter(typeof(WordConverter<StepError>))]
public enum StepError
{
    /// <summary>d².</summary>
    Squared,

    /// <summary>|d|.</summary>
    Absolute,

    /// <summary>d²/2 up to δ, δ(|d| − δ/2) beyond.</summary>
    Huber,
}
