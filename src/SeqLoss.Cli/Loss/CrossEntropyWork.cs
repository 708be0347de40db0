using System;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Cli.Npy;
using SeqLoss.Cli.Streaming;
using SeqLoss.Cli.Terminals;
using SeqLoss.Planning;

namespace SeqLoss.Cli.Loss;

/// <summary>Cross-entropy of files.</summary>
internal sealed class CrossEntropyWork(LossRequest request, LossInputs inputs, long blockBytes) : LossWork(request, inputs, blockBytes)
{
    private BlockwiseCrossEntropy? loss;

    internal override long TotalBytes
    {
        get
        {
            int passesOverTargets = Inputs.AreIds ? 0 : 1 + (Request.IgnoreZeroRows ? 1 : 0) + (NeedsClassMass ? 1 : 0);
            return BytesOf(Inputs.Scores) + (passesOverTargets * BytesOf(Inputs.Targets));
        }
    }

    private bool NeedsClassMass => Request.Reduction == Reduction.MeanClassWeight;

    internal override void Begin(WorkProgress progress, CancellationToken cancellation)
    {
        TokenWeights? weights = Inputs.Weights;
        if (Request.IgnoreZeroRows)
        {
            TokenWeights mask = FindNonzeroRows(progress, cancellation);
            weights = weights is null ? mask : weights & mask;
        }

        Targets ids = Inputs.AreIds
            ? new ReadOnlyTensorSpan<long>(Inputs.Ids, Array.ConvertAll(Inputs.Axes.TokenShape, size => (nint)size))
            : default(Targets);
        loss = Request.ScoresAre switch
        {
            ScoreForm.Logits => BlockwiseCrossEntropy.FromLogits(Shape, ids, weights, Options(), Inputs.Upstream),
            ScoreForm.LogProbabilities => BlockwiseCrossEntropy.FromLogProbs(Shape, ids, weights, Options(), Inputs.Upstream),
            _ => BlockwiseCrossEntropy.FromProbabilities(Shape, ids, weights, Options(), Inputs.Upstream),
        };
        if (NeedsClassMass)
        {
            AddClassMass(loss, progress, cancellation);
        }
    }

    internal override LossResult Run(NpyWriter<float>? gradient, WorkProgress progress, CancellationToken cancellation)
    {
        using var scores = new BlockReader(Inputs.Scores, Plan);
        using BlockReader? distributions = Inputs.AreIds ? null : new BlockReader(Inputs.Targets, Plan);
        using var gradients = new GradientWriter(gradient, Plan);
        foreach (Block block in Plan.Blocks())
        {
            cancellation.ThrowIfCancellationRequested();
            Targets targets = distributions is null ? default : distributions.ReadDistributions(block);
            loss!.Add(scores.ReadScores(block), targets, gradients.DestinationOf(block));
            gradients.Append(block);
            progress.Advance(scores.BytesOf(block) + (distributions?.BytesOf(block) ?? 0));
        }

        bool areTokensWanted = Request.Vocabulary is not null;
        double[] reduced = NewReduced();
        double[] tokenLosses = NewTokenLosses(areTokensWanted || Request.PerToken is not null);
        int[] predicted = areTokensWanted ? new int[tokenLosses.Length] : [];
        LossSum sum = loss!.Complete(new LossOutputs { Reduced = reduced, TokenLoss = tokenLosses, ArgMax = predicted });
        return new LossResult(sum, reduced, loss.Divisor, loss.EmptyGroups, tokenLosses, predicted);
    }

    private CrossEntropyOptions Options() => Request.ToCrossEntropyOptions(Inputs.ClassWeights);

    private TokenWeights FindNonzeroRows(WorkProgress progress, CancellationToken cancellation)
    {
        var shape = new TensorShape(Shape.Length, Shape[0], Shape[1], Shape.Length > 2 ? Shape[2] : 1);
        var grid = ScoreGrid.Of(Options().Layout, shape, "the distribution");
        double[] mask = new double[grid.Sequences.Count];
        int first = 0;
        using var distributions = new BlockReader(Inputs.Targets, Plan);
        foreach (Block block in Plan.Blocks())
        {
            cancellation.ThrowIfCancellationRequested();
            int tokens = (int)(block.Length / grid.ClassCount);
            NonzeroRows.Find(grid, distributions.ReadScores(block), mask.AsSpan(first, tokens));
            first += tokens;
            progress.Advance(distributions.BytesOf(block));
        }

        return TokenWeights.FromMask(Tensor.Create(mask, Array.ConvertAll(Inputs.Axes.TokenShape, size => (nint)size)));
    }

    private void AddClassMass(BlockwiseCrossEntropy begun, WorkProgress progress, CancellationToken cancellation)
    {
        using var distributions = new BlockReader(Inputs.Targets, Plan);
        foreach (Block block in Plan.Blocks())
        {
            cancellation.ThrowIfCancellationRequested();
            begun.AddClassMass(distributions.ReadDistributions(block));
            progress.Advance(distributions.BytesOf(block));
        }
    }
}
