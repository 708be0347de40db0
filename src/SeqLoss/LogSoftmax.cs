using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
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
    [ThreadStatic]
    private static LogSoftmaxWork? _workOfThread;

    /// <summary>Writes the log-probabilities of logits.</summary>
    /// <param name="logits">Logits in the layout's order, for example <c>[B, T, V]</c>.</param>
    /// <param name="logProbs">Where ln p goes, shaped as the logits; may be the logits' own memory.</param>
    /// <param name="layout">The axis order.</param>
    /// <exception cref="LossInputException">The shapes do not fit, or memory overlaps. Nothing has been written.</exception>
    /// <exception cref="LossOptionException">The layout is none.</exception>
    public static unsafe void Write(Scores logits, TensorSpan<float> logProbs, ScoreLayout layout = ScoreLayout.Btv)
    {
        ScoreShape shape = Check(logits, TensorShape.Of<float>(logProbs, "the tensor of log-probabilities"), logProbs, layout);
        fixed (float* address = logProbs)
        {
            Write(logits, shape, new(address, ElementType.Float32));
        }
    }

    /// <inheritdoc cref="Write(Scores, TensorSpan{float}, ScoreLayout)"/>
    public static unsafe void Write(Scores logits, TensorSpan<double> logProbs, ScoreLayout layout = ScoreLayout.Btv)
    {
        ScoreShape shape = Check(logits, TensorShape.Of<double>(logProbs, "the tensor of log-probabilities"), logProbs, layout);
        fixed (double* address = logProbs)
        {
            Write(logits, shape, new(address, ElementType.Float64));
        }
    }

    private static ScoreShape Check(Scores logits, TensorShape logProbs, Gradient destination, ScoreLayout layout)
    {
        ScoreGrid grid = ScoreGrid.Of(layout, logits.Shape, "the logits");
        if (logProbs != logits.Shape)
        {
            throw new LossInputException($"the log-probabilities have shape {logProbs}, but the logits have {logits.Shape}.");
        }

        MemoryOverlap.Check(logits, destination, "the logits", mayBeSame: true, "the tensor of log-probabilities");
        return grid.Block(logits.Shape.Count);
    }

    private static unsafe void Write(Scores logits, ScoreShape shape, NumberBuffer logProbs)
    {
        LogSoftmaxWork work = _workOfThread ??= new LogSoftmaxWork();
        fixed (byte* address = logits)
        {
            work.Prepare(shape, new(address, logits.Type), logProbs);
            WorkPool.Run(work, Environment.ProcessorCount);
        }
    }
}
