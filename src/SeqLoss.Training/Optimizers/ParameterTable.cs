using System;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>One more number for each value of a model, zeros at first: what an optimiser remembers, or what the values once were.</summary>
public sealed class ParameterTable
{
    private readonly Workspace _memory = new();
    private readonly NumberBuffer _values;
    private readonly long[] _offsets;
    private readonly ParameterSet _parameters;

    internal ParameterTable(string name, ParameterSet parameters)
    {
        (Name, _parameters) = (name, parameters);
        _offsets = new long[parameters.Count];
        long length = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            _offsets[i] = length;
            length += parameters[i].Length;
        }

        _values = _memory.Get(ElementType.Float32, length);
        _values.Clear(0, length);
    }

    /// <summary>Its name in checkpoints, such as <c>first_moment</c>.</summary>
    public string Name { get; }

    /// <summary>The numbers that belong to a parameter, by its place in the <see cref="ParameterSet"/>; as many as it has values.</summary>
    public Span<float> Of(int parameter) => _values.View<float>(_offsets[parameter], _parameters[parameter].Length);

    internal Span<float> Of(ParameterChunks.Chunk chunk) => _values.View<float>(_offsets[chunk.Parameter] + chunk.First, chunk.Length);
}
