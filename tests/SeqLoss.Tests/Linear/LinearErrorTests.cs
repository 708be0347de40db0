using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>Calls that must be refused: with a message that says what does not fit, and with nothing written.</summary>
public sealed class LinearErrorTests
{
    private const float Untouched = 7;

    private readonly float[] _hidden = [.. Enumerable.Range(0, 2 * 3 * 4).Select(i => MathF.Sin(i))];
    private readonly float[] _vocabulary = [.. Enumerable.Range(0, 5 * 4).Select(i => MathF.Cos(i))];
    private readonly float[] _ofHidden = [.. Enumerable.Repeat(Untouched, 2 * 3 * 4)];
    private readonly float[] _ofVocabulary = [.. Enumerable.Repeat(Untouched, 5 * 4)];
    private readonly float[] _ofBias = [.. Enumerable.Repeat(Untouched, 5)];
    private readonly int[] _ids = [0, 1, 2, 3, 4, 0];
    private float[] _bias = [];
    private nint[] _hiddenShape = [2, 3, 4];
    private nint[] _vocabularyShape = [5, 4];
    private nint[] _vocabularyGradientShape = [5, 4];
    private CrossEntropyOptions _loss = new();
    private double[] _upstream = [];

    [Fact]
    public void ShapesThatDoNotFit_AreRefused()
    {
        _hiddenShape = [6, 4];
        Refuses<LossInputException>("[6, 4]", "Btv", "[B, T, D]");
        _hiddenShape = [2, 2, 6];
        Refuses<LossInputException>("[5, 4]", "[2, 2, 6]", "[V, D]");
        _hiddenShape = [2, 3, 4];
        _vocabularyShape = [20];
        Refuses<LossInputException>("[20]", "[V, D]");
        _vocabularyShape = [5, 4];
        _bias = new float[4];
        Refuses<LossInputException>("bias has 4", "5 classes");
        _bias = [];
        _vocabularyGradientShape = [4, 5];
        Refuses<LossInputException>("gradient of the vocabulary has shape [4, 5]", "[5, 4]");
    }

    [Fact]
    public void LayoutWithTheClassAxisBeforeTime_IsRefused()
    {
        _loss = new() { Layout = ScoreLayout.Bvt };
        Refuses<LossOptionException>("Bvt", "features last");
    }

    [Fact]
    public void IdOutsideTheVocabulary_IsRefusedByItsPlace()
    {
        _ids[4] = 5;
        Refuses<LossInputException>("target[b=1, t=1] is 5", "5 classes (0..4)");
    }

    [Fact]
    public void EmptyBatchUnderThrow_IsRefused()
    {
        _loss = new() { Empty = EmptyPolicy.Throw };
        Refuses<LossInputException>(TokenWeights.FromLengths((ReadOnlySpan<int>)[0, 0]), "divisor of the batch is 0");
    }

    [Fact]
    public void UpstreamOfAScalar_IsRefused()
    {
        _upstream = [1];
        Refuses<LossOptionException>("upstream gradient", "Mean is a scalar");
    }

