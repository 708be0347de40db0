using System;

namespace SeqLoss;

/// <summary>
/// The data handed to a loss does not fit: shapes, a target id, a weight, or an empty group under <see cref="EmptyPolicy.Throw"/>.
/// </summary>
/// <remarks>The message is one sentence that names the place and what would be right. Nothing has been written.</remarks>
public sealed class LossInputException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    public LossInputException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    public LossInputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">What caused it.</param>
    public LossInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
