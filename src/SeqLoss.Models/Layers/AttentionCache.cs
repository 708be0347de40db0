using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>The keys and values of the steps that rows have written so far.</summary>
internal sealed class AttentionCache
{
    private const int FirstCapacity = 16;

    private readonly int _maxLength;
    private int[] _lengths;
    private Constant _spare;
    private int _capacity;
    private int _rows;
    private int _length;

    /// <param name="rows">The rows at first.</param>
    /// <param name="maxLength">The most steps; memory is taken as they come.</param>
    /// <param name="size">The features of keys, and of values.</param>
    public AttentionCache(int rows, int maxLength, int size)
    {
        (_rows, _maxLength) = (rows, maxLength);
        _capacity = Math.Min(maxLength, FirstCapacity);
        _lengths = new int[rows];
        KeysAndValues = new Constant(rows * _capacity, 2 * size);
        _spare = new Constant(0, 2 * size);
    }

    /// <summary>A row of keys and values, side by side, for each step of each row.</summary>
    public Constant KeysAndValues { get; private set; }

    /// <summary>Which row of <see cref="KeysAndValues"/> is which step.</summary>
    public RowGrid Grid => new(RowOrder.BatchMajor, _rows, _capacity);

    /// <summary>The steps of each row.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, _rows);

    /// <summary>Adds a step of every row.</summary>
    /// <param name="projected">Queries, keys and values of each row, side by side.</param>
    /// <param name="size">The features of each.</param>
    public void Append(Variable projected, int size)
    {
        if (_length == _capacity)
        {
            Move(default, _rows, Math.Min(2 * _capacity, _maxLength));
        }

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

        Move(rows, rows.Length, _capacity);
    }

    /// <summary>Copies rows, all as they are where none are named, into memory for a number of steps.</summary>
    private void Move(ReadOnlySpan<int> rows, int count, int capacity)
    {
        int columns = KeysAndValues.Columns;
        if (_spare.Rows < count * capacity)
        {
            _spare = new Constant(count * capacity, columns);
        }

        ReadOnlySpan<float> from = KeysAndValues.Values;
        Span<float> to = _spare.Values;
        for (int i = 0; i < count; i++)
        {
            int row = rows.IsEmpty ? i : rows[i];
            from.Slice(row * _capacity * columns, _length * columns).CopyTo(to[(i * capacity * columns)..]);
        }

        (KeysAndValues, _spare) = (_spare, KeysAndValues);
        (_rows, _capacity) = (count, capacity);
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
