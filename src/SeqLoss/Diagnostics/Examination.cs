using System;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Surveys;
using SeqLoss.Kernels.Work;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics;

/// <summary>A cross-entropy read in one layout: what counts, what its rows hold, and the losses of its tokens.</summary>
/// <remarks>The scores and targets stay pinned while it is used. Arrays of tokens have the order of the scores as stored.</remarks>
internal sealed class Examination
{
    private readonly CrossEntropyTerms terms;
    private readonly RowClip? clip;
    private double[]? rawLogSumExp;

    /// <summary>Reads what was given in one layout, whose shapes fit.</summary>
    /// <param name="input">What was given.</param>
    /// <param name="layout">The layout to read it in.</param>
    /// <param name="ids">The target ids as stored; empty for distributions.</param>
    public Examination(CheckInput input, ScoreLayout layout, long[] ids)
    {
        Input = input;
        Ids = ids;
        Grid = ScoreGrid.Of(layout, input.Shape, "the scores");
        Shape = Grid.Block(input.Shape.Count);
        Factors = new PositionFactors(input.Given, Grid.Sequences, ids);
        terms = CrossEntropyChecks.TermsOf(input.Options with { Layout = layout }, input.Kind, Grid.ClassCount, AreIds);
        clip = CrossEntropyChecks.ClipOf(input.Options.Clip, input.Kind, AreIds, terms.MasslessClass);
        int count = Grid.Sequences.Count;
        Weight = new double[count];
        for (int token = 0; token < count; token++)
        {
            Weight[token] = Factors.WeightOf(token);
        }

        if (!AreIds)
        {
            TargetRows = input.Survey(input.Distribution, Shape, Weight);
            if (input.Given.IgnoreZeroRows)
            {
                LeaveOutZeroRows();
            }
        }

        ScoreRows = input.Survey(input.Scores, Shape, Weight);
        IsReadable = new bool[count];
        for (int token = 0; token < count; token++)
        {
            IsReadable[token] = Counts(token) && HasSoftmax(token) && HasTarget(token);
        }

        Tokens = Measure(terms, ids, input.Distribution, wantsLogSumExp: HasPlainLogits);
    }

    public CheckInput Input { get; }

    public ScoreGrid Grid { get; }

    public ScoreShape Shape { get; }

    public PositionFactors Factors { get; }

    public long[] Ids { get; }

    public bool AreIds => Input.Distribution.IsNull;

    public int ClassCount => Grid.ClassCount;

    public int Count => Grid.Sequences.Count;

    /// <summary>W of each token.</summary>
    public double[] Weight { get; }

    /// <summary>Whether a token counts, and its scores and target have a loss.</summary>
    public bool[] IsReadable { get; }

    public RowSurvey ScoreRows { get; }

    /// <summary>The target distributions; none for ids.</summary>
    public RowSurvey? TargetRows { get; }

    /// <summary>Losses, likelihoods and classes of the readable tokens.</summary>
    public TokenTable Tokens { get; }

    /// <summary>Whether the loss is of the logits as they are.</summary>
    private bool HasPlainLogits => terms is { Kind: ScoreKind.Logits, SoftCap: 0, InverseTemperature: 1 };

    public bool Counts(int token) => Weight[token] != 0;

    /// <summary>Whether the softmax of a row, or its probabilities, are numbers.</summary>
    public bool HasSoftmax(int token)
        => ScoreRows.Max[token] < double.PositiveInfinity
            && (Input.Kind == ScoreKind.Probabilities
                ? ScoreRows.Min[token] > double.NegativeInfinity
                : ScoreRows.Max[token] > double.NegativeInfinity);

    /// <summary>Whether a token is readable and its target names a class: its id, or the greatest of its distribution.</summary>
    public bool HasClass(int token) => IsReadable[token] && (AreIds || TargetRows!.Max[token] > 0);

    /// <summary>The class of the target, where <see cref="HasClass"/>.</summary>
    public int ClassOf(int token) => Tokens.Target[token];

    /// <summary>The loss of a readable token in nats, without smoothing, class weights and z-loss, and of 100 nats at most.</summary>
    /// <remarks>One class of probability 0 must not decide a comparison of means.</remarks>
    public double LikelihoodLoss(int token) => Bounded(Tokens.NegativeLogLikelihood[token]);

    /// <summary>ln Σ e^x of the scores as they are, x of any form.</summary>
    public double[] RawLogSumExp => rawLogSumExp ??= HasPlainLogits
        ? Tokens.LogSumExp
        : Measure(
            PlainTerms(ScoreKind.Logits),
            new long[Count],
            distribution: default,
            wantsLogSumExp: true).LogSumExp;

    /// <summary>The likelihood losses of other target ids under the same scores.</summary>
    /// <param name="ids">One for each token; out of range where there is none, and the loss then 0.</param>
    public double[] LikelihoodLossesOf(long[] ids)
        => LikelihoodLossesOf(ids, terms with { Alpha = 1, Beta = 0, MasslessClass = -1, ClassWeights = null, ZLoss = 0 });

