using System;
using System.Numerics.Tensors;
using Xunit;

namespace SeqLoss.Tests.Errors;

/// <summary>Blocks that are not parts of their whole, and helpers around the losses that are called wrongly.</summary>
public sealed class BlockErrorTests
{
    private static readonly Refusal Refusal = new(2, 3, 4);

    private static ReadOnlyTensorSpan<int> Ids => new(Refusal.Ids, [2, 3]);

    [Fact]
    public void Blocks_MustBePartsOfTheWhole()
    {
        BlockwiseCrossEntropy rows = BlockwiseCrossEntropy.FromLogits([2, 3, 4], Ids);
        Refuse(() => rows.Add(Scores(2, 5)), "a block of shape [2, 5]", "[2, 3, 4]");
        Refuse(() => rows.Add(Scores(1, 2, 4)), "a block of shape [1, 2, 4]", "[2, 3, 4]");
        Refuse(() => rows.Add(Scores(7, 4)), "a block of 7 tokens follows 0 of 6");
        rows.Add(Scores(5, 4));
        Refuse(() => rows.Add(Scores(2, 4)), "a block of 2 tokens follows 5 of 6");
        Refuse(() => rows.Complete(), "5 of 6 tokens have been added");
        Refuse(() => rows.Add(Scores(1, 4), gradient: new TensorSpan<float>(Refusal.Gradient.AsSpan(0, 8), [2, 4])), "[2, 4]", "[1, 4]");
        rows.Add(Scores(1, 4));
        Assert.Equal(6, rows.Complete().Tokens);

        BlockwiseCrossEntropy columns = BlockwiseCrossEntropy.FromLogits(
            [2, 4, 3], Ids, options: new() { Layout = ScoreLayout.Bvt });
        Refuse(() => columns.Add(Scores(3, 3)), "a block of shape [3, 3]", "[2, 4, 3]");
    }

    [Fact]
    public void Regression_BlocksMustBePartsOfTheWhole()
    {
        BlockwiseRegression blocks = BlockwiseRegression.SquaredError([2, 3, 4]);
        Refuse(() => blocks.Add(Scores(2, 5), Scores(2, 5)), "a block of shape [2, 5]", "[2, 3, 4]");
        Refuse(() => blocks.Add(Scores(3, 3, 4), Scores(3, 3, 4)), "a block of 9 positions follows 0 of 6");
        Refuse(() => blocks.Add(Scores(1, 3, 4), Scores(2, 3, 4)), "[2, 3, 4]", "[1, 3, 4]");
        Refuse(() => blocks.Complete(), "0 of 6 positions have been added");
    }

    [Fact]
    public void Wholes_HaveTheAxesOfTheLayout()
    {
        Refuse(() => BlockwiseCrossEntropy.FromLogits([1, 2, 3, 4], Ids), "is [1, 2, 3, 4], but layout btv [B, T, V] has 3 axes");
        Refuse(() => BlockwiseCrossEntropy.FromLogits([], Ids), "the scores may have 1 to 8 axes, but here are 0");
        Refuse(() => BlockwiseRegression.Huber([1, 2, 3, 4]), "shape [1, 2, 3, 4], but layout btd [B, T, D] has 3 axes");
    }

    [Fact]
    public void Upstream_IsOfTheWhole()
    {
        CrossEntropyOptions perExample = new() { Reduction = Reduction.PerExample };
        BlockwiseCrossEntropy blocks = BlockwiseCrossEntropy.FromLogits([2, 3, 4], Ids, options: perExample);
        Refusal.Check<LossOptionException>(
            () => blocks.Add(Scores(6, 4), gradient: ((Gradient)new TensorSpan<float>(Refusal.Gradient, [6, 4])).WithUpstream([1, 1])),
            "the upstream gradient is of the whole loss");
        Refusal.Check<LossInputException>(
            () => BlockwiseCrossEntropy.FromLogits([2, 3, 4], Ids, null, perExample, [1, 1, 1]),
            "the upstream gradient has 3 elements, the reduced loss has 2");
    }

