using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>Cross-entropy of the logits hidden·vocabularyᵀ + bias, of which only a few rows exist at a time.</summary>
/// <remarks>
/// <para>
/// With L the logits of a chunk of counted tokens, H their hidden states and W the vocabulary: L = H·Wᵀ + b; the loss turns L into its
/// gradient G in place, at its final scale; then ∂H = G·W, ∂W += Gᵀ·H and ∂b += the sums of G's columns. Three products, and none
/// twice: coefficients are known before a logit is.
/// </para>
/// <para>
/// One call at a time for each object; no allocation after the first call of a size. The chunks depend on the shape alone, so results
/// have the same bits for any number of threads.
/// </para>
/// </remarks>
internal sealed class ProjectionLoss
{
    private readonly MatrixProduct _product;
    private readonly GradientBlocks _gradients;
    private readonly CrossEntropyWork _loss = new();
    private readonly TopClassesWork _topClasses = new();
    private readonly ColumnSums _columnSums = new();
    private readonly BFloat16Rounding _rounding = new();

    private ProjectionOperands _operands;
    private RightMatrix _classesAsColumns;
    private ProjectionSettings _settings;
    private NumberBuffer _logits;
    private NumberBuffer _hidden;
    private NumberBuffer _hiddenGradient;
    private NumberBuffer _partialSums;
    private NumberBuffer _packedHidden;

    /// <exception cref="InvalidOperationException">The library asked for is not there; a sentence.</exception>
    public ProjectionLoss(ProductLibrary library)
    {
        _product = new MatrixProduct(library);
        _gradients = new GradientBlocks(library);
    }

    /// <summary>Computes the losses of some tokens, and their gradients.</summary>
    /// <param name="workspace">Where its memory comes from; it is asked once.</param>
    /// <param name="operands">The projection.</param>
    /// <param name="settings">How it is computed.</param>
    /// <param name="gradients">Where gradients go; rows of hidden states that are not among the tokens are not written.</param>
    /// <param name="terms">The terms of the loss.</param>
    /// <param name="tokens">The coefficients and targets; the losses go there.</param>
    /// <param name="counted">The tokens that count, in order.</param>
    /// <param name="count">How many they are.</param>
    public void Run(
        IWorkspace workspace,
        in ProjectionOperands operands,
        in ProjectionSettings settings,
        in GradientBuffers gradients,
        in CrossEntropyTerms terms,
        TokenTable tokens,
        int[] counted,
        int count)
    {
        int mostRows = Prepare(workspace, operands, settings, count);
        if (count == 0 && !gradients.Accumulates)
        {
            Clear(gradients.Vocabulary, (long)operands.ClassCount * operands.Depth);
            Clear(gradients.Bias, operands.ClassCount);
        }

        for (int first = 0; first < count; first += mostRows)
        {
            ReadOnlySpan<int> rows = counted.AsSpan(first, Math.Min(mostRows, count - first));
            WriteLogits(rows);
            ScoreShape shape = new(rows.Length, operands.ClassCount, 1);
            _loss.Prepare(terms, tokens, shape, first, _logits, default, gradients.AreWanted ? _logits : default, tokenOfRow: counted);
            WorkPool.Run(_loss, settings.Threads);
            if (gradients.AreWanted)
            {
                GradientBuffers ofChunk = gradients with { Accumulates = gradients.Accumulates || first > 0 };
                WriteGradients(ofChunk, rows, tokens.Coefficient);
            }
        }
    }

    /// <summary>Finds the classes of the greatest logits of every token.</summary>
    public void RunTopClasses(
        IWorkspace workspace,
        in ProjectionOperands operands,
        in ProjectionSettings settings,
        in TopClasses top,
        in CrossEntropyTerms terms,
        int[] tokens,
        int count)
    {
        int mostRows = Prepare(workspace, operands, settings, count);
        for (int first = 0; first < count; first += mostRows)
        {
            int rows = Math.Min(mostRows, count - first);
            WriteLogits(tokens.AsSpan(first, rows));
            _topClasses.Prepare(terms, _logits, rows, top.From(first));
            WorkPool.Run(_topClasses, settings.Threads);
        }
    }

