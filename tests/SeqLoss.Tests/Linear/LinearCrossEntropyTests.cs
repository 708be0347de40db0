using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>The loss of a projection and its gradients against the double reference and against the dense loss.</summary>
public sealed class LinearCrossEntropyTests
{
    /// <summary>Rows of 7000 classes, of which 72 fit at a time.</summary>
    private static readonly LinearCrossEntropyOptions FewRows = new() { WorkspaceBytes = 6 << 20 };

    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            int[] lengths = [1, 7, 252, 507, 1021];
            TheoryData<int, int, int> shapes = [];
            for (int i = 0; i < lengths.Length; i++)
            {
                for (int k = 0; k < lengths.Length; k++)
                {
                    // Each pair of lengths once, in any two of the three places.
                    shapes.Add(lengths[i], lengths[k], lengths[(i + k) % lengths.Length]);
                }
            }

            return shapes;
        }
    }

    /// <summary>Every weighting, smoothing, class weight, z-loss, soft-cap, temperature, reduction and order, in random company.</summary>
    [Fact]
    public void AnyOptions_GiveTheLossAndGradientsOfTheReference() => Law.Holds(400, seed =>
    {
        Random random = new(seed);
        CrossEntropyCase loss = LogitsOf(seed, rows: random.Next(4) == 0);
        ProjectionCase c = ProjectionCase.Of(loss, random.Next(1, 40), seed, hasBias: random.Next(2) == 0);
        CallSettings settings = SettingsOf(c, random);
        ProjectionAssert.IsRight(c, ProjectionCall.Run(c, settings), settings);
    });

    /// <summary>The same loss as the dense one of the product, whose options mean the same.</summary>
    [Fact]
    public void AnyOptions_GiveTheCountsOfTheDenseLoss() => Law.Holds(100, seed =>
    {
        Random random = new(seed);
        ProjectionCase c = ProjectionCase.Of(LogitsOf(seed, rows: false), random.Next(1, 20), seed);
        CallSettings settings = SettingsOf(c, random);
        Outcome dense = CrossEntropyCall.Run(c.Loss, settings with { WantsGradient = false, Storage = Storage.Double });
        ProjectionOutcome linear = ProjectionCall.Run(c, settings);
        new Tolerance(4e-6, 1e-5).Sum(dense.Sum, linear.Sum, $"{c}");
        Assert.Equal(dense.ArgMax, linear.ArgMax);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OddShapes_GiveTheLossAndGradientsOfTheReference(int tokens, int features, int classes)
    {
        CrossEntropyCase loss = RandomCases.Plain(tokens + features, tokens, 1, classes) with { Scores = [] };
        ProjectionCase c = ProjectionCase.Of(loss, features, classes);
        CallSettings settings = new() { Order = AxisOrder.Rows, AreIdsWide = true };
        ProjectionAssert.IsRight(c, ProjectionCall.Run(c, settings), settings);
    }

    /// <summary>With a weight for each token the vocabulary's gradient cannot be scaled afterwards: uniform ones would hide it.</summary>
    [Fact]
    public void UnreducedLossInChunks_HasTheGradientOfItsUpstream()
    {
        CrossEntropyCase loss = RandomCases.Plain(3, 200, 1, 7000) with { LabelSmoothing = 0.1, ZLoss = 1e-3 };
        ProjectionCase c = ProjectionCase.Of(loss, 16, 4);
        double[] upstream = [.. Enumerable.Range(0, 200).Select(i => Math.Sin(i) * (i % 7 == 0 ? 30 : 1))];
        CallSettings settings = new() { Order = AxisOrder.Rows, Reduction = Reduction.None, Upstream = upstream };
        ProjectionAssert.IsRight(c, ProjectionCall.Run(c, settings, FewRows), settings);
    }

    /// <summary>Gradients of targets with p near 1 are near 0: what is left is not rounding.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(4.0)]
    [InlineData(12.0)]
    public void ErrorIsNotLargerThanThatOfTheUnfusedComputationInSingle(double scale)
    {
        CrossEntropyCase loss = RandomCases.Plain(8, 120, 1, 900);
        ProjectionCase c = ProjectionCase.Of(loss, 96, 9, scale: scale);
        long[] ids = Confident(c, every: 2);
        c = c with { Loss = c.Loss with { Ids = ids } };
        CallSettings settings = new() { Order = AxisOrder.Rows };
        ProjectionOutcome fused = ProjectionCall.Run(c, settings);
        (float[] hidden, float[] vocabulary, float[] bias) = Unfused.Gradients(c);
        (double[] Hidden, double[] Vocabulary, double[] Bias) exact = c.Gradients(Reduction.Mean);
        AssertNotWorse(exact.Hidden, hidden, fused.Hidden, "hidden");
        AssertNotWorse(exact.Vocabulary, vocabulary, fused.Vocabulary, "vocabulary");
        AssertNotWorse(exact.Bias, bias, fused.Bias, "bias");
    }

    [Fact]
    public void LossAlone_HasTheBitsOfTheLossWithGradients()
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(3, 200, 1, 7000), 16, 4);
        CallSettings settings = new() { Order = AxisOrder.Rows };
        ProjectionOutcome alone = ProjectionCall.Run(c, settings, FewRows, wantsGradients: false);
        ProjectionOutcome both = ProjectionCall.Run(c, settings, FewRows);
        Assert.Equal(both.TokenLoss, alone.TokenLoss);
        Assert.Equal(both.Sum, alone.Sum);
        Assert.All(alone.Vocabulary, value => Assert.True(float.IsNaN(value)));
    }

    /// <summary>Micro-batches that accumulate are the whole batch; the gradient of the hidden states is each one's own.</summary>
    [Fact]
    public void MicroBatches_AccumulateToTheWhole()
        => AssertAccumulates(ProductPrecision.AsGiven, ProductLibrary.Managed, ProjectionAssert.Norm);

    [OneDnnFact]
    public void OneDnn_MicroBatchesOfRoundedOperands_AccumulateToTheWhole()
        => AssertAccumulates(ProductPrecision.BFloat16, ProductLibrary.OneDnn, Math.Pow(2, -8));

    [Fact]
    public void GradientOfTheHiddenStates_MayBeTheirMemory()
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(5, 200, 1, 7000), 16, 6);
        ProjectionOutcome apart = ProjectionCall.Run(c, new() { Order = AxisOrder.Rows }, FewRows);
        float[] hidden = Array.ConvertAll(c.Hidden, value => (float)value), ofVocabulary = new float[c.Vocabulary.Length];
        LinearCrossEntropy loss = new(FewRows with { Loss = new() { Layout = ScoreLayout.Nv } });
        loss.Compute(
            new ReadOnlyTensorSpan<float>(hidden, [200, 16]),
            new(new ReadOnlyTensorSpan<float>(Array.ConvertAll(c.Vocabulary, value => (float)value), [7000, 16]))
            {
                Bias = Array.ConvertAll(c.Bias!, value => (float)value),
            },
            new ReadOnlyTensorSpan<long>(c.Loss.Ids!),
            gradients: new()
            {
                Hidden = new TensorSpan<float>(hidden, [200, 16]),
                Vocabulary = new TensorSpan<float>(ofVocabulary, [7000, 16]),
            });
        Assert.Equal(apart.Hidden, hidden);
        Assert.Equal(apart.Vocabulary, ofVocabulary);
    }

    private static CrossEntropyCase LogitsOf(int seed, bool rows)
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed, rows, hasIds: true);
        return c with { Door = Door.Logits, Clip = null };
    }

    private static CallSettings SettingsOf(ProjectionCase c, Random random)
    {
        AxisOrder order = c.Loss.Time == 1 && c.Loss.Weighting is { Lengths: null, ExampleWeights: null } ? AxisOrder.Rows
            : RandomCases.Pick(random, AxisOrder.BatchTimeClass, AxisOrder.TimeBatchClass);
        Reduction reduction = Reductions.WithoutClassWeight[random.Next(Reductions.WithoutClassWeight.Length)];
        return new()
        {
            Order = order,
            Reduction = reduction,
            Empty = RandomCases.Pick(random, EmptyPolicy.Zero, EmptyPolicy.NaN),
            AreIdsWide = random.Next(2) == 0,
            Threads = random.Next(1, 4),
            Upstream = RandomCases.Upstream(random, reduction, c.Loss.Batch, c.Loss.Time, c.Loss.Tokens),
        };
    }

    /// <summary>The ids of the case, some of them the class of the greatest logit.</summary>
    private static long[] Confident(ProjectionCase c, int every)
        => [.. c.Loss.Ids!.Select((id, token) => token % every != 0 ? id
            : CrossEntropyReference.FirstGreatest(c.Loss.Scores.AsSpan(token * c.Loss.Classes, c.Loss.Classes)))];

    private static void AssertAccumulates(ProductPrecision precision, ProductLibrary library, double norm)
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(5, 60, 1, 300), 40, 6);
        c = precision == ProductPrecision.BFloat16 ? c.Rounded() : c;
        float[] hidden = Array.ConvertAll(c.Hidden, value => (float)value), ofHidden = new float[hidden.Length];
        float[] vocabulary = Array.ConvertAll(c.Vocabulary, value => (float)value), ofVocabulary = [.. vocabulary];
        float[] bias = Array.ConvertAll(c.Bias!, value => (float)value), ofBias = [.. bias];
        CrossEntropyOptions options = new() { Layout = ScoreLayout.Nv, Reduction = Reduction.Sum };
        LinearCrossEntropy loss = new(new() { Loss = options, Precision = precision }, library);
        foreach ((int first, int count) in new[] { (0, 25), (25, 0), (25, 35) })
        {
            loss.Compute(
                new ReadOnlyTensorSpan<float>(hidden.AsSpan(first * 40, count * 40), [count, 40]),
                new(new ReadOnlyTensorSpan<float>(vocabulary, [300, 40])) { Bias = bias },
                new ReadOnlyTensorSpan<long>(c.Loss.Ids.AsSpan(first, count), [count]),
                gradients: new()
                {
                    Hidden = new TensorSpan<float>(ofHidden.AsSpan(first * 40, count * 40), [count, 40]),
                    Vocabulary = new TensorSpan<float>(ofVocabulary, [300, 40]),
                    Bias = ofBias,
                    Accumulates = true,
                });
        }

        (double[] Hidden, double[] Vocabulary, double[] Bias) exact = c.Gradients(Reduction.Sum);
        TensorPrimitives.Add(exact.Vocabulary, c.Vocabulary, exact.Vocabulary);
        TensorPrimitives.Add(exact.Bias, c.Bias!, exact.Bias);
        ProjectionAssert.HasNormOf(exact.Hidden, ofHidden, "hidden", norm);
        ProjectionAssert.HasNormOf(exact.Vocabulary, ofVocabulary, "vocabulary", norm);
        ProjectionAssert.HasNormOf(exact.Bias, ofBias, "bias");
    }

    private static void AssertNotWorse(double[] exact, float[] unfused, float[] fused, string what)
    {
        (double ofUnfused, double size) = ProjectionAssert.Difference(exact, unfused);
        (double ofFused, _) = ProjectionAssert.Difference(exact, fused);
        Assert.True(ofFused <= ofUnfused + (1e-6 * size), $"{what}: {ofFused:G3} is more than {ofUnfused:G3} of {size:G3}");
    }
}