    [Fact]
    public void ClassMass_PassesBeforeTheScores()
    {
        BlockwiseCrossEntropy plain = BlockwiseCrossEntropy.FromLogits([2, 3, 4], default);
        Refusal.Check<LossOptionException>(() => plain.AddClassMass(Distribution(2, 4)), "MeanClassWeight alone");

        CrossEntropyOptions perClassMass = new() { Reduction = Reduction.MeanClassWeight };
        BlockwiseCrossEntropy weighted = BlockwiseCrossEntropy.FromLogits([2, 3, 4], default, options: perClassMass);
        Refuse(() => weighted.Add(Scores(6, 4), Distribution(6, 4)), "the class mass of 0 of 6 tokens is known");
        weighted.AddClassMass(Distribution(4, 4));
        Refuse(() => weighted.Add(Scores(6, 4), Distribution(6, 4)), "the class mass of 4 of 6 tokens is known");
        Refuse(() => weighted.AddClassMass(Distribution(3, 4)), "a block of 3 tokens follows 4 of 6");
        Refuse(() => weighted.Complete(), "0 of 6 tokens");
    }

    [Fact]
    public void OutputsOfSingleCalls_AreRefused()
    {
        BlockwiseCrossEntropy blocks = BlockwiseCrossEntropy.FromLogits([2, 3, 4], Ids);
        blocks.Add(Scores(6, 4));
        Refusal.Check<LossOptionException>(() => blocks.Complete(new() { LogSumExp = new double[6] }), "outputs of a single call");
        Refusal.Check<LossOptionException>(() => blocks.Complete(new() { Entropy = new double[6] }), "outputs of a single call");
        Refuse(() => blocks.Complete(new() { TokenLoss = new double[5] }), "the token loss has 5 elements, 6 are needed");
    }

    [Theory]
    [InlineData(Reduction.None)]
    [InlineData(Reduction.PerExample)]
    [InlineData(Reduction.MeanPerExample)]
    [InlineData(Reduction.MeanClassWeight)]
    public void Accumulator_NeedsAReductionThatASumRemembers(Reduction reduction)
        => Refusal.Check<LossOptionException>(() => _ = new LossAccumulator(reduction), $"{reduction} cannot be derived from a sum");

    [Fact]
    public void TeacherForcing_NeedsSizesThatFit()
    {
        int[] inputs = [7, 7, 7, 7, 7, 7], labels = [7, 7, 7, 7, 7, 7], lengths = [7, 7];
        void RefuseShift(int[] tokens, int[] tokenLengths, int[] shifted, params string[] phrases)
        {
            Refuse(() => TeacherForcing.ShiftRight(tokens, tokenLengths, new SequenceMarkers(1, 2, 0), inputs, labels, shifted), phrases);
            Assert.All([.. inputs, .. labels, .. lengths], value => Assert.Equal(7, value));
        }

        RefuseShift([1, 2, 3], [1, 1], lengths, "3 tokens cannot be shared among 2 sequences");
        RefuseShift([1, 2, 3, 4], [1, 3], lengths, "length[b=1] is 3, but the sequences have 2 steps (0..2)");
        RefuseShift([1, 2, 3, 4], [-1, 1], lengths, "length[b=0] is -1");
        RefuseShift([1, 2, 3, 4], [1, 1], [7], "[2, 3] and shifted lengths of shape [2] are needed", "6, 6 and 1");
        RefuseShift([1, 2], [1, 1], lengths, "[2, 2] and shifted lengths of shape [2] are needed", "6, 6 and 2");
    }

    private static void Refuse(Action call, params string[] phrases) => Refusal.Check<LossInputException>(call, phrases);

    private static Scores Scores(params nint[] lengths) => new ReadOnlyTensorSpan<float>(new float[Count(lengths)], lengths);

    private static Targets Distribution(params nint[] lengths) => new ReadOnlyTensorSpan<float>(new float[Count(lengths)], lengths);

    private static int Count(nint[] lengths)
    {
        nint count = 1;
        foreach (nint length in lengths)
        {
            count *= length;
        }

        return (int)count;
    }
}
