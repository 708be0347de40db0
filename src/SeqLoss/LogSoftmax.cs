using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>Log-probabilities of logits: ln p = x − ln Σ e^x over the classes of each token, in nats.</summary>
/// <remarks>
/// <para>
/// Computed in double as (x − m) − ln Σ e^(x − m), m the greatest logit, whatever is stored: the result is rounded once, also for
/// logits shifted by 1e4 and for a class that is nearly certain. A logit of −∞ gives −∞, a token of nothing else as well. NaN or +∞
/// among the logits of a token makes all of it NaN.
/// </para>
/// <para>
/// Results have the same bits for any number of threads, and a call allocates nothing once its threads have seen a row of this length.
/// </para>
/// </remarks>
public static class LogSoftmax
{
    private const string Destination = "the tensor of log-probabilities";

    [ThreadStatic]
    private static LogSoftmaxWork? _workOfThread;

    /// <summary>Writes the log-probabilities of logits.</summary>
    /// <param name="logits">Logits in the layout's order, for example <c>[B, T, V]</c>.</param>
    /// <param name="logProbs">Where ln p goes, shaped as the logits; may be the logits' own memory.</param>
    /// <param name="layout">The axis order.</param>
    /// <exception cref="LossInputException">The shapes do not fit, or memory overlaps. Nothing has been written.</exception>
    /// <exception cref="LossOptionException">The layout is none.</exception>
    public static void Write(Scores logits, TensorSpan<float> logProbs, ScoreLayout layout = ScoreLayout.Btv)
    {
        // Refuses a strided view by this name.
        TensorShape.Of<float>(logProbs, Destination);
        WriteTo(logits, logProbs, layout);
    }

    /// <inheritdoc cref="Write(Scores, TensorSpan{float}, ScoreLayout)"/>
    public static void Write(Scores logits, TensorSpan<double> logProbs, ScoreLayout layout = ScoreLayout.Btv)
    {
        // Refuses a strided view by this name.
        TensorShape.Of<double>(logProbs, Destination);
        WriteTo(logits, logProbs, layout);
    }

    /// <summary>Writes to a destination of any storage, rounded once.</summary>
    internal static unsafe void WriteTo(Scores logits, Gradient logProbs, ScoreLayout layout)
    {
        ScoreGrid grid = ScoreGrid.Of(layout, logits.Shape, "the logits");
        if (logProbs.Shape != logits.Shape)
        {
            throw new LossInputException($"the log-probabilities have shape {logProbs.Shape}, but the logits have {logits.Shape}.");
        }

        MemoryOverlap.Check(logits, logProbs, "the logits", mayBeSame: true, Destination);
        LogSoftmaxWork work = _workOfThread ??= new LogSoftmaxWork();
        fixed (byte* source = logits)
        fixed (byte* destination = logProbs)
        {
            work.Prepare(grid.Block(logits.Shape.Count), new(source, logits.Type), new(destination, logProbs.Type));
            WorkPool.Run(work, Environment.ProcessorCount);
        }
    }
}
