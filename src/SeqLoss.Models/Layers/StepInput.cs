using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>The first layer of a side: a row of a table for each token, or a linear map of its features.</summary>
public sealed class StepInput
{
    private readonly string _name;
    private readonly float _scale;
    private readonly Linear? _linear;
    private int[] _ids = [];

    /// <summary>Reads tokens.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="table">The rows of the tokens, <c>[V, size]</c>.</param>
    /// <param name="scale">A factor.</param>
    public StepInput(string name, Parameter table, float scale = 1) => (_name, Table, _scale) = (name, table, scale);

    /// <summary>Reads features; adds <c>name.weight</c> <c>[size, F]</c> and <c>name.bias</c>.</summary>
    public StepInput(ParameterSet parameters, string name, int featureCount, int size)
        => (_name, _linear) = (name, new Linear(parameters, name, featureCount, size));

    /// <summary>The rows of the tokens, where the side is tokens.</summary>
    public Parameter? Table { get; }

    /// <summary>Computes a row for each step.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">The steps.</param>
    /// <param name="grid">Which row each becomes.</param>
    /// <returns><c>[B·T, size]</c>.</returns>
    public Variable Apply(Tape tape, SequenceBatch batch, RowGrid grid)
    {
        tape.Layer = _name;
        if (_linear is not null)
        {
            Activation x = tape.Create(grid.Rows, batch.FeatureCount);
            for (int i = 0; i < grid.Rows; i++)
            {
                int row = grid.RowOf(i / grid.Steps, i % grid.Steps);
                batch.Features.Slice(i * batch.FeatureCount, batch.FeatureCount).CopyTo(x.Row(row));
            }

            return _linear.Apply(tape, x);
        }

        if (_ids.Length < grid.Rows)
        {
            _ids = new int[grid.Rows];
        }

        for (int i = 0; i < grid.Rows; i++)
        {
            _ids[grid.RowOf(i / grid.Steps, i % grid.Steps)] = batch.Tokens[i];
        }

        return EmbeddingOperation.Apply(tape, Table!, _ids.AsSpan(0, grid.Rows), _scale);
    }
}
