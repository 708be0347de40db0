using System;
using System.Threading;
using SeqLoss.Cli.Npy;
using SeqLoss.Cli.Streaming;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.Loss;

/// <summary>Feeds a loss with the blocks of its files.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="inputs">The files.</param>
/// <param name="blockBytes">The size of a block.</param>
internal abstract class LossWork(LossRequest request, LossInputs inputs, long blockBytes)
{
    protected LossRequest Request { get; } = request;

    protected LossInputs Inputs { get; } = inputs;

    protected BlockPlan Plan { get; } = new(inputs.Scores.Shape, UnitRank(request), blockBytes);

    protected nint[] Shape { get; } = Array.ConvertAll(inputs.Scores.Shape.ToArray(), size => (nint)size);

    /// <summary>The bytes that will be gone through.</summary>
    internal abstract long TotalBytes { get; }

    /// <summary>Checks the options and plans the divisors; reads what must be known before the first block.</summary>
    internal abstract void Begin(WorkProgress progress, CancellationToken cancellation);

    /// <summary>Computes all blocks.</summary>
    /// <param name="gradient">Where the gradient goes, if it is wanted.</param>
    /// <param name="progress">Told of every block.</param>
    /// <param name="cancellation">Looked at before every block.</param>
    internal abstract LossResult Run(NpyWriter<float>? gradient, WorkProgress progress, CancellationToken cancellation);

    internal static LossWork Create(LossRequest request, LossInputs inputs, long blockBytes)
        => request.IsRegression ? new RegressionWork(request, inputs, blockBytes) : new CrossEntropyWork(request, inputs, blockBytes);

    protected double[] NewReduced() => new double[Product(Inputs.ReducedShape)];

    protected double[] NewTokenLosses(bool isWanted) => isWanted ? new double[Product(Inputs.PositionShape)] : [];

    protected static long BytesOf(NpyFile file) => file.Length * NpyElementTypes.SizeOf(file.ElementType);

    /// <summary>The axes that a block must not cut: classes or features, and what stands behind them.</summary>
    private static int UnitRank(LossRequest request)
        => request.Layout.AsSpan().IndexOfAny('v', 'd') is >= 0 and int axis ? request.Layout.Length - axis : 0;

    private static int Product(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long size in shape)
        {
            product *= size;
        }

        return checked((int)product);
    }
}
