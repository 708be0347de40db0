namespace SeqLoss.Kernels.Matmul;

/// <summary>Deals out the lines of memory that is needed soon, some to each call of a micro-kernel.</summary>
internal ref struct UpcomingLines(Upcoming upcoming)
{
    private int _row;
    private int _column;

    /// <summary>Gives the next call its lines: a run of two rows, as long as the call's steps allow.</summary>
    public void Next(ref MicroTile tile)
    {
        if (_row >= upcoming.RowCount)
        {
            // What the call reads anyway.
            tile.Ahead = ref tile.Left;
            tile.AheadStride = 0;
            return;
        }

        tile.Ahead = ref upcoming.Memory.View<float>((_row * upcoming.Stride) + _column, 1)[0];
        tile.AheadStride = (nint)upcoming.Stride;
        _column += (tile.Depth + MicroTile.StepsPerLine - 1) / MicroTile.StepsPerLine * MicroTile.LineLength;
        if (_column >= upcoming.RowLength)
        {
            (_row, _column) = (_row + 2, 0);
        }
    }
}
