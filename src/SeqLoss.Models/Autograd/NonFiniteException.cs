using System;
using System.Numerics.Tensors;

namespace SeqLoss.Models.Autograd;

/// <summary>A computation gave NaN or infinity.</summary>
public sealed class NonFiniteException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NonFiniteException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence.</param>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence.</param>
    /// <param name="innerException">Its cause.</param>
    public NonFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static void ThrowIfNotFinite(ReadOnlySpan<float> values, Operation operation, string what)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        int index = 0;
        while (float.IsFinite(values[index]))
        {
            index++;
        }

        string layer = operation.Layer.Length == 0 ? operation.GetType().Name : $"{operation.Layer} ({operation.GetType().Name})";
        throw new NonFiniteException($"value {index} of the {what} of {layer} is {values[index]}");
    }
}
