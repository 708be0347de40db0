using System;
using System.Collections.Generic;

namespace SeqLoss.Training;

/// <summary>A loss or a gradient became NaN or infinite; the message names the step, the layer and the pairs.</summary>
/// <remarks>The parameters and the optimiser are as before the step.</remarks>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence.</param>
    /// <param name="innerException">Its cause.</param>
    public TrainingDivergedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The step that could not be made, counted from 1.</summary>
    public long Step { get; init; }

    /// <summary>The pairs of the batch that shows it, as indexes into the corpus.</summary>
    public IReadOnlyList<int> Pairs { get; init; } = [];
}
