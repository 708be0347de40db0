using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers of TensorFlow's and TensorFlow Addons' own tests.</summary>
public sealed class TensorFlowTests
{
    private const double Ln5 = 1.6094379124341003;
    private static readonly nint[] Steps = [2, 3];

    /// <summary>contrib/seq2seq/python/kernel_tests/loss_test.py: logits [2, 3, 5] that are t + 0.5 for every class, targets t.</summary>
    private static readonly Tensor<double> Logits
        = Doubles([2, 3, 5], [.. Enumerable.Range(0, 30).Select(i => (i / 5 % 3) + 0.5)]);

    private static readonly Tensor<int> Targets = Ids([2, 3], 0, 1, 2, 0, 1, 2);

    /// <summary>The same, time-major: the lists of contrib/legacy_seq2seq/python/kernel_tests/seq2seq_test.py.</summary>
    private static readonly Tensor<double> StepLogits = Doubles([3, 2, 5], [.. Enumerable.Range(0, 30).Select(i => (i / 10) + 0.5)]);

    private static readonly Tensor<int> StepTargets = Ids([3, 2], 0, 0, 1, 1, 2, 2);

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void SequenceLoss_AveragesOverEitherAxis_AndIsZeroWithoutWeight(double weight)
    {
        Tensor<double> weights = Full(Steps, weight);
        double value = weight * Ln5;
        foreach (bool isAddons in new[] { false, true })
        {
            ConventionLoss Loss(bool time, bool batch) => isAddons
                ? Conventions.TensorFlowAddons.SequenceLoss(Logits, Targets, weights, time, batch)
                : Conventions.TensorFlow.SequenceLoss(Logits, Targets, weights, time, batch);
            Equal(value, Loss(true, true), 1e-12);
            Equal([value, value, value], Loss(false, true), 1e-12, 3);
            Equal([value, value], Loss(true, false), 1e-12, 2);
            Equal([value, value, value, value, value, value], Loss(false, false), 1e-12, 2, 3);
        }
    }

    /// <summary>Where one axis is averaged and the other summed, contrib takes the average alone; Addons refuses.</summary>
    [Fact]
    public void ContribSequenceLoss_LetsTheAverageWin()
    {
        Tensor<double> weights = Doubles([2, 3], 1, 2, 0.5, 1, 0, 3);
        ConventionLoss mixed = Conventions.TensorFlow.SequenceLoss(Logits, Targets, weights, false, true, sumOverTimesteps: true);
        Equal([Ln5, Ln5, Ln5], mixed, 1e-12, 3);
        Equal([Ln5, Ln5], Conventions.TensorFlow.SequenceLoss(Logits, Targets, weights, true, false, sumOverBatch: true), 1e-12, 2);
        Assert.Throws<LossOptionException>(
            () => Conventions.TensorFlow.SequenceLoss(Logits, Targets, weights, true, false, sumOverTimesteps: true));
    }

    /// <summary>tensorflow_addons/seq2seq/tests/loss_test.py, test_weighted_sum_reduction: divisors count weights.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void SequenceLoss_SumsDivideByTheCountOfWeights(double weight)
    {
        double loss = weight * Ln5;
        Tensor<double> weights = Doubles([2, 3], weight, weight, 0, weight, weight, 0);
        ConventionLoss Loss(bool time, bool batch) => Conventions.TensorFlowAddons.SequenceLoss(
            Logits, Targets, weights, false, false, sumOverTimesteps: time, sumOverBatch: batch);
        Equal(loss, Loss(true, true), 1e-12);
        Equal([loss, loss, 0], Loss(false, true), 1e-12, 3);
        Equal([loss, loss], Loss(true, false), 1e-12, 2);
        Equal([loss, loss, 0, loss, loss, 0], Loss(false, false), 1e-12, 2, 3);
        Assert.Equal(4, Loss(true, true).Divisor);
    }

    /// <summary>loss_test.py, test_keras_compatibility: one-hot targets.</summary>
    [Fact]
    public void SequenceLoss_TakesOneHotTargets()
    {
        double[] oneHot = new double[30];
        for (int i = 0; i < 6; i++)
        {
            oneHot[(5 * i) + (i % 3)] = 1;
        }

        Tensor<double> weights = Full(Steps, 1);
        Equal(
            Ln5,
            Conventions.TensorFlowAddons.SequenceLoss(
                Logits, Doubles([2, 3, 5], oneHot), weights, false, false, sumOverTimesteps: true, sumOverBatch: true),
            1e-12);
    }

