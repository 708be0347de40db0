using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>
/// ONNX' node tests (onnx/backend/test/case/node), recomputed in double from their inputs: uniform numbers of <see cref="NumpyRandom"/>,
/// labels, the first of them ignored where an id is, and class weights.
/// </summary>
public sealed class OnnxTests
{
    private static readonly float[] W = [0.9f, 0.7f, 0.8f, 0.9f, 0.9f];
    private static readonly float[] W2 = [0.2f, 0.3f, 0.6f, 0.1f, 0.5f];

    [Fact]
    public void SoftmaxCrossEntropy_HasItsScalars()
    {
        const TorchReduction Sum = TorchReduction.Sum;
        Equal(4.6841545, Loss([3, 5], reduction: Sum), 2e-7);
        Equal(1.5613848, Loss([3, 5]), 1e-7);
        Equal(1.5690333, Loss([3, 5], W), 1e-7);
        Equal(1.6091878, Loss([3, 5], W, 0), 1e-7);
        Equal(1.6091878, Loss([3, 5], null, 2), 1e-7);
        Equal(2.0399737, Loss([3, 5], [], 10, Sum), 1e-7);
        Equal(1.6925938, Loss([3, 5, 2]), 1e-7);
        Equal(1.7883683, Loss([3, 5, 2], W2, 1), 1e-7);
        Equal(1.4473825, Loss([3, 5, 2], null, 2), 1e-7);
        Equal(1.7200848, Loss([3, 5, 2, 7], W2, 2), 1e-7);
        Equal(1.6868714, Loss([3, 5, 2, 7], null, 2), 1e-7);
        Equal(1.6775864, Loss([3, 5, 6], [], -1), 1e-7);
        Equal(1.6433110, Loss([3, 5, 6, 6, 5, 3, 4], []), 1e-7);
    }

    /// <summary>The second output is right beside a gradient in place, and nothing is written where a label is refused.</summary>
    [Fact]
    public void LogProbabilities_AreOfTheScoresAsGiven()
    {
        double[] scores = Draw(3, 15, -2, 2);
        double[] expected = new double[15], logProb = new double[15];
        LogSoftmax.Write(new ReadOnlyTensorSpan<double>(scores, [3, 5]), new TensorSpan<double>(expected, [3, 5]), ScoreLayout.Nv);
        double[] both = [.. scores];
        TensorSpan<double> inPlace = new(both, [3, 5]);
        Conventions.Onnx.SoftmaxCrossEntropyLoss(
            inPlace, Ids([3], 1, 4, 3), gradient: inPlace, logProb: new TensorSpan<double>(logProb, [3, 5]));
        Assert.Equal(expected, logProb);
        Assert.NotEqual(scores, both);

        double[] untouched = [.. scores];
        Assert.Throws<LossInputException>(() => Conventions.Onnx.SoftmaxCrossEntropyLoss(
            new TensorSpan<double>(untouched, [3, 5]), Ids([3], 1, 5, 3), logProb: new TensorSpan<double>(untouched, [3, 5])));
        Assert.Equal(scores, untouched);
        Assert.Throws<LossInputException>(() => Conventions.Onnx.SoftmaxCrossEntropyLoss(
            new TensorSpan<double>(scores, [3, 5]),
            Ids([3], 1, 4, 3),
            gradient: new TensorSpan<double>(untouched, [3, 5]),
            logProb: new TensorSpan<double>(untouched, [3, 5])));
        Assert.Throws<LossInputException>(() => Conventions.Onnx.SoftmaxCrossEntropyLoss(Doubles([3], 1, 2, 3), Ids([1], 0)));
    }

    [Fact]
    public void SoftmaxCrossEntropy_HasItsLosses()
    {
        const TorchReduction None = TorchReduction.None;
        Equal([1.4657787, 1.9176139, 1.3007618], Loss([3, 5], reduction: None), 1e-7, 3);
        Equal([1.0260451, 1.7258524, 1.1706857], Loss([3, 5], W, reduction: None), 1e-7, 3);
        Starts([0, 1.6655879, 1.4992975, 1.5886126, 1.3969787], 878.086856, Loss([3, 5, 6, 6, 5], null, -5, None), 3, 6, 6, 5);
        Starts(
            [1.7400823, 2.0100350, 1.4140648, 1.3444847, 1.3987406],
            10659.4127,
            Loss([3, 5, 6, 6, 5, 3, 4], reduction: None),
            3, 6, 6, 5, 3, 4);
    }

