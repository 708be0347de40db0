using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Planning;

/// <summary>Refuses a destination that overlaps what is still read.</summary>
internal static class MemoryOverlap
{
    /// <summary>The gradient may be exactly the scores, of the same type; any other overlap is refused.</summary>
    /// <param name="scores">What is read.</param>
    /// <param name="gradient">What is written.</param>
    /// <param name="name">What the scores are called in the message.</param>
    /// <param name="mayBeSame">Whether both may be the same memory.</param>
    /// <param name="destination">What the gradient is called in the message.</param>
    public static void Check(Scores scores, Gradient gradient, string name, bool mayBeSame, string destination = "the gradient")
    {
        bool isSame = Unsafe.AreSame(ref scores.Data, ref gradient.Data) && scores.Type == gradient.Type;
        if (!(isSame && mayBeSame))
        {
            Check(ref scores.Data, Bytes(scores.Shape, scores.Type), gradient, name, destination);
        }
    }

    /// <summary>The gradient may not overlap the distributions at all.</summary>
    public static void Check(Targets distribution, Gradient gradient)
        => Check(ref distribution.Data, Bytes(distribution.Shape, distribution.Type), gradient, "the target distributions", "the gradient");

    private static void Check(ref byte data, nint length, Gradient gradient, string name, string destination)
    {
        nint gradientLength = Bytes(gradient.Shape, gradient.Type);
        nint distance = Unsafe.ByteOffset(ref data, ref gradient.Data);
        bool overlaps = length > 0 && gradientLength > 0 && distance < length && -distance < gradientLength;
        if (overlaps)
        {
            throw new LossInputException(
                $"{destination} overlaps {name} in part, or with another type: give it memory of its own.");
        }
    }

    private static nint Bytes(TensorShape shape, ElementType type) => shape.Count * NumberBuffer.Size(type);
}
