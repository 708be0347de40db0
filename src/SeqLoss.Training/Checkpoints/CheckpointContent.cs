using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Files;
using SeqLoss.Training.Optimizers;

namespace SeqLoss.Training.Checkpoints;

/// <summary>The numbers that a checkpoint of a training holds, by name, in a fixed order.</summary>
/// <remarks>
/// <c>parameters.NAME</c>, <c>optimizer.MOMENT.NAME</c> and, once there has been a validation, <c>best.NAME</c>: float32, shaped as the
/// parameter, vectors with one axis.
/// </remarks>
internal sealed class CheckpointContent
{
    private readonly List<Entry> _entries = [];

    /// <param name="trainer">The training.</param>
    /// <param name="withBest">Whether the parameters of the best validation are part of it.</param>
    public CheckpointContent(Trainer trainer, bool withBest)
    {
        ParameterSet parameters = trainer.Model.Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            _entries.Add(new Entry($"parameters.{parameters[i].Name}", parameters[i], Table: null, i));
            foreach (ParameterTable moment in trainer.Optimizer.Moments)
            {
                _entries.Add(new Entry($"optimizer.{moment.Name}.{parameters[i].Name}", parameters[i], moment, i));
            }

            if (withBest)
            {
                _entries.Add(new Entry($"best.{parameters[i].Name}", parameters[i], trainer.Best.Values, i));
            }
        }
    }

    /// <summary>The tensors, to announce them.</summary>
    public IEnumerable<SafeTensor> Tensors
    {
        get
        {
            foreach (Entry entry in _entries)
            {
                yield return new SafeTensor(entry.Name, SafeTensorType.F32, entry.Shape);
            }
        }
    }

    /// <summary>A checksum of a text and of all numbers as they are in memory.</summary>
    public string Checksum(string text)
    {
        uint sum = Add<char>(0, text);
        foreach (Entry entry in _entries)
        {
            sum = Add<float>(sum, entry.Values);
        }

        return Format(sum);
    }

    /// <summary>The checksum of a text and of the numbers in a file; reads it to its end and changes nothing.</summary>
    /// <exception cref="ModelFileException">The file does not hold this training, or more than it.</exception>
    public string ChecksumOf(SafeTensorsReader reader, string text)
    {
        reader.RequireNames([.. _entries.Select(entry => entry.Name)]);
        uint sum = Add<char>(0, text);
        float[] values = [];
        foreach (Entry entry in _entries)
        {
            if (values.Length < entry.Values.Length)
            {
                values = new float[entry.Values.Length];
            }

            Span<float> read = values.AsSpan(0, entry.Values.Length);
            reader.Read(entry.Name, entry.Shape, read);
            sum = Add<float>(sum, read);
        }

        return Format(sum);
    }

    public void Write(SafeTensorsWriter writer)
    {
        foreach (Entry entry in _entries)
        {
            writer.Write(entry.Name, entry.Values);
        }
    }

    public void Read(SafeTensorsReader reader)
    {
        foreach (Entry entry in _entries)
        {
            reader.Read(entry.Name, entry.Shape, entry.Values);
        }
    }

    private static uint Add<T>(uint sum, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, rest);
        }

        return sum;
    }

    private static string Format(uint sum) => sum.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Entry(string Name, Parameter Parameter, ParameterTable? Table, int Index)
    {
        public Span<float> Values => Table is null ? Parameter.Values : Table.Of(Index);

        public ReadOnlySpan<long> Shape => Parameter.Shape;
    }
}