    /// <summary>Makes room, and the vocabulary ready where it is rounded; gives the rows of a chunk.</summary>
    private int Prepare(IWorkspace workspace, in ProjectionOperands operands, in ProjectionSettings settings, int count)
    {
        (_operands, _settings) = (operands, settings);
        int mostRows = new RowChunks(count, operands.ClassCount, operands.Depth, settings.WorkspaceBytes).MostRows;
        long scores = Floats((long)mostRows * operands.ClassCount), features = Floats((long)mostRows * operands.Depth);
        PanelProduct? panels = settings.RoundsOperands ? _product.Panels : null;
        // The last chunk has fewer rows: nothing says that fewer take less room when a library packs them.
        int lastRows = count - (Math.Max(0, count - 1) / mostRows * mostRows);
        long packed = Math.Max(PackedLength(panels, mostRows), PackedLength(panels, lastRows));
        long ofLogits = panels is null ? 0 : Math.Max(LeftLength(panels, mostRows), LeftLength(panels, lastRows));
        long sums = Math.Max((GradientBlocks.PartitionCount - 1) * features, ofLogits);
        bool rounds = count > 0 && settings.RoundsOperands && operands.Vocabulary.Holds<float>();
        long vocabulary = rounds ? RoundedLength(panels) : 0;
        _logits = workspace.Get(ElementType.Float32, scores + (2 * features) + packed + sums + vocabulary);
        _hiddenGradient = _logits.From(scores);
        NumberBuffer hidden = _hiddenGradient.From(features);
        _hidden = settings.RoundsOperands ? hidden.As(ElementType.BFloat16) : hidden;
        _packedHidden = hidden.From(features);
        _partialSums = _packedHidden.From(packed);
        if (rounds)
        {
            RoundVocabulary(panels, _partialSums.From(sums));
        }
        else
        {
            _classesAsColumns = _operands.ClassesAsColumns;
        }

        return mostRows;
    }

    /// <summary>The floats of the hidden states of a chunk, packed for the gradient of the vocabulary.</summary>
    private long PackedLength(PanelProduct? panels, int rows)
        => rows == 0 ? 0 : Floats(panels?.PackedLength(rows, _operands.Depth) ?? RightMatrix.PackedLength(rows, _operands.Depth));

    /// <summary>The floats of the hidden states of a chunk, packed for the logits.</summary>
    private long LeftLength(PanelProduct panels, int rows) => rows == 0 ? 0 : panels.StorageLength(rows, 0, _operands.Depth);

    /// <summary>The floats of storage that <see cref="RoundVocabulary"/> needs.</summary>
    private long RoundedLength(PanelProduct? panels)
        => panels?.PackedLength(_operands.Depth, _operands.ClassCount) ?? ((((long)_operands.ClassCount * _operands.Depth) + 1) / 2);

    /// <summary>Once for all chunks: for the logits alone where panels are used, which the gradients' blocks make themselves.</summary>
    private void RoundVocabulary(PanelProduct? panels, NumberBuffer storage)
    {
        (int classes, int depth) = (_operands.ClassCount, _operands.Depth);
        if (panels is not null)
        {
            _classesAsColumns = panels.Pack(_operands.ClassesAsColumns, depth, classes, storage, _settings.Threads);
            return;
        }

        NumberBuffer rounded = storage.As(ElementType.BFloat16);
        _rounding.Run(_operands.Vocabulary, depth, classes, depth, rounded, _settings.Threads);
        _operands = _operands with { Vocabulary = rounded };
        _classesAsColumns = _operands.ClassesAsColumns;
    }

    private void WriteLogits(ReadOnlySpan<int> rows)
    {
        HiddenRows.Gather(_operands.Hidden, rows, _operands.Depth, _hidden);
        ProductTask task = new()
        {
            Rows = rows.Length,
            Columns = _operands.ClassCount,
            Depth = _operands.Depth,
            Left = new Matrix(_hidden, _operands.Depth),
            Right = _classesAsColumns,
            Result = _logits,
            ResultStride = _operands.ClassCount,
            Bias = _operands.Bias,
        };
        if (_classesAsColumns.HasPanels)
        {
            _product.Panels!.Run(task, _partialSums, _settings.Threads);
        }
        else
        {
            _product.Run(task, _settings.Threads);
        }
    }

    private void WriteGradients(in GradientBuffers gradients, ReadOnlySpan<int> rows, ReadOnlySpan<double> coefficients)
    {
        (int classes, int depth) = (_operands.ClassCount, _operands.Depth);
        HiddenRows.ClearIdle(_hidden, rows, coefficients, depth);
        if (!gradients.Bias.IsNull)
        {
            _columnSums.Run(_logits, rows.Length, classes, gradients.Bias, gradients.Accumulates, _settings.Threads);
        }

        GradientBuffers ofProducts = gradients with { Hidden = gradients.Hidden.IsNull ? default : _hiddenGradient };
        _gradients.Run(_operands, _settings, ofProducts, _logits, _hidden, _partialSums, _packedHidden, rows, coefficients);
        if (!gradients.Hidden.IsNull)
        {
            HiddenRows.Scatter(_hiddenGradient, rows, coefficients, depth, gradients.Hidden);
        }
    }

    private static void Clear(NumberBuffer numbers, long count)
    {
        if (!numbers.IsNull)
        {
            numbers.Clear(0, count);
        }
    }

    private static long Floats(long count) => NumberBuffer.FloatsOfLines(count, ElementType.Float32);
}