    [Fact]
    public void NegativeLogLikelihood_HasItsScalars()
    {
        const TorchReduction Sum = TorchReduction.Sum;
        Equal(-0.53130692, Nll([3, 5, 2]), 1e-7);
        Equal(-0.51806504, Nll([3, 5, 2], []), 1e-7);
        Equal(-0.55005085, Nll([3, 5, 2], null, 1), 1e-7);
        Equal(-0.53577387, Nll([3, 5, 2], [], 1), 1e-7);
        Equal(-0.44265965, Nll([3, 5, 6], [], -1), 1e-7);
        Equal(-0.98695087, Nll([3, 5], [], 10, Sum), 1e-7);
        Equal(-0.54480082, Nll([3, 5, 6, 6]), 1e-7);
        Equal(-58.838490, Nll([3, 5, 6, 6], reduction: Sum), 1e-5);
        Equal(-0.54164595, Nll([3, 5, 6, 6], []), 1e-7);
        Equal(-34.297665, Nll([3, 5, 6, 6], [], reduction: Sum), 1e-5);
        Equal(-23.981634, Nll([3, 5, 6, 6], [], 0, Sum), 1e-5);
        Equal(-0.55867785, Nll([3, 5, 6, 6], null, 1), 1e-7);
        Equal(-0.49500117, Nll([3, 5, 6, 6, 5, 3, 4], []), 1e-7);
    }

    [Fact]
    public void NegativeLogLikelihood_HasItsLosses()
    {
        const TorchReduction None = TorchReduction.None;
        Equal([-0.71518934, -0.38344151, -0.92559665], Nll([3, 5], reduction: None), 1e-7, 3);
        Starts([-0.6120957, -0.7038886, -0.6027634, -0.5448832, -0.2828070], -58.838488, Nll([3, 5, 6, 6], reduction: None), 3, 6, 6);
        Starts(
            [-0.5732082, -0.4196662, -0.3516546, -0.3178871, -0.2660596], -34.297665, Nll([3, 5, 6, 6], [], reduction: None), 3, 6, 6);
        Starts([0, -0.7151893, -0.6027634, -0.5887396, -0.9627703], -280.380182, Nll([3, 5, 6, 6, 5], null, -5, None), 3, 6, 6, 5);
        Starts([], -3207.85298, Nll([3, 5, 6, 6, 5, 3, 4], reduction: None), 3, 6, 6, 5, 3, 4);
    }

    /// <summary>The example of the operator's specification, onnx/defs/math/defs.cc.</summary>
    [Fact]
    public void Specification_HasItsExample()
    {
        Tensor<double> input = Doubles([2, 3, 2], 1, 2, 2, 2, 3, 2, 0, 1, 2, 2, 1, 2);
        Tensor<int> target = Ids([2, 2], 2, 1, 0, 2);
        ClassWeights weight = ClassWeights.From([0.2, 0.3, 0.1]);
        ConventionLoss Loss(TorchReduction reduction, ClassWeights? weight)
            => Conventions.Onnx.NegativeLogLikelihoodLoss(input, target, weight, reduction: reduction);
        Equal([-3, -2, 0, -2], Loss(TorchReduction.None, null), 0, 2, 2);
        Equal(-1.1, Loss(TorchReduction.Sum, weight), 1e-14);
        Equal(-1.1 / 0.7, Loss(TorchReduction.Mean, weight), 1e-14);
    }

    [Fact]
    public void LogProbabilities_AreTheSecondOutput()
    {
        double[] expected =
        [
            -1.6321545, -1.4657787, -1.5782046, -1.6360848, -1.7573133, -1.6551613, -1.8634682, -1.4092823, -1.3373926, -1.9176139,
            -1.4346335, -1.6974636, -1.658314, -1.3007618, -2.1553226,
        ];
        double[] logProb = new double[15];
        ConventionLoss loss = Conventions.Onnx.SoftmaxCrossEntropyLoss(
            Tensor.Create(new NumpyRandom().Reals(15), [3, 5]), Ids([3], 1, 4, 3), logProb: new TensorSpan<double>(logProb, [3, 5]));
        Equal(1.5613848, loss, 1e-7);
        Equal(expected, logProb, 1e-6);

        // The class axis in the middle, and an ignored position, which has log-probabilities all the same.
        double[] values = Draw(2, 12, -3, 3);
        double[] middle = new double[12];
        Conventions.Onnx.SoftmaxCrossEntropyLoss(
            Doubles([2, 3, 2], values), Ids([2, 2], 0, 1, 2, 9), ignoreIndex: 9, logProb: new TensorSpan<double>(middle, [2, 3, 2]));
        for (int i = 0; i < 12; i++)
        {
            int column = (i / 6 * 6) + (i % 2);
            double sum = Math.Exp(values[column]) + Math.Exp(values[column + 2]) + Math.Exp(values[column + 4]);
            Assert.Equal(values[i] - Math.Log(sum), middle[i], 1e-12);
        }
    }