    /// <summary>The mean of −ln p of the targets' classes, if the scores were probabilities.</summary>
    public double MeanAsProbabilities()
    {
        long[] classes = new long[Count];
        for (int token = 0; token < Count; token++)
        {
            classes[token] = HasClass(token) ? ClassOf(token) : -1;
        }

        double[] losses = LikelihoodLossesOf(classes, PlainTerms(ScoreKind.Probabilities));
        LossSample sample = new();
        for (int token = 0; token < Count; token++)
        {
            if (classes[token] >= 0)
            {
                sample.Add(losses[token]);
            }
        }

        return sample.Mean;
    }

    /// <summary>The mean loss in nats, ΣWℓ/ΣD, over those readable tokens that a condition keeps.</summary>
    public double MeanLoss(Func<int, bool>? keeps = null)
    {
        double sum = 0, weight = 0;
        for (int token = 0; token < Count; token++)
        {
            if (IsReadable[token] && (keeps is null || keeps(token)))
            {
                sum += Weight[token] * Tokens.Loss[token];
                weight += DenominatorOf(token);
            }
        }

        return sum / weight;
    }

    /// <summary>D of a token.</summary>
    public double DenominatorOf(int token) => !Counts(token) ? 0
        : AreIds && Ids[token] >= 0 && Ids[token] < ClassCount ? Weight[token] * terms.ClassWeight((int)Ids[token])
        : Weight[token];

    /// <summary>The first token, by sequence and step, that a condition holds for; −1 for none.</summary>
    public int FirstToken(Func<int, bool> condition)
    {
        SequenceGrid sequences = Grid.Sequences;
        for (int b = 0; b < sequences.Batch; b++)
        {
            for (int t = 0; t < sequences.Time; t++)
            {
                int token = sequences.TokenAt(b, t);
                if (condition(token))
                {
                    return token;
                }
            }
        }

        return -1;
    }

    /// <summary>The number of tokens that a condition holds for.</summary>
    public int CountTokens(Func<int, bool> condition)
    {
        int count = 0;
        for (int token = 0; token < Count; token++)
        {
            count += condition(token) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The place of a token, and of one of its classes.</summary>
    public FindingPosition PositionOf(int token, int? index = null)
    {
        SequenceGrid sequences = Grid.Sequences;
        return sequences.IsRows
            ? new(null, null, token, index)
            : new(sequences.BatchOf(token), sequences.TimeOf(token), null, index);
    }

    /// <summary>The numbers of one row of scores or of the distribution, in double.</summary>
    public double[] RowOf(NumberBuffer numbers, int token)
    {
        double[] row = new double[ClassCount];
        numbers.Load<double>(Shape.Offset(token / Shape.Width, 0) + (token % Shape.Width), row, Shape.Width);
        return row;
    }

    private bool HasTarget(int token) => AreIds
        ? Ids[token] >= 0 && Ids[token] < ClassCount
        : TargetRows!.Min[token] > double.NegativeInfinity && TargetRows.Max[token] < double.PositiveInfinity;

    private void LeaveOutZeroRows()
    {
        for (int token = 0; token < Count; token++)
        {
            if (TargetRows!.Min[token] == 0 && TargetRows.Max[token] == 0)
            {
                Weight[token] = 0;
            }
        }
    }

    private TokenTable Measure(in CrossEntropyTerms measured, long[] ids, NumberBuffer distribution, bool wantsLogSumExp)
    {
        TokenTable table = new();
        table.Prepare(Count, wantsLogSumExp, wantsEntropy: false);
        for (int token = 0; token < Count; token++)
        {
            bool isMeasured = IsReadable[token] && (!distribution.IsNull || (ids[token] >= 0 && ids[token] < ClassCount));
            table.Weight[token] = isMeasured ? 1 : 0;
            table.Target[token] = isMeasured && distribution.IsNull ? (int)ids[token] : -1;
        }

        if (Count > 0)
        {
            CrossEntropyWork work = new();
            RowClip? rows = measured.Kind == ScoreKind.Probabilities && clip is { } bounds
                ? bounds with { ClipsTargets = bounds.ClipsTargets && !distribution.IsNull }
                : null;
            work.Prepare(measured, table, Shape, 0, Input.Scores, distribution, gradient: default, rows);
            CancellableWork.Run(work, Input.Threads, Input.Cancellation);
        }

        return table;
    }

    private CrossEntropyTerms PlainTerms(ScoreKind kind) => new(kind, ClassCount, 1, 0, -1, null, 0, 0, 1);

    private double[] LikelihoodLossesOf(long[] ids, in CrossEntropyTerms measured)
        => Array.ConvertAll(Measure(measured, ids, distribution: default, wantsLogSumExp: false).NegativeLogLikelihood, Bounded);

    private static double Bounded(double loss) => Math.Min(loss, 100);
}