    [Fact]
    public void Distributions_AreRefused()
    {
        LossInputException refusal = Assert.Throws<LossInputException>(() => new LinearCrossEntropy().Compute(
            new ReadOnlyTensorSpan<float>(_hidden, [2, 3, 4]),
            new(new ReadOnlyTensorSpan<float>(_vocabulary, [5, 4])),
            new ReadOnlyTensorSpan<float>(new float[30], [2, 3, 5])));
        Assert.Contains("as large as the logits", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OperandsOfOtherTypes_AreRefused()
    {
        LossInputException refusal = Assert.Throws<LossInputException>(() => new LinearCrossEntropy().Compute(
            new ReadOnlyTensorSpan<double>(new double[24], [2, 3, 4]),
            new(new ReadOnlyTensorSpan<float>(_vocabulary, [5, 4])),
            new ReadOnlyTensorSpan<int>(_ids, [2, 3])));
        Assert.Contains("the hidden states are stored as Float64", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OverlappingMemory_IsRefused()
    {
        AssertOverlap(
            new() { Hidden = new TensorSpan<float>(_vocabulary.AsSpan(0, 16), [1, 4, 4]) },
            [1, 4, 4],
            "hidden states overlaps the vocabulary");
        AssertOverlap(new() { Vocabulary = new TensorSpan<float>(_vocabulary, [5, 4]) }, [2, 3, 4], "vocabulary overlaps the vocabulary");
        AssertOverlap(new() { Bias = _hidden.AsSpan(0, 5) }, [2, 3, 4], "bias overlaps the hidden states");
        AssertOverlap(
            new() { Vocabulary = new TensorSpan<float>(_ofVocabulary, [5, 4]), Bias = _ofVocabulary.AsSpan(2, 5) },
            [2, 3, 4],
            "bias overlaps that of the vocabulary");
    }

    [Fact]
    public void OptionsOutOfRange_AreRefused()
    {
        Assert.Contains("at least 6291456", Message(new() { WorkspaceBytes = 1 << 20 }), StringComparison.Ordinal);
        Assert.Contains("gradient filter is NaN", Message(new() { GradientFilter = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("gradient filter is -1", Message(new() { GradientFilter = -1 }), StringComparison.Ordinal);
        Assert.Contains("ProductPrecision", Message(new() { Precision = (ProductPrecision)9 }), StringComparison.Ordinal);
        Assert.Contains("options of the loss", Message(new() { Loss = null! }), StringComparison.Ordinal);
        Assert.Contains("number of threads is 0", Message(new() { Loss = new() { Threads = 0 } }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(6, 36)]
    [InlineData(2, 11)]
    public void TopClassesThatDoNotFit_AreRefused(int count, int length)
    {
        int[] classes = [.. Enumerable.Repeat(7, length)];
        LossInputException refusal = Assert.Throws<LossInputException>(() => new LinearCrossEntropy().TopClasses(
            new ReadOnlyTensorSpan<float>(_hidden, [2, 3, 4]),
            new(new ReadOnlyTensorSpan<float>(_vocabulary, [5, 4])),
            count,
            classes,
            new double[length]));
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        Assert.All(classes, id => Assert.Equal(7, id));
    }

    private static string Message(LinearCrossEntropyOptions options)
        => Assert.Throws<LossOptionException>(() => new LinearCrossEntropy(options)).Message;

    private static void AssertMessage(Exception exception, string[] phrases)
    {
        Assert.All(phrases, phrase => Assert.Contains(phrase, exception.Message, StringComparison.Ordinal));
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
    }

    private void AssertOverlap(ProjectionGradients gradients, nint[] hiddenShape, string phrase)
    {
        string? message = null;
        try
        {
            Compute(gradients, null, hiddenShape);
        }
        catch (LossInputException refusal)
        {
            message = refusal.Message;
        }

        Assert.Contains(phrase, message, StringComparison.Ordinal);
    }

    private void Refuses<TException>(params string[] phrases)
        where TException : ArgumentException
        => Refuses<TException>(null, phrases);

    private void Refuses<TException>(TokenWeights? weights, params string[] phrases)
        where TException : ArgumentException
    {
        TException refusal = Assert.Throws<TException>(() => Compute(
            new()
            {
                Hidden = new TensorSpan<float>(_ofHidden, _hiddenShape),
                Vocabulary = new TensorSpan<float>(_ofVocabulary, _vocabularyGradientShape),
                Bias = _ofBias,
                Upstream = _upstream,
            },
            weights,
            _hiddenShape));
        AssertMessage(refusal, phrases);
        Assert.All(_ofHidden.Concat(_ofVocabulary).Concat(_ofBias), value => Assert.Equal(Untouched, value));
    }

    private void Compute(ProjectionGradients gradients, TokenWeights? weights, nint[] hiddenShape)
    {
        nint tokens = hiddenShape.Length == 3 ? hiddenShape[0] * hiddenShape[1] : hiddenShape[0];
        nint[] idShape = hiddenShape[..^1];
        nint count = 1;
        Array.ForEach(hiddenShape, length => count *= length);
        new LinearCrossEntropy(new() { Loss = _loss }).Compute(
            new ReadOnlyTensorSpan<float>(_hidden.AsSpan(0, (int)count), hiddenShape),
            new(new ReadOnlyTensorSpan<float>(_vocabulary, _vocabularyShape)) { Bias = _bias },
            new ReadOnlyTensorSpan<int>(_ids.AsSpan(0, (int)tokens), idShape),
            weights,
            gradients);
    }
}
