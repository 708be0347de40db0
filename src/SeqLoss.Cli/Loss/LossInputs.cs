using System;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Loss;

/// <summary>The files of a loss: scores and dense targets stay mapped, all else is read. Every shape has been checked.</summary>
internal sealed class LossInputs : IDisposable
{
    private LossInputs(NpyFile scores, NpyFile targets, AxisOrder axes, bool areIds)
    {
        Scores = scores;
        Targets = targets;
        Axes = axes;
        AreIds = areIds;
    }

    internal NpyFile Scores { get; }

    internal NpyFile Targets { get; }

    internal AxisOrder Axes { get; }

    /// <summary>Whether the targets are ids, and not distributions or values.</summary>
    internal bool AreIds { get; }

    /// <summary>All ids; empty where the targets are no ids.</summary>
    internal long[] Ids { get; private set; } = [];

    /// <summary>What the files say counts, without what is still to be found in the targets.</summary>
    internal TokenWeights? Weights { get; private set; }

    internal ClassWeights? ClassWeights { get; private set; }

    /// <summary>What flows into the gradient; empty for ones.</summary>
    internal double[] Upstream { get; private set; } = [];

    /// <summary>The text of each class, if a vocabulary is given.</summary>
    internal string[]? Vocabulary { get; private set; }

    /// <summary>The shape of the unreduced loss: of the tokens, or of the elements where weights are of elements.</summary>
    internal long[] PositionShape { get; private set; } = [];

    /// <summary>The shape of the reduced loss.</summary>
    internal long[] ReducedShape { get; private set; } = [];

    /// <summary>Opens and checks all files.</summary>
    /// <exception cref="BadFileException">A file cannot be used, or does not fit the scores.</exception>
    /// <exception cref="UsageException">An option does not apply to targets of this form.</exception>
    internal static LossInputs Open(LossRequest request)
    {
        NpyFile scores = NpyFile.Open(request.Scores);
        NpyFile? targets = null;
        try
        {
            targets = NpyFile.Open(request.Targets);
            InputCheck.CheckScores(scores, request);
            bool areIds = InputCheck.AreIds(targets, scores, request);
            LossRules.CheckTargetForm(request, areIds);
            var inputs = new LossInputs(scores, targets, new AxisOrder(request.Layout, scores.Shape), areIds);
            inputs.Read(request);
            return inputs;
        }
        catch
        {
            targets?.Dispose();
            scores.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Targets.Dispose();
        Scores.Dispose();
    }

    private void Read(LossRequest request)
    {
        Ids = AreIds ? Targets.ReadAll<long>() : [];
        Weights = WeightFiles.Read(request, Axes, out bool areOfElements);
        LossRules.CheckElementWeights(request, areOfElements);
        PositionShape = areOfElements ? Axes.Shape.ToArray() : Axes.TokenShape;
        ReducedShape = request.Reduction switch
        {
            Reduction.None => PositionShape,
            Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero => [Axes.Batch],
            Reduction.PerTimestep or Reduction.PerTimestepNonzero => [Axes.Time],
            _ => [],
        };
        if (request.ClassWeights is { } classWeights)
        {
            ClassWeights = WeightFiles.ReadClassWeights(classWeights, Axes);
        }

        if (request.Upstream is { } upstream)
        {
            using NpyFile file = NpyFile.Open(upstream);
            InputCheck.CheckShape(file, ReducedShape, $"the reduction {LossChoices.Reductions.NameOf(request.Reduction)}", "");
            Upstream = file.ReadAll<double>();
        }

        Vocabulary = request.Vocabulary is { } vocabulary ? VocabularyFile.Read(vocabulary, Axes.Classes) : null;
    }
}
