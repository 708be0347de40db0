using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Tells steps apart: adds a row to the features of each step, learned or of sines.</summary>
/// <remarks>Sines: P[t, 2i] = sin(t/10000^(2i/size)) and P[t, 2i + 1] its cosine, for any length.</remarks>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017, section 3.5.</seealso>
public sealed class Positions
{
    private readonly string _name;
    private readonly Parameter? _learned;
    private readonly int _size;
    private Constant _sines;

    /// <summary>Positions of sines, which have no parameters.</summary>
    public Positions(string name, int size)
    {
        (_name, _size) = (name, size);
        _sines = new Constant(0, size);
    }

    /// <summary>Adds <c>name.weight</c> <c>[maxLength, size]</c>.</summary>
    public Positions(ParameterSet parameters, string name, int size, int maxLength)
        : this(name, size)
        => _learned = parameters.AddNormal($"{name}.weight", maxLength, size, 1 / Math.Sqrt(size));

    /// <summary>Adds the rows of steps.</summary>
    /// <exception cref="ArgumentException">Positions are learned, and there are more steps than were.</exception>
    public Variable Apply(Tape tape, Variable x, RowGrid grid, int firstStep = 0)
    {
        tape.Layer = _name;
        int length = firstStep + grid.Steps;
        if (_learned is not null && length > _learned.Rows)
        {
            throw new ArgumentException(
                $"A sequence has {length} steps, but {_name} has learned {_learned.Rows} positions; "
                + "shorten it or use sinusoidal positions.");
        }

        if (_learned is null && length > _sines.Rows)
        {
            _sines = Sines(Math.Max(length, 2 * _sines.Rows), _size);
        }

        return PositionOperation.Apply(tape, x, (Variable?)_learned ?? _sines, grid, firstStep);
    }

    private static Constant Sines(int length, int size)
    {
        Constant table = new(length, size);
        for (int step = 0; step < length; step++)
        {
            Span<float> row = table.Row(step);
            for (int i = 0; i < size; i++)
            {
                double angle = step / Math.Pow(10000, (i - (i % 2)) / (double)size);
                row[i] = (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return table;
    }
}
