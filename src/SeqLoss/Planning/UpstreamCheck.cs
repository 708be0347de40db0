using System;

namespace SeqLoss.Planning;

/// <summary>Checks upstream gradients.</summary>
internal static class UpstreamCheck
{
    /// <summary>An upstream gradient is empty (ones) or has the shape of a reduced loss that is an array.</summary>
    public static void Check(ReadOnlySpan<double> upstream, Reduction reduction, int needed)
    {
        if (upstream.IsEmpty)
        {
            return;
        }

        if (!Reducer.IsArray(reduction))
        {
            throw new LossOptionException(
                $"an upstream gradient applies to reductions that are arrays: {reduction} is a scalar, multiply its gradient instead.");
        }

        if (upstream.Length != needed)
        {
            throw new LossInputException($"the upstream gradient has {upstream.Length} elements, the reduced loss has {needed}.");
        }
    }
}
