using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers of fairseq's, JoeyNMT's and Marian's own tests.</summary>
public sealed class TranslationToolkitTests
{
    private const int Pad = 1;
    private static readonly double[] StepProbabilities =
    [
        0.05, 0.05, 0.1, 0.05, 0.3, 0.4, 0.05, 0.05, 0.10, 0.2, 0.05, 0.2, 0.3, 0.10, 0.05, 0.15, 0.3, 0.05, 0.1, 0.2, 0.15,
    ];

    /// <summary>fairseq, tests/test_label_smoothing.py: two sentences over seven words, the first two long and padded.</summary>
    private static readonly Tensor<double> Probabilities = Doubles([2, 3, 7], [.. StepProbabilities, .. StepProbabilities]);

    private static readonly Tensor<int> Target = Ids([2, 3], 4, 2, Pad, 4, 4, 2);

    private static readonly Tensor<double> MarianLogits = Doubles([3, 1, 3], -0.1, -1.2, -0.4, 1.2, 2.3, -3.4, -2.2, 1, -1.2);
    private static readonly Tensor<int> MarianLabels = Ids([3, 1], 0, 1, 2);

    [Fact]
    public void Fairseq_HasItsLosses()
    {
        ConventionLoss loss = Smoothed(0.1);
        Equal(7.329738618397881, loss, 1e-12);
        Assert.Equal(6.830794237846009, loss.Sum.NegativeLogLikelihood!.Value, 1e-12);
        Assert.Equal(5, loss.Divisor);
        Assert.Equal(2.114915511, loss.Value / loss.Divisor / Math.Log(2), 1e-9);
        Assert.Equal(3.9202634, loss.Sum.Perplexity, 1e-7);
        Equal(
            [1.336938939, 1.671994879, 0, 1.336938939, 1.671994879, 1.311870983], Smoothed(0.1, reduce: false), 1e-9, 2, 3);
        Equal(6.830794237846009, Smoothed(0), 1e-12);
        Equal(
            6.830794237846009,
            Conventions.Fairseq.CrossEntropy(Probabilities, Target, Pad, netOutputIs: ScoreForm.Probabilities),
            1e-12);
    }

    /// <summary>Sentences alone, cut to their lengths, add up to the padded batch.</summary>
    [Fact]
    public void FairseqPadding_ChangesNothing()
    {
        ConventionLoss first = Conventions.Fairseq.LabelSmoothedCrossEntropy(
            Doubles([1, 2, 7], StepProbabilities[..14]), Ids([1, 2], 4, 2), 0.1, Pad, netOutputIs: ScoreForm.Probabilities);
        ConventionLoss second = Conventions.Fairseq.LabelSmoothedCrossEntropy(
            Doubles([1, 3, 7], StepProbabilities), Ids([1, 3], 4, 4, 2), 0.1, Pad, netOutputIs: ScoreForm.Probabilities);
        Equal(3.0089338179, first, 1e-10);
        Equal(4.3208048005, second, 1e-10);
        Assert.Equal((2, 3), (first.Divisor, second.Divisor));
        Assert.Equal(Smoothed(0.1).Value, (first.Sum + second.Sum).Sum, 1e-12);
    }

    [Fact]
    public void FairseqSampleSize_IsSentencesOnRequest_AndNeverZero()
    {
        ConventionLoss bySentence = Conventions.Fairseq.CrossEntropy(
            Probabilities, Target, Pad, sentenceAvg: true, netOutputIs: ScoreForm.Probabilities);
        Assert.Equal((2, 6.830794237846009), (bySentence.Divisor, Math.Round(bySentence.Value, 15)));
        ConventionLoss empty = Conventions.Fairseq.CrossEntropy(Full([1, 2, 7], 0), Ids([1, 2], Pad, Pad), Pad);
        Assert.Equal((0, 1), (empty.Value, empty.Divisor));
    }

    /// <summary>JoeyNMT, test/unit/test_loss.py: every row is .1 .1 .6 .1 .1, the padding is 0.</summary>
    [Fact]
    public void JoeyNmt_HasItsLosses()
    {
        double[] rows = [.. Enumerable.Repeat(new[] { 0.1, 0.1, 0.6, 0.1, 0.1 }, 6).SelectMany(row => row).Select(p => Math.Log(p))];
        ConventionLoss Loss(double smoothing, JoeyNmtNormalization normalization = JoeyNmtNormalization.Sum)
            => Conventions.JoeyNmt.XentLoss(Doubles([3, 2, 5], rows), Ids([3, 2], 2, 1, 2, 0, 1, 0), 0, smoothing, normalization);
        Equal(2.1326, Loss(0.4), 5e-5);
        Equal(5.6268, Loss(0), 5e-5);
        Equal(Loss(0.4).Value / 3, Loss(0.4, JoeyNmtNormalization.Batch), 1e-12);
        Equal(Loss(0.4).Value / 4, Loss(0.4, JoeyNmtNormalization.Tokens), 1e-12);
        Equal(0, Conventions.JoeyNmt.XentLoss(Full([1, 2, 5], -1), Ids([1, 2], 0, 0), 0, 0.4, JoeyNmtNormalization.Tokens), 0);
    }

    /// <summary>A prediction equal to the smoothed targets costs nothing.</summary>
    [Fact]
    public void JoeyNmtPerfectFit_CostsNothing()
        => Equal(
            0,
            Conventions.JoeyNmt.XentLoss(
                Doubles([1, 1, 5], double.NegativeInfinity, Math.Log(0.1), Math.Log(0.7), Math.Log(0.1), Math.Log(0.1)),
                Ids([1, 1], 2),
                padIndex: 0,
                smoothing: 0.3),
            1e-12);

