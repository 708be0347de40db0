using System;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Planning;

/// <summary>One cross-entropy from begin to end: plan the tokens, run the blocks, complete the sum. Reused without allocation.</summary>
internal sealed class CrossEntropyRun
{
    [ThreadStatic]
    private static CrossEntropyRun? _ofThread;

    private readonly TokenTable _tokens = new();
    private readonly CrossEntropyWork _work = new();
    private readonly Reducer _reducer = new();
    private double[] _denominators = [];
    private CrossEntropyOptions _options = CrossEntropyOptions.Default;
    private CrossEntropyTerms _terms;
    private RowClip? _clip;
    private ScoreGrid _grid;
    private bool _hasIds;
    private long _valid;

    /// <summary>The run that the calling thread reuses.</summary>
    public static CrossEntropyRun OfThread => _ofThread ??= new CrossEntropyRun();

    /// <summary>Whether the targets are ids, given at the beginning.</summary>
    public bool HasIds => _hasIds;

    /// <summary>The number of tokens fed so far.</summary>
    public int TokensFed { get; private set; }

    /// <summary>The number of tokens of the whole.</summary>
    public int TokenCount => _grid.Sequences.Count;

    /// <summary>What the kernels read and write of each token.</summary>
    public TokenTable Tokens => _tokens;

    /// <summary>The terms of the loss.</summary>
    public CrossEntropyTerms Terms => _terms;

    /// <summary>The shape of one token's scores where blocks may be any rows; none where they are whole sequences.</summary>
    public TensorShape? RowShape => _grid.Layout == ScoreLayout.Bvt ? null : TensorShape.Of(_grid.ClassCount);

    /// <summary>The number of groups whose divisor is 0.</summary>
    public int EmptyGroups => _reducer.EmptyGroups;

    /// <summary>The number of tokens of a block.</summary>
    public long TokensOf(TensorShape block) => block.Count / _grid.ClassCount;

    /// <summary>What the scalar loss is divided by; NaN for arrays.</summary>
    public double ScalarDivisor => _reducer.ScalarDivisor;

    /// <summary>A whole loss at once.</summary>
    public LossSum Compute(
        ScoreKind kind,
        Scores scores,
        Targets targets,
        TokenWeights? weights,
        CrossEntropyOptions? options,
        Gradient gradient,
        LossOutputs outputs)
    {
        Begin(kind, scores.Shape, targets, weights, options, new WantedOutputs(outputs));
        CheckOutputs(outputs);
        CheckBlock(scores, targets, gradient);
        if (_options.Reduction == Reduction.MeanClassWeight)
        {
            AddClassMass(targets);
        }

        Plan(gradient.Upstream);
        Run(scores, targets, gradient);
        return Complete(outputs);
    }

    /// <summary>Checks options and targets and evaluates the weights; reads no score.</summary>
    public void Begin(
        ScoreKind kind, TensorShape shape, Targets targets, TokenWeights? weights, CrossEntropyOptions? options, WantedOutputs wanted)
    {
        _options = options ?? CrossEntropyOptions.Default;
        _grid = ScoreGrid.Of(_options.Layout, shape, "the scores");
        _hasIds = targets.AreIds;
        _terms = CrossEntropyChecks.TermsOf(_options, kind, _grid.ClassCount, _hasIds);
        _clip = CrossEntropyChecks.ClipOf(_options.Clip, kind, _hasIds, _terms.MasslessClass);
        if (wanted.LogSumExp && kind != ScoreKind.Logits)
        {
            throw new LossOptionException("the log-sum-exp is of logits: it does not apply to log-probabilities or probabilities.");
        }

        if (_hasIds && targets.Shape != _grid.Sequences.Shape)
        {
            throw new LossInputException(
                $"the target ids have shape {targets.Shape}, but scores of shape {shape} in layout {_options.Layout} need "
                + $"{_grid.Sequences.Shape}.");
        }

        int count = _grid.Sequences.Count;
        _tokens.Prepare(count, wanted.LogSumExp, wanted.Entropy);
        if (_denominators.Length < count)
        {
            _denominators = new double[count];
        }

        TargetIds ids = new(targets);
        Span<double> weight = _tokens.Weight.AsSpan(0, count);
        _valid = PositionWeights.Evaluate(weights, PositionGrid.OfTokens(_grid.Sequences), ids, weight);
        if (_hasIds)
        {
            CrossEntropyChecks.CopyIds(ids, weights, _grid.Sequences, _terms, weight, _tokens.Target.AsSpan(0, count));
        }

        for (int token = 0; token < count; token++)
        {
            _denominators[token] = _hasIds && weight[token] != 0 ? weight[token] * _terms.ClassWeight(_tokens.Target[token])
                : weight[token];
        }

        TokensFed = 0;
    }