    [Fact]
    public void LegacySequenceLoss_DividesByTheBatch()
    {
        Tensor<double> weights = Full([3, 2], 1);
        ConventionLoss Loss(bool time, bool batch)
            => Conventions.TensorFlow.LegacySequenceLoss(StepLogits, StepTargets, weights, time, batch);
        Equal(1.60944, Loss(true, true), 5e-6);
        Equal(4.828314, Loss(false, true), 5e-7);
        Equal(9.656628, Loss(false, false), 1e-6);
        Equal(2 * Ln5, Loss(true, false), 1e-12);
        ConventionLoss ByExample(bool time)
            => Conventions.TensorFlow.LegacySequenceLossByExample(StepLogits, StepTargets, weights, time);
        Equal([1.609438, 1.609438], ByExample(true), 5e-7, 2);
        Equal([4.828314, 4.828314], ByExample(false), 5e-7, 2);
    }

    /// <summary>The two functions of one name on ragged lengths: one averages tokens, the other averages the sequences' means.</summary>
    [Fact]
    public void SequenceLosses_DisagreeOnRaggedLengths()
    {
        double[] logits = Draw(1, 30, -2, 2);
        double[] swapped = [.. Enumerable.Range(0, 30).Select(i => logits[(i / 5 % 2 * 15) + (i / 10 * 5) + (i % 5)])];
        ConventionLoss micro = Conventions.TensorFlow.SequenceLoss(
            Doubles([2, 3, 5], logits), Targets, Doubles([2, 3], 1, 1, 1, 1, 0, 0));
        Tensor<double> stepWeights = Doubles([3, 2], 1, 1, 1, 0, 1, 0);
        ConventionLoss macro = Conventions.TensorFlow.LegacySequenceLoss(Doubles([3, 2, 5], swapped), StepTargets, stepWeights);
        double[] means = ToArray(
            Conventions.TensorFlow.LegacySequenceLossByExample(Doubles([3, 2, 5], swapped), StepTargets, stepWeights).Values!);
        Equal(means.Average(), macro, 1e-12);
        Equal(((3 * means[0]) + means[1]) / 4, micro, 1e-12);
        Equal(
            0,
            Conventions.TensorFlow.LegacySequenceLoss(StepLogits, StepTargets, Full([3, 2], 0)),
            0);
    }

    /// <summary>python/kernel_tests/sparse_ops/sparse_xent_op_test_base.py.</summary>
    [Fact]
    public void SparseOp_HasItsLossesAndGradient()
    {
        double[] gradient = new double[8];
        ConventionLoss loss = Conventions.TensorFlow.SparseSoftmaxCrossEntropyWithLogits(
            Ids([2], 3, 0), Doubles([2, 4], 1, 1, 1, 1, 1, 2, 3, 4), new TensorSpan<double>(gradient, [2, 4]));
        Equal([1.3862943611, 3.4401896985], loss, 1e-10, 2);
        Equal([0.25, 0.25, 0.25, -0.75, -0.9679414, 0.0871443, 0.2368828, 0.6439143], gradient, 5e-7);
    }