    /// <summary>Marian, src/tests/units/operator_tests.cpp.</summary>
    [Fact]
    public void Marian_HasItsLossesAndGradient()
    {
        double[] gradient = new double[9];
        Equal(0.7293292936 + 0.2898425239 + 2.3411222014, Conventions.Marian.CrossEntropy(MarianLogits, MarianLabels), 1e-9);
        Equal(
            3.5936273522,
            Conventions.Marian.CrossEntropy(
                MarianLogits, MarianLabels, labelSmoothing: 0.1, gradient: new TensorSpan<double>(gradient, [3, 1, 3])),
            1e-9);
        double[] expected =
        [
            -0.45110101536, 0.12718786094, 0.32391315442, 0.21578119780, -0.18495192282, -0.03082927498,
            0.00206387929, 0.83504985420, -0.83711373349,
        ];
        Equal(expected, gradient, 1e-11);
    }

    /// <summary>The four cost types show one sum; weights enter the sum, not the count; the gradient is of the sum.</summary>
    [Fact]
    public void MarianCostTypes_ShowOneSum()
    {
        Tensor<double> logits = Doubles([3, 2, 4], Draw(4, 24, -2, 2));
        Tensor<int> labels = Ids([3, 2], 0, 1, 2, 3, 1, 9);
        double[] sumGradient = new double[24];
        ConventionLoss Cost(MarianCost type, double[] gradient) => Conventions.Marian.CrossEntropy(
            logits,
            labels,
            Doubles([3, 2], 1, 1, 1, 1, 1, 0),
            Doubles([3, 2], 1, 2, 0.5, 1, 0, 1),
            labelSmoothing: 0.1,
            costType: type,
            gradient: new TensorSpan<double>(gradient, [3, 2, 4]));
        double sum = Cost(MarianCost.CeSum, sumGradient).Value;
        (MarianCost Type, double Divisor, double Value)[] shown =
        [
            (MarianCost.CeMeanWords, 5, sum / 5), (MarianCost.CeMean, 2, sum / 2), (MarianCost.Perplexity, 5, Math.Exp(sum / 5)),
        ];
        foreach ((MarianCost type, double divisor, double value) in shown)
        {
            double[] gradient = new double[24];
            ConventionLoss cost = Cost(type, gradient);
            Equal(value, cost, 1e-12);
            Assert.Equal(divisor, cost.Divisor);
            Equal(sumGradient, gradient, 0);
        }

        Equal(0, Conventions.Marian.CrossEntropy(logits, labels, mask: Full([3, 2], 0), costType: MarianCost.CeMeanWords), 0);
    }

    /// <summary>One row, four definitions of smoothing (and the divergence): computed from the formulas.</summary>
    [Fact]
    public void Smoothing_HasFourDefinitions()
    {
        Tensor<double> logits = Doubles([1, 1, 5], 2, 1, 0.5, -1, 0);
        Tensor<int> target = Ids([1, 1], 1);
        const double Smoothing = 0.1;
        Equal(1.6244379396, Conventions.Marian.CrossEntropy(logits, target, labelSmoothing: Smoothing), 1e-10);
        Equal(1.6369379396, Conventions.Fairseq.LabelSmoothedCrossEntropy(logits, target, Smoothing, paddingIdx: 0), 1e-10);
        Equal(
            1.2561604040,
            Conventions.JoeyNmt.XentLoss(logits, target, padIndex: 0, Smoothing, logProbsAre: ScoreForm.Logits),
            1e-10);
        CrossEntropyOptions options = new() { LabelSmoothing = Smoothing, Smoothing = SmoothingKind.OthersButPad, PadIndex = 0 };
        Assert.Equal(1.6911046063, CrossEntropy.FromLogits(logits, target, options: options).Sum, 1e-10);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Tensor<double> flat = Full([6, 7], 0);
        Assert.Throws<LossInputException>(() => Conventions.Fairseq.CrossEntropy(flat, Target, Pad));
        Assert.Throws<LossInputException>(() => Conventions.Fairseq.CrossEntropy(Probabilities, Ids([2, 3], 4, 2, 7, 4, 4, 2), Pad));
        Assert.Throws<LossOptionException>(() => Conventions.Fairseq.CrossEntropy(Probabilities, Probabilities, Pad));
        Assert.Throws<LossOptionException>(() => Smoothed(-0.1));
        Assert.Throws<LossInputException>(() => Conventions.JoeyNmt.XentLoss(flat, Target, Pad));
        Assert.ThrowsAny<ArgumentException>(() => Conventions.JoeyNmt.XentLoss(Probabilities, Target, padIndex: 7, smoothing: 0.1));
        Assert.Throws<LossInputException>(() => Conventions.Marian.CrossEntropy(flat, Target));
        Assert.Throws<LossInputException>(() => Conventions.Marian.CrossEntropy(MarianLogits, MarianLabels, mask: 1.0));
        Assert.Throws<LossInputException>(() => Conventions.Marian.CrossEntropy(MarianLogits, Ids([3, 1], 0, 1, 3)));
    }

    private static ConventionLoss Smoothed(double smoothing, bool reduce = true)
        => Conventions.Fairseq.LabelSmoothedCrossEntropy(
            Probabilities, Target, smoothing, Pad, reduce: reduce, netOutputIs: ScoreForm.Probabilities);
}