    /// <summary>Finds W·Σ classWeight·q of a block's tokens, the divisor of <see cref="Reduction.MeanClassWeight"/>.</summary>
    /// <remarks>Kept where the coefficients will be: the divisors are all that the coefficients need of it.</remarks>
    /// <returns>The number of tokens added.</returns>
    public unsafe int AddClassMass(Targets distribution, int firstToken = 0)
    {
        ScoreShape shape = _grid.Block(distribution.Shape.Count);
        int count = shape.GroupCount * shape.Width;
        Span<double> masses = _tokens.Coefficient.AsSpan(firstToken, count);
        fixed (byte* address = distribution)
        {
            ClassMass.Write(new(address, distribution.Type), shape, _options.ClassWeights?.Table, _clip, masses);
        }

        for (int i = 0; i < count; i++)
        {
            // Selected, not multiplied by 0: what does not count may hold NaN.
            double weight = _tokens.Weight[firstToken + i];
            masses[i] = weight == 0 ? 0 : weight * masses[i];
        }

        return count;
    }

    /// <summary>Finds the divisors and the coefficient of each token's gradient.</summary>
    public void Plan(ReadOnlySpan<double> upstream)
    {
        int count = TokenCount;
        double[] denominators = _options.Reduction == Reduction.MeanClassWeight ? _tokens.Coefficient : _denominators;
        _reducer.FindDivisors(
            _options.Reduction, _options.Empty, PositionGrid.OfTokens(_grid.Sequences), denominators.AsSpan(0, count), _valid);
        UpstreamCheck.Check(upstream, _options.Reduction, _reducer.ValueCount);
        _reducer.WriteCoefficients(_tokens.Weight.AsSpan(0, count), upstream, _tokens.Coefficient.AsSpan(0, count));
    }

    /// <summary>Checks the shapes and memory of a block against each other.</summary>
    public void CheckBlock(Scores scores, Targets targets, Gradient gradient)
    {
        if (!_hasIds && targets.Shape != scores.Shape)
        {
            throw new LossInputException(
                $"the target distributions have shape {targets.Shape}, but the scores have {scores.Shape}: ids would have shape "
                + $"{_grid.Sequences.Shape}.");
        }

        if (!gradient.IsWanted)
        {
            return;
        }

        if (gradient.Shape != scores.Shape)
        {
            throw new LossInputException($"the gradient has shape {gradient.Shape}, but the scores have {scores.Shape}.");
        }

        MemoryOverlap.Check(scores, gradient, "the scores", mayBeSame: true);
        if (!_hasIds)
        {
            MemoryOverlap.Check(targets, gradient);
        }
    }

    /// <summary>Computes the next block.</summary>
    public unsafe void Run(Scores scores, Targets targets, Gradient gradient)
    {
        ScoreShape shape = _grid.Block(scores.Shape.Count);
        int tokens = shape.GroupCount * shape.Width;
        fixed (byte* scoreAddress = scores)
        fixed (byte* targetAddress = targets)
        fixed (byte* gradientAddress = gradient)
        {
            NumberBuffer distribution = _hasIds ? default : new(targetAddress, targets.Type);
            CheckPadMass(distribution, shape);
            if (tokens > 0)
            {
                _work.Prepare(
                    _terms,
                    _tokens,
                    shape,
                    TokensFed,
                    new(scoreAddress, scores.Type),
                    distribution,
                    gradient.IsWanted ? new(gradientAddress, gradient.Type) : default,
                    _clip);
                WorkPool.Run(_work, _options.Threads ?? Environment.ProcessorCount);
            }
        }

        TokensFed += tokens;
    }

