using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Work;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>Changes parameters against their gradients.</summary>
/// <remarks>
/// A step reads and writes each value once, on several threads, and allocates nothing. Each value is computed by itself: results have the
/// same bits for any number of threads. What is remembered between steps is <see cref="StepCount"/> and <see cref="Moments"/>.
/// </remarks>
public abstract class Optimizer : IWork
{
    private readonly ParameterChunks _chunks;
    private readonly int _threads;
    private float _gradientScale;

    private protected Optimizer(ParameterSet parameters, int? threads, params ReadOnlySpan<string> moments)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        Parameters = parameters;
        _chunks = new ParameterChunks(parameters);
        _threads = threads ?? Environment.ProcessorCount;
        ParameterTable[] remembered = new ParameterTable[moments.Length];
        for (int i = 0; i < moments.Length; i++)
        {
            remembered[i] = new ParameterTable(moments[i], parameters);
        }

        Moments = remembered;
    }

    /// <summary>What is changed.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>What is remembered for each value; a checkpoint saves it and restores it in place.</summary>
    public IReadOnlyList<ParameterTable> Moments { get; }

    /// <summary>The steps made.</summary>
    public long StepCount { get; internal set; }

    int IWork.ChunkCount => _chunks.Count;

    /// <summary>Makes one step and sets the gradients to 0 for the next.</summary>
    /// <param name="learningRate">The learning rate of this step, finite.</param>
    /// <param name="gradientScale">
    /// What gradients are multiplied by first, finite: 1/(summed token weight) makes the gradient of a sum that of the mean, and clipping
    /// multiplies it further.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite. Nothing has changed.</exception>
    public void Step(double learningRate, double gradientScale = 1)
    {
        if (!double.IsFinite(learningRate))
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate has to be finite.");
        }

        if (!double.IsFinite(gradientScale))
        {
            throw new ArgumentOutOfRangeException(nameof(gradientScale), gradientScale, "The scale of gradients has to be finite.");
        }

        StepCount++;
        _gradientScale = (float)gradientScale;
        BeginStep(learningRate);
        WorkPool.Run(this, _threads);
    }

    void IWork.Run(int index)
    {
        ParameterChunks.Chunk chunk = _chunks[index];
        for (int offset = 0; offset < chunk.Length; offset += ParameterChunks.BlockLength)
        {
            ParameterChunks.Chunk block = chunk.Block(offset);
            Span<float> gradient = _chunks.Gradient(block);
            TensorPrimitives.Multiply(gradient, _gradientScale, gradient);
            Update(block, _chunks.Values(block), gradient);
            gradient.Clear();
        }
    }

    /// <summary>Computes what all values of the step have in common; <see cref="StepCount"/> counts it already.</summary>
    private protected abstract void BeginStep(double learningRate);

    /// <summary>Changes a block of values; called on any thread.</summary>
    /// <param name="block">Which they are.</param>
    /// <param name="values">At most <see cref="ParameterChunks.BlockLength"/> of them.</param>
    /// <param name="gradient">Their gradients, scaled; scratch afterwards.</param>
    private protected abstract void Update(ParameterChunks.Chunk block, Span<float> values, Span<float> gradient);
}
