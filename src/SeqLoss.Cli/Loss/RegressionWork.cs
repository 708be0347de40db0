using System.Threading;
using SeqLoss.Cli.Npy;
using SeqLoss.Cli.Streaming;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.Loss;

/// <summary>Regression of files.</summary>
internal sealed class RegressionWork(LossRequest request, LossInputs inputs, long blockBytes) : LossWork(request, inputs, blockBytes)
{
    private BlockwiseRegression? loss;

    internal override long TotalBytes => BytesOf(Inputs.Scores) + BytesOf(Inputs.Targets);

    internal override void Begin(WorkProgress progress, CancellationToken cancellation)
    {
        var options = new RegressionOptions
        {
            Layout = LossChoices.RegressionLayouts.Parse("--layout", Request.Layout),
            Reduction = Request.Reduction,
            Empty = Request.Empty,
            FeatureReduction = Request.FeatureReduction ?? FeatureReduction.Mean,
            HuberDelta = Request.Delta ?? 1,
            Threads = Request.Threads,
        };
        loss = Request.Kind switch
        {
            LossKind.SquaredError => BlockwiseRegression.SquaredError(Shape, Inputs.Weights, options, Inputs.Upstream),
            LossKind.AbsoluteError => BlockwiseRegression.AbsoluteError(Shape, Inputs.Weights, options, Inputs.Upstream),
            _ => BlockwiseRegression.Huber(Shape, Inputs.Weights, options, Inputs.Upstream),
        };
    }

    internal override LossResult Run(NpyWriter<float>? gradient, WorkProgress progress, CancellationToken cancellation)
    {
        using var predictions = new BlockReader(Inputs.Scores, Plan);
        using var targets = new BlockReader(Inputs.Targets, Plan);
        using var gradients = new GradientWriter(gradient, Plan);
        foreach (Block block in Plan.Blocks())
        {
            cancellation.ThrowIfCancellationRequested();
            loss!.Add(predictions.ReadScores(block), targets.ReadScores(block), gradients.DestinationOf(block));
            gradients.Append(block);
            progress.Advance(predictions.BytesOf(block) + targets.BytesOf(block));
        }

        double[] reduced = NewReduced();
        double[] tokenLosses = NewTokenLosses(Request.PerToken is not null);
        LossSum sum = loss!.Complete(new LossOutputs { Reduced = reduced, TokenLoss = tokenLosses });
        return new LossResult(sum, reduced, loss.Divisor, loss.EmptyGroups, tokenLosses, []);
    }
}
