using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>The keys and values of the steps that rows have written so far.</summary>
internal sealed class AttentionCache
{
    private readonly int _maxLength;
    private int[] _lengths;
    private Constant _spare;
    private int _rows;
    private int _length;

    /// <param name="rows">The rows at first.</param>
    /// <param name="maxLength">The most steps.</param>
    /// <param name="size">The features of keys, and of values.</param>
    public AttentionCache(int rows, int maxLength, int size)
    {
        (_rows, _maxLength) = (rows, maxLength);
        _lengths = new int[rows];
        KeysAndValues = new Constant(rows * maxLength, 2 * size);
        _spare = new Constant(0, 2 * size);
    }

    /// <summary>A row of keys and values, side by side, for each step of each row.</summary>
    public Constant KeysAndValues { get; private set; }

    /// <summary>Which row of <see cref="KeysAndValues"/> is which step.</summary>
    public RowGrid Grid => new(RowOrder.BatchMajor, _rows, _maxLength);

    /// <summary>The steps of each row.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, _rows);

    /// <summary>Adds a step of every row.</summary>
    /// <param name="projected">Queries, keys and values of each row, side by side.</param>
    /// <param name="size">The features of each.</param>
    public void Append(Variable projected, int size)
    {
        for (int row = 0; row < _rows; row++)
        {
            projected.Row(row)[size..].CopyTo(KeysAndValues.Row(Grid.RowOf(row, _length)));
        }

        _length++;
        if (_lengths.Length < _rows)
        {
            _lengths = new int[_rows];
        }

        _lengths.AsSpan(0, _rows).Fill(_length);
    }

    /// <summary>Goes on with some rows.</summary>
    public void KeepRows(ReadOnlySpan<int> rows)
    {
        if (IsIdentity(rows))
        {
            _rows = rows.Length;
            return;
        }

        int columns = KeysAndValues.Columns;
        if (_spare.Rows < rows.Length * _maxLength)
        {
            _spare = new Constant(rows.Length * _maxLength, columns);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            KeysAndValues.Values.Slice(rows[i] * _maxLength * columns, _length * columns)
                .CopyTo(_spare.Values[(i * _maxLength * columns)..]);
        }

        (KeysAndValues, _spare) = (_spare, KeysAndValues);
        _rows = rows.Length;
    }

    private static bool IsIdentity(ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] != i)
            {
                return false;
            }
        }

        return true;
    }
}
