using System;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Where the class axis of the scores is.</summary>
/// <param name="GroupCount">Rows, or with <paramref name="Width"/> &gt; 1 matrices of scores <c>[V, Width]</c>.</param>
/// <param name="ClassCount">V.</param>
/// <param name="Width">Tokens beside each other behind the class axis; 1 for contiguous rows.</param>
internal readonly record struct ScoreShape(int GroupCount, int ClassCount, int Width)
{
    /// <summary>The index of a score: 64-bit, scores may be larger than a span.</summary>
    public long Offset(int group, int index) => ((long)group * ClassCount + index) * Width;
}

/// <summary>The cross-entropy of a block of scores: losses into the token table, the gradient into its buffer.</summary>
/// <remarks>One object per workspace, set up anew for each block; no allocation.</remarks>
internal sealed class CrossEntropyWork : IWork
{
    // Small enough that two threads share a small batch evenly, large enough that a chunk outweighs handing it out.
    private const int ChunkElements = 1 << 16;

    private int _unitsPerChunk;
    private int _tilesPerGroup;
    private int[]? _tokenOfRow;

    public CrossEntropyTerms Terms { get; private set; }

    /// <summary>What is done to probabilities first, or <see langword="null"/> for nothing.</summary>
    public RowClip? Clip { get; private set; }

    public TokenTable Tokens { get; private set; } = null!;

    public ScoreShape Shape { get; private set; }

    /// <summary>The token of the block's first score, or its place in the list of the tokens that the rows are.</summary>
    public int FirstToken { get; private set; }

    public NumberBuffer Scores { get; private set; }

    /// <summary>The target distributions, shaped as the scores, or none.</summary>
    public NumberBuffer Distribution { get; private set; }

    /// <summary>The gradient, shaped as the scores, or none; may be the scores' own memory.</summary>
    public NumberBuffer Gradient { get; private set; }

    /// <summary>The columns a column kernel takes at once; a multiple of every lane count.</summary>
    public static int TileWidth => 128;

    public int ChunkCount { get; private set; }

    /// <summary>Rows, or tiles of matrices: what kernels are run on.</summary>
    private long UnitCount => (long)Shape.GroupCount * _tilesPerGroup;

    /// <summary>The token of a row of the block.</summary>
    public int TokenOf(int row) => _tokenOfRow is null ? FirstToken + row : _tokenOfRow[FirstToken + row];

    /// <summary>Sets up the next block.</summary>
    /// <param name="terms">The terms of the loss.</param>
    /// <param name="tokens">The tokens of the whole.</param>
    /// <param name="shape">The axes of the block.</param>
    /// <param name="firstToken">The token of the first score; with a list of tokens its place there.</param>
    /// <param name="scores">The block's scores.</param>
    /// <param name="distribution">Its target distributions, or none.</param>
    /// <param name="gradient">Its gradient, or none.</param>
    /// <param name="clip">What is done to probabilities first, or <see langword="null"/> for nothing.</param>
    /// <param name="tokenOfRow">The tokens that have rows, for contiguous rows alone; none where all tokens have one, in order.</param>
    public void Prepare(
        in CrossEntropyTerms terms,
        TokenTable tokens,
        ScoreShape shape,
        int firstToken,
        NumberBuffer scores,
        NumberBuffer distribution,
        NumberBuffer gradient,
        RowClip? clip = null,
        int[]? tokenOfRow = null)
    {
        (Terms, Tokens, Shape, FirstToken) = (terms, tokens, shape, firstToken);
        (Scores, Distribution, Gradient, Clip) = (scores, distribution, gradient, clip);
        _tokenOfRow = tokenOfRow;
        _tilesPerGroup = (shape.Width + TileWidth - 1) / TileWidth;
        long unitElements = (long)shape.ClassCount * Math.Min(shape.Width, TileWidth);
        _unitsPerChunk = (int)Math.Max(1, ChunkElements / unitElements);
        ChunkCount = checked((int)((UnitCount + _unitsPerChunk - 1) / _unitsPerChunk));
    }

    public void Run(int chunk)
    {
        // Soft-capping and renormalising round the scores once more: in double that costs no digit that the answer shows.
        if (Scores.Type == ElementType.Float64 || Terms.SoftCap != 0 || Clip is not null)
        {
            Run<double>(chunk);
        }
        else
        {
            Run<float>(chunk);
        }
    }

    private void Run<T>(int chunk)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        switch (LaneWidth.OfProcessor)
        {
            case LaneWidth.Bits512:
                Run<Vector512Lanes<T>, T>(chunk);
                break;
            case LaneWidth.Bits256:
                Run<Vector256Lanes<T>, T>(chunk);
                break;
            case LaneWidth.Bits128:
                Run<Vector128Lanes<T>, T>(chunk);
                break;
            default:
                Run<ScalarLanes<T>, T>(chunk);
                break;
        }
    }

    /// <summary>One chunk at a chosen width; every width computes correctly on every processor, if slowly.</summary>
    internal void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        long first = (long)chunk * _unitsPerChunk;
        long end = Math.Min(first + _unitsPerChunk, UnitCount);
        bool clips = Clip is not null;
        if (Shape.Width == 1 && !clips)
        {
            RowKernel<TLanes, T>.Run(this, (int)first, (int)end);
            return;
        }

        for (long unit = first; unit < end; unit++)
        {
            int firstColumn = (int)(unit % _tilesPerGroup) * TileWidth;
            int columns = Math.Min(TileWidth, Shape.Width - firstColumn);
            int group = (int)(unit / _tilesPerGroup);
            if (clips)
            {
                ClippedKernel<TLanes, T>.Run(this, group, firstColumn, columns);
            }
            else
            {
                ColumnKernel<TLanes, T>.Run(this, group, firstColumn, columns);
            }
        }
    }
}