    [Fact]
    public void NothingCounted_HasMeanNaN()
    {
        Tensor<double> scores = Full([2, 3], 1);
        Tensor<int> ignored = Ids([2], 7, 7);
        Equal(double.NaN, Conventions.Onnx.SoftmaxCrossEntropyLoss(scores, ignored, ignoreIndex: 7), 0);
        Equal(double.NaN, Conventions.Onnx.NegativeLogLikelihoodLoss(scores, ignored, ignoreIndex: 7), 0);
        Equal(0, Conventions.Onnx.SoftmaxCrossEntropyLoss(scores, ignored, ignoreIndex: 7, reduction: TorchReduction.Sum), 0);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Tensor<double> scores = Full([2, 3], 1);
        Assert.Throws<LossInputException>(() => Conventions.Onnx.SoftmaxCrossEntropyLoss(scores, Ids([2], 0, -1)));
        Assert.Throws<LossInputException>(() => Conventions.Onnx.SoftmaxCrossEntropyLoss(scores, Ids([2], 0, 3), ignoreIndex: 4));
        Assert.Throws<LossOptionException>(() => Conventions.Onnx.SoftmaxCrossEntropyLoss(scores, Full([2, 3], 1)));
        Assert.Throws<LossOptionException>(() => Conventions.Onnx.NegativeLogLikelihoodLoss(scores, Full([2, 3], 1)));
        Assert.Throws<LossInputException>(() => Conventions.Onnx.NegativeLogLikelihoodLoss(scores, Ids([3], 0, 0, 0)));
    }

    private static void Starts(double[] first, double sum, ConventionLoss loss, params nint[] lengths)
    {
        double[] values = ToArray(loss.Values!);
        Assert.Equal(lengths, loss.Values!.Lengths.ToArray());
        Equal(first, values[..first.Length], 1e-7);
        Assert.Equal(sum, values.Sum(), Math.Abs(sum) * 1e-7);
    }

    private static ConventionLoss Loss(
        int[] shape, float[]? weights = null, long? ignored = null, TorchReduction reduction = TorchReduction.Mean)
    {
        (Tensor<double> scores, Tensor<int> labels, ClassWeights? classWeights) = Inputs(shape, weights, ignored);
        return Conventions.Onnx.SoftmaxCrossEntropyLoss(scores, labels, classWeights, ignored, reduction);
    }

    private static ConventionLoss Nll(
        int[] shape, float[]? weights = null, long? ignored = null, TorchReduction reduction = TorchReduction.Mean)
    {
        (Tensor<double> input, Tensor<int> target, ClassWeights? classWeights) = Inputs(shape, weights, ignored);
        return Conventions.Onnx.NegativeLogLikelihoodLoss(input, target, classWeights, ignored, reduction);
    }

    /// <summary>Inputs of a node test; no weights where <paramref name="weights"/> is null, drawn ones where it is empty.</summary>
    private static (Tensor<double> Scores, Tensor<int> Labels, ClassWeights? Weights) Inputs(int[] shape, float[]? weights, long? ignored)
    {
        NumpyRandom random = new();
        int count = shape.Aggregate((a, b) => a * b);
        float[] scores = random.Reals(count);
        int[] labels = random.Integers(shape[1], count / shape[1]);
        if (ignored is { } id)
        {
            labels[0] = (int)id;
        }

        ClassWeights? classWeights = weights is null ? null : ClassWeights.From(weights.Length == 0 ? random.Reals(shape[1]) : weights);
        nint[] lengths = Array.ConvertAll(shape, length => (nint)length);
        Tensor<double> exact = Tensor.Create(Array.ConvertAll(scores, score => (double)score), lengths);
        return (exact, Ids([lengths[0], .. lengths[2..]], labels), classWeights);
    }
}
