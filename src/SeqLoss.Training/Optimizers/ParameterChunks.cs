using System;
using System.Collections.Generic;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>The values of a model's parameters in pieces that threads share: the cut follows from the shapes alone.</summary>
internal sealed class ParameterChunks
{
    private const int MostValues = 1 << 14;

    private readonly ParameterSet _parameters;
    private readonly List<Chunk> _chunks = [];

    public ParameterChunks(ParameterSet parameters)
    {
        _parameters = parameters;
        for (int parameter = 0; parameter < parameters.Count; parameter++)
        {
            int length = parameters[parameter].Length;
            for (int first = 0; first < length; first += MostValues)
            {
                _chunks.Add(new Chunk(parameter, first, Math.Min(MostValues, length - first)));
            }
        }
    }

    /// <summary>The values that are computed on together: little enough for the nearest cache to hold every operand.</summary>
    public const int BlockLength = 1 << 10;

    public int Count => _chunks.Count;

    public Chunk this[int index] => _chunks[index];

    public Span<float> Values(Chunk chunk) => _parameters[chunk.Parameter].Values.Slice(chunk.First, chunk.Length);

    public Span<float> Gradient(Chunk chunk) => _parameters[chunk.Parameter].Gradient.Slice(chunk.First, chunk.Length);

    /// <summary>Consecutive values of one parameter.</summary>
    internal readonly record struct Chunk(int Parameter, int First, int Length)
    {
        /// <summary>The part of the chunk that begins at an offset, at most a block long.</summary>
        public Chunk Block(int offset) => new(Parameter, First + offset, Math.Min(BlockLength, Length - offset));
    }
}
