using System;

namespace SeqLoss.Models.Files;

/// <summary>A file of a model or of its training cannot be read, cannot be written, or does not hold what it should.</summary>
/// <remarks>The message is one sentence that names the file, the place in it and the cure.</remarks>
public sealed class ModelFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelFileException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    public ModelFileException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="innerException">What caused it.</param>
    public ModelFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