    [Fact]
    public void SparseOp_TakesAnyRank_AndNoRows()
    {
        ConventionLoss loss = Conventions.TensorFlow.SparseSoftmaxCrossEntropyWithLogits(
            Ids([2, 2], 3, 2, 0, 3), Doubles([2, 2, 4], 1, 1, 1, 1, 2, 2, 2, 2, 1, 2, 3, 4, 5, 6, 7, 8));
        Equal([1.3862943611, 1.3862943611, 3.4401896985, 0.4401896985], loss, 1e-10, 2, 2);
        Equal([], Conventions.TensorFlow.SparseSoftmaxCrossEntropyWithLogits(Ids([0]), Doubles([0, 3])), 0, 0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    public void SparseOp_RefusesLabelsOutOfRange(int label)
        => Assert.Throws<LossInputException>(() => Conventions.TensorFlow.SparseSoftmaxCrossEntropyWithLogits(
            Ids([2], label, 0), Doubles([2, 4], 1, 1, 1, 1, 1, 2, 3, 4)));

    /// <summary>python/kernel_tests/nn_ops/xent_op_test_base.py.</summary>
    [Fact]
    public void DenseOp_HasItsLossesAndGradient()
    {
        double[] gradient = new double[8];
        ConventionLoss loss = Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(
            Doubles([2, 4], 0, 0, 0, 1, 0, 0.5, 0.5, 0),
            Doubles([2, 4], 1, 1, 1, 1, 1, 2, 3, 4),
            gradient: new TensorSpan<double>(gradient, [2, 4]));
        Equal([1.3862943611, 1.9401896985], loss, 1e-10, 2);
        Equal([0.25, 0.25, 0.25, -0.75, 0.0321, -0.4129, -0.2632, 0.6439], gradient, 1e-4);
    }

    [Fact]
    public void DenseOp_TakesAnyAxis()
        => Equal(
            [1.3862943611, 1.9401896985],
            Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(
                Doubles([4, 2], 0, 0, 0, 0.5, 0, 0.5, 1, 0), Doubles([4, 2], 1, 1, 1, 2, 1, 3, 1, 4), axis: 0),
            1e-10,
            2);

    /// <summary>One class, and labels that do not sum to one: the gradient is softmax − labels all the same.</summary>
    [Fact]
    public void DenseOp_GradientTakesLabelsToSumToOne()
    {
        double[] gradient = new double[4];
        ConventionLoss loss = Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(
            Doubles([4, 1], -1, 0, 1, 1), Doubles([4, 1], 1, -1, 0, 1), gradient: new TensorSpan<double>(gradient, [4, 1]));
        Equal([0, 0, 0, 0], loss, 0, 4);
        Equal([2, 1, 0, 0], gradient, 0);

        double[] wide = new double[12];
        double[] labels = [0, 0, 0, 0, 2, 2, 2, 2, 0.25, 0.25, 0.25, 0.25];
        Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(
            Doubles([3, 4], labels),
            Doubles([3, 4], 1, 1, 1, 1, 1, 2, 3, 4, 1, 2, 3, 4),
            gradient: new TensorSpan<double>(wide, [3, 4]));
        Equal([0.25, 0.25, 0.25, 0.25, -1.968, -1.913, -1.763, -1.355, -0.218, -0.163, -0.013, 0.394], wide, 1.2e-3);
    }

    /// <summary>Lengths above maxlen fill the row and negative ones give nothing, as in tf.sequence_mask.</summary>
    [Fact]
    public void SequenceMask_IsTrueForTheFirstSteps()
    {
        Assert.Equal(
            [true, false, false, true, true, true, true, true, false],
            Enumerable.Range(0, 9).Select(i => Conventions.TensorFlow.SequenceMask([1, 3, 2])[i / 3, i % 3]));
        Tensor<bool> cut = Conventions.TensorFlow.SequenceMask([5, -1], maxlen: 2);
        Assert.Equal((true, true, false, false), (cut[0, 0], cut[0, 1], cut[1, 0], cut[1, 1]));
        Assert.Throws<LossOptionException>(() => Conventions.TensorFlow.SequenceMask([1], maxlen: -1));
    }

    [Fact]
    public void ContradictoryFlags_AreRefused()
    {
        Tensor<double> weights = Full(Steps, 1);
        (bool AvgT, bool AvgB, bool SumT, bool SumB)[] refused =
        [
            (true, false, true, false), (false, true, false, true), (false, true, true, false), (true, false, false, true),
            (true, true, true, true),
        ];
        foreach ((bool avgT, bool avgB, bool sumT, bool sumB) in refused)
        {
            Assert.Throws<LossOptionException>(
                () => Conventions.TensorFlowAddons.SequenceLoss(Logits, Targets, weights, avgT, avgB, sumT, sumB));
        }
    }

    [Fact]
    public void Shapes_AreRefused()
    {
        Assert.Throws<LossInputException>(() => Conventions.TensorFlow.SequenceLoss(Full([6, 5], 0), Targets, Full(Steps, 1)));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlow.SequenceLoss(Logits, Targets, Full([2], 1)));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlow.SequenceLoss(Logits, Ids([3, 2], new int[6]), Full(Steps, 1)));
        Assert.Throws<LossOptionException>(() => Conventions.TensorFlow.SequenceLoss(Logits, Full([2, 3, 5], 0.2), Full(Steps, 1)));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlow.LegacySequenceLoss(StepLogits, StepTargets, Full(Steps, 1)));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(Full([2, 3], 1), Full([3, 2], 1)));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(Ids([2], 0, 0), Full([2, 2], 1)));
        Assert.Throws<LossOptionException>(
            () => Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(Full([2, 3], 1), Full([2, 3], 1), axis: 2));
    }
}