    /// <summary>Reduces the token losses and sums up.</summary>
    public LossSum Complete(LossOutputs outputs)
    {
        int count = TokenCount;
        ReadOnlySpan<double> weight = _tokens.Weight.AsSpan(0, count);
        ReadOnlySpan<double> losses = _tokens.Loss.AsSpan(0, count);
        if (!outputs.Reduced.IsEmpty)
        {
            _reducer.Reduce(weight, losses, outputs.Reduced);
        }

        LossSum sum = Sum(weight, losses);
        for (int token = 0; token < outputs.TokenLoss.Length; token++)
        {
            outputs.TokenLoss[token] = weight[token] == 0 ? 0 : weight[token] * losses[token];
        }

        Copy(_tokens.LogSumExp, outputs.LogSumExp);
        Copy(_tokens.Entropy, outputs.Entropy);
        Copy(_tokens.ArgMax, outputs.ArgMax);
        return sum;
    }

    /// <summary>Checks the lengths of the outputs.</summary>
    public void CheckOutputs(LossOutputs outputs)
    {
        int values = Reducer.ValueCountOf(_options.Reduction, PositionGrid.OfTokens(_grid.Sequences));
        OutputCheck.Check(outputs.Reduced.Length, values, "reduced loss");
        OutputCheck.Check(outputs.TokenLoss.Length, TokenCount, "token loss");
        OutputCheck.Check(outputs.LogSumExp.Length, TokenCount, "log-sum-exp");
        OutputCheck.Check(outputs.Entropy.Length, TokenCount, "entropy");
        OutputCheck.Check(outputs.ArgMax.Length, TokenCount, "argmax");
    }

    private LossSum Sum(ReadOnlySpan<double> weight, ReadOnlySpan<double> losses)
    {
        double total = 0, denominator = 0, tokenWeight = 0, likelihood = 0;
        long nonzero = 0, tokens = 0, correct = 0;
        for (int token = 0; token < weight.Length; token++)
        {
            double d = _denominators[token];
            denominator += d;
            nonzero += d != 0 ? 1 : 0;
            if (weight[token] != 0)
            {
                tokens++;
                tokenWeight += weight[token];
                total += weight[token] * losses[token];
                likelihood += weight[token] * _tokens.NegativeLogLikelihood[token];
                correct += _tokens.ArgMax[token] >= 0 && _tokens.ArgMax[token] == _tokens.Target[token] ? 1 : 0;
            }
        }

        return new LossSum
        {
            Sum = total,
            Weight = denominator,
            NonZero = nonzero,
            Elements = TokenCount,
            Sequences = _grid.Sequences.Batch,
            Valid = _valid,
            Tokens = tokens,
            TokenWeight = tokenWeight,
            NegativeLogLikelihood = likelihood,
            Correct = correct,
        };
    }

    /// <summary>Smoothing that gives the pad class no mass needs targets that give it none either.</summary>
    private void CheckPadMass(NumberBuffer distribution, ScoreShape shape)
    {
        if (distribution.IsNull || _terms.MasslessClass < 0)
        {
            return;
        }

        for (int i = 0; i < shape.GroupCount * shape.Width; i++)
        {
            int token = TokensFed + i;
            double mass = distribution.Read(shape.Offset(i / shape.Width, _terms.MasslessClass) + (i % shape.Width));
            if (_tokens.Weight[token] != 0 && mass != 0)
            {
                throw new LossInputException(
                    $"target{_grid.Sequences.Place(token)} has mass {Text.Of(mass)} on the pad index {_terms.MasslessClass}, to "
                    + "which the smoothing OthersButPad gives none.");
            }
        }
    }

    private static void Copy<T>(T[] source, Span<T> destination) => source.AsSpan(0, destination.Length).CopyTo(destination);
}
