using System;
using SeqLoss.Kernels.Errors;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Planning;

/// <summary>Which error, and Huber's δ.</summary>
internal readonly record struct ErrorChoice(ErrorKind Kind, double Delta);

/// <summary>One regression loss from begin to end, the counterpart of <see cref="CrossEntropyRun"/>. Reused without allocation.</summary>
internal sealed class RegressionRun
{
    [ThreadStatic]
    private static RegressionRun? _ofThread;

    private readonly RegressionWork _work = new();
    private readonly Reducer _reducer = new();
    private double[] _weights = [];
    private double[] _coefficients = [];
    private double[] _losses = [];
    private RegressionOptions _options = RegressionOptions.Default;
    private PredictionGrid _grid;
    private PositionGrid _positions;
    private long _valid;

    /// <summary>The run that the calling thread reuses.</summary>
    public static RegressionRun OfThread => _ofThread ??= new RegressionRun();

    /// <summary>The number of positions fed so far.</summary>
    public int PositionsFed { get; private set; }

    /// <summary>The number of positions of the whole.</summary>
    public int PositionCount => _positions.Count;

    /// <summary>The shape of one token's values where blocks may be any rows; none where they are whole sequences.</summary>
    public TensorShape? RowShape => _grid.Layout switch
    {
        RegressionLayout.Bdt => null,
        RegressionLayout.Bt or RegressionLayout.Tb or RegressionLayout.N => new TensorShape(0, 1),
        _ => TensorShape.Of(_grid.FeatureCount),
    };

    /// <summary>The number of groups whose divisor is 0.</summary>
    public int EmptyGroups => _reducer.EmptyGroups;

    /// <summary>The number of positions of a block.</summary>
    public long PositionsOf(TensorShape block) => _positions.FeatureCount > 1 ? block.Count : block.Count / _grid.FeatureCount;

    /// <summary>What the scalar loss is divided by; NaN for arrays.</summary>
    public double ScalarDivisor => _reducer.ScalarDivisor;

    /// <summary>A whole loss at once.</summary>
    public LossSum Compute(
        ErrorChoice error,
        Scores predictions,
        Scores targets,
        TokenWeights? weights,
        RegressionOptions? options,
        Gradient gradient,
        LossOutputs outputs)
    {
        Begin(error, predictions.Shape, weights, options, gradient.Upstream);
        CheckOutputs(outputs);
        CheckBlock(predictions, targets, gradient);
        Run(predictions, targets, gradient);
        return Complete(outputs);
    }

    /// <summary>Checks options, evaluates the weights and finds the divisors; reads no prediction.</summary>
    public void Begin(
        ErrorChoice error, TensorShape shape, TokenWeights? weights, RegressionOptions? options, ReadOnlySpan<double> upstream)
    {
        _options = options ?? RegressionOptions.Default;
        OptionChecks.CheckDefined(_options.FeatureReduction);
        OptionChecks.CheckCommon(_options.Reduction, _options.Empty, _options.Threads);
        if (_options.Reduction == Reduction.MeanClassWeight)
        {
            throw new LossOptionException("the reduction MeanClassWeight is for distributions: it does not apply to regression.");
        }

        if (!(error.Delta > 0 && double.IsFinite(error.Delta)))
        {
            throw new LossOptionException($"Huber's delta is {Text.Of(error.Delta)}: it is a finite number above 0.");
        }

        _grid = PredictionGrid.Of(_options.Layout, shape);
        _positions = _grid.Positions(weights);
        int count = _positions.Count;
        if (_weights.Length < count)
        {
            _coefficients = new double[count];
            _losses = new double[count];
            _weights = new double[count];
        }

        Span<double> weight = _weights.AsSpan(0, count);
        _valid = PositionWeights.Evaluate(weights, _positions, default, weight);
        _reducer.FindDivisors(_options.Reduction, _options.Empty, _positions, weight, _valid);
        UpstreamCheck.Check(upstream, _options.Reduction, _reducer.ValueCount);
        _reducer.WriteCoefficients(weight, upstream, _coefficients.AsSpan(0, count));

        bool isMean = _options.FeatureReduction == FeatureReduction.Mean && _positions.FeatureCount == 1;
        _work.SetFormula(error.Kind, error.Delta, isMean ? 1.0 / _grid.FeatureCount : 1);
        PositionsFed = 0;
    }

