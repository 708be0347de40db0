using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Projection;
using SeqLoss.Kernels.Softmax;

namespace SeqLoss.Planning;

/// <summary>One loss of a projection from begin to end: plan the tokens, run those that count, complete the sum.</summary>
internal sealed class LinearCrossEntropyRun
{
    private readonly LinearCrossEntropyOptions _options;
    private readonly CrossEntropyRun _loss = new();
    private readonly ProjectionLoss _projection;
    private readonly ProjectionSettings _settings;
    private readonly Workspace _memory = new();
    private int[] _rows = [];

    public LinearCrossEntropyRun(LinearCrossEntropyOptions options, ProductLibrary library)
    {
        ProjectionChecks.CheckOptions(options);
        _options = options;
        _projection = new ProjectionLoss(library);
        _settings = new(
            options.Precision == ProductPrecision.BFloat16,
            options.GradientFilter,
            options.WorkspaceBytes,
            options.Loss.Threads ?? Environment.ProcessorCount);
    }

    /// <summary>The bytes held for the next call.</summary>
    public long WorkspaceBytes => _memory.Bytes;

    /// <summary>What the last sum was divided by, where its reduction is a scalar.</summary>
    public double ScalarDivisor => _loss.ScalarDivisor;

    /// <summary>A whole loss at once, in memory of the object or in what is lent for this call.</summary>
    public unsafe LossSum Compute(
        Scores hidden,
        VocabularyProjection projection,
        Targets targets,
        TokenWeights? weights,
        ProjectionGradients gradients,
        LossOutputs outputs,
        IWorkspace? lent = null)
    {
        ProjectionGrid grid = ProjectionGrid.Of(_options.Loss.Layout, hidden, projection);
        if (!targets.AreIds)
        {
            throw new LossInputException(
                "the targets are distributions, which are as large as the logits that this loss avoids: give ids, or use CrossEntropy.");
        }

        _loss.Begin(ScoreKind.Logits, grid.Logits, targets, weights, _options.Loss, new WantedOutputs(outputs));
        _loss.CheckOutputs(outputs);
        ProjectionChecks.CheckGradients(hidden, projection, gradients);
        _loss.Plan(gradients.Upstream);
        int counted = ListCounted(grid.TokenCount);
        fixed (byte* hiddenAddress = hidden, vocabulary = projection.Vocabulary)
        fixed (byte* ofHidden = (Gradient)gradients.Hidden, ofVocabulary = (Gradient)gradients.Vocabulary)
        fixed (float* bias = projection.Bias, ofBias = gradients.Bias)
        {
            ProjectionOperands operands = Operands(hiddenAddress, hidden.Type, vocabulary, projection.Vocabulary.Type, bias, grid);
            GradientBuffers buffers = new(Singles(ofHidden), Singles(ofVocabulary), Singles(ofBias), gradients.Accumulates);
            _projection.Run(lent ?? _memory, operands, _settings, buffers, _loss.Terms, _loss.Tokens, _rows, counted);
            SetNotCounted(grid, buffers.Hidden);
        }

        return _loss.Complete(outputs);
    }

    /// <summary>The k most probable classes of every token.</summary>
    public unsafe void TopClasses(Scores hidden, VocabularyProjection projection, int count, Span<int> classes, Span<double> logProbs)
    {
        ProjectionGrid grid = ProjectionGrid.Of(_options.Loss.Layout, hidden, projection);
        CrossEntropyTerms terms = CrossEntropyChecks.TermsOf(_options.Loss, ScoreKind.Logits, grid.ClassCount, areIds: true);
        if (count < 1 || count > grid.ClassCount)
        {
            throw new LossInputException($"the {count} most probable classes are asked for: there are {grid.ClassCount}, at least 1.");
        }

        long needed = (long)grid.TokenCount * count;
        if (classes.Length != needed || logProbs.Length != needed)
        {
            throw new LossInputException(
                $"there are {classes.Length} classes and {logProbs.Length} log-probabilities to write: {count} for each of "
                + $"{grid.TokenCount} positions are {needed}.");
        }

        ListAll(grid.TokenCount);
        fixed (byte* hiddenAddress = hidden, vocabulary = projection.Vocabulary)
        fixed (float* bias = projection.Bias)
        fixed (int* classAddress = classes)
        fixed (double* logProbAddress = logProbs)
        {
            ProjectionOperands operands = Operands(hiddenAddress, hidden.Type, vocabulary, projection.Vocabulary.Type, bias, grid);
            TopClasses top = new(count, new(classAddress, ElementType.Float32), new(logProbAddress, ElementType.Float64));
            _projection.RunTopClasses(_memory, operands, _settings, top, terms, _rows, grid.TokenCount);
        }
    }

    private static unsafe ProjectionOperands Operands(
        void* hidden, ElementType hiddenType, void* vocabulary, ElementType vocabularyType, float* bias, in ProjectionGrid grid)
        => new(new(hidden, hiddenType), new(vocabulary, vocabularyType), Singles(bias), grid.ClassCount, grid.FeatureCount);

    private static unsafe NumberBuffer Singles(void* address) => new(address, ElementType.Float32);

    /// <summary>Lists the tokens that count, so that only these are multiplied.</summary>
    private int ListCounted(int tokenCount)
    {
        Reserve(tokenCount);
        int count = 0;
        for (int token = 0; token < tokenCount; token++)
        {
            if (_loss.Tokens.Weight[token] != 0)
            {
                _rows[count++] = token;
            }
        }

        return count;
    }

    private void ListAll(int tokenCount)
    {
        Reserve(tokenCount);
        for (int token = 0; token < tokenCount; token++)
        {
            _rows[token] = token;
        }
    }

    private void Reserve(int tokenCount)
    {
        if (_rows.Length < tokenCount)
        {
            _rows = new int[tokenCount];
        }
    }

    private void SetNotCounted(in ProjectionGrid grid, NumberBuffer hiddenGradient)
    {
        for (int token = 0; token < grid.TokenCount; token++)
        {
            if (_loss.Tokens.Weight[token] != 0)
            {
                continue;
            }

            _loss.Tokens.SetNotCounted(token);
            if (!hiddenGradient.IsNull)
            {
                hiddenGradient.Clear((long)token * grid.FeatureCount, grid.FeatureCount);
            }
        }
    }
}
