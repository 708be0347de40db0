using System;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Work;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>The norm of all gradients of a model together, √Σg².</summary>
/// <remarks>
/// Squares are taken and summed in <see cref="double"/>: no finite gradient overflows. The sums of fixed pieces are added in their order,
/// so that the result has the same bits for any number of threads.
/// </remarks>
public sealed class GradientNorm : IWork
{
    // torch.nn.utils.clip_grad_norm_ adds it to the norm that it divides by.
    private const double ClipEpsilon = 1e-6;

    private readonly ParameterChunks _chunks;
    private readonly double[] _sums;
    private readonly int _threads;

    /// <param name="parameters">Whose gradients.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public GradientNorm(ParameterSet parameters, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        _chunks = new ParameterChunks(parameters);
        _sums = new double[_chunks.Count];
        _threads = threads ?? Environment.ProcessorCount;
    }

    int IWork.ChunkCount => _chunks.Count;

    /// <summary>What to multiply gradients of a norm by, so that their norm is at most another: min(1, most/(norm + 1e-6)).</summary>
    /// <remarks>As <c>torch.nn.utils.clip_grad_norm_</c>.</remarks>
    /// <param name="norm">The norm, of the gradients as the optimiser will see them: clip after dividing by what was counted.</param>
    /// <param name="most">The most it may be.</param>
    public static double ClipScale(double norm, double most) => Math.Min(1, most / (norm + ClipEpsilon));

    /// <summary>Computes the norm; NaN or infinity where a gradient is.</summary>
    public double Compute()
    {
        WorkPool.Run(this, _threads);
        double sum = 0;
        foreach (double part in _sums)
        {
            sum += part;
        }

        return Math.Sqrt(sum);
    }

    void IWork.Run(int index)
    {
        ParameterChunks.Chunk chunk = _chunks[index];
        Span<double> wide = stackalloc double[ParameterChunks.BlockLength];
        double sum = 0;
        for (int offset = 0; offset < chunk.Length; offset += ParameterChunks.BlockLength)
        {
            Span<float> gradient = _chunks.Gradient(chunk.Block(offset));
            Prefetch.Far(ref MemoryMarshal.GetReference(gradient), ParameterChunks.BlockLength, gradient.Length);
            TensorPrimitives.ConvertTruncating<float, double>(gradient, wide);
            sum += TensorPrimitives.SumOfSquares<double>(wide[..gradient.Length]);
        }

        _sums[index] = sum;
    }
}