    /// <summary>Checks the shapes and memory of a block against each other.</summary>
    public static void CheckBlock(Scores predictions, Scores targets, Gradient gradient)
    {
        if (targets.Shape != predictions.Shape)
        {
            throw new LossInputException($"the targets have shape {targets.Shape}, but the predictions have {predictions.Shape}.");
        }

        if (!gradient.IsWanted)
        {
            return;
        }

        if (gradient.Shape != predictions.Shape)
        {
            throw new LossInputException($"the gradient has shape {gradient.Shape}, but the predictions have {predictions.Shape}.");
        }

        MemoryOverlap.Check(predictions, gradient, "the predictions", mayBeSame: true);
        MemoryOverlap.Check(targets, gradient, "the targets", mayBeSame: false);
    }

    /// <summary>Computes the next block.</summary>
    public unsafe void Run(Scores predictions, Scores targets, Gradient gradient)
    {
        PredictionShape shape = _grid.Block(predictions.Shape.Count, _positions.FeatureCount > 1);
        fixed (byte* predictionAddress = predictions)
        fixed (byte* targetAddress = targets)
        fixed (byte* gradientAddress = gradient)
        {
            _work.Prepare(
                shape,
                PositionsFed,
                _weights,
                _coefficients,
                _losses,
                new(predictionAddress, predictions.Type),
                new(targetAddress, targets.Type),
                gradient.IsWanted ? new(gradientAddress, gradient.Type) : default);
            WorkPool.Run(_work, _options.Threads ?? Environment.ProcessorCount);
        }

        PositionsFed += shape.GroupCount * shape.Width;
    }

    /// <summary>Reduces the losses and sums up.</summary>
    public LossSum Complete(LossOutputs outputs)
    {
        int count = PositionCount;
        ReadOnlySpan<double> weight = _weights.AsSpan(0, count);
        ReadOnlySpan<double> losses = _losses.AsSpan(0, count);
        if (!outputs.Reduced.IsEmpty)
        {
            _reducer.Reduce(weight, losses, outputs.Reduced);
        }

        double total = 0, tokenWeight = 0;
        long tokens = 0;
        for (int i = 0; i < count; i++)
        {
            if (weight[i] != 0)
            {
                tokens++;
                tokenWeight += weight[i];
                total += weight[i] * losses[i];
            }

            if (!outputs.TokenLoss.IsEmpty)
            {
                outputs.TokenLoss[i] = weight[i] == 0 ? 0 : weight[i] * losses[i];
            }
        }

        return new LossSum
        {
            Sum = total,
            Weight = tokenWeight,
            NonZero = tokens,
            Elements = count,
            Sequences = _grid.Sequences.Batch,
            Valid = _valid,
            Tokens = tokens,
            TokenWeight = tokenWeight,
        };
    }

    /// <summary>Checks the lengths of the outputs and refuses those of cross-entropy.</summary>
    public void CheckOutputs(LossOutputs outputs)
    {
        if (!outputs.LogSumExp.IsEmpty || !outputs.Entropy.IsEmpty || !outputs.ArgMax.IsEmpty)
        {
            throw new LossOptionException("log-sum-exp, entropy and argmax are of cross-entropy: they do not apply to regression.");
        }

        OutputCheck.Check(outputs.Reduced.Length, _reducer.ValueCount, "reduced loss");
        OutputCheck.Check(outputs.TokenLoss.Length, PositionCount, "token loss");
    }
}
