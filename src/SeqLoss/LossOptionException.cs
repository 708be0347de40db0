using System;

namespace SeqLoss;

/// <summary>An option is out of its range, or does not apply to the kind of scores, the form of the targets or the reduction.</summary>
/// <remarks>The message is one sentence that names the place and what would be right. Nothing has been written.</remarks>
public sealed class LossOptionException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    public LossOptionException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    public LossOptionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">What caused it.</param>
    public LossOptionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
