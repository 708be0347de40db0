using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>The memory of one training step: taken in pieces, given back early or all at once, used again by the next step.</summary>
/// <remarks>
/// Unmanaged, so that nothing is cleared, moved or collected. A step that needs more than there is takes another block; the next
/// <see cref="Reset"/> joins all blocks into one. From then on steps of this size take nothing from the system.
/// </remarks>
internal sealed unsafe class StepArena : IDisposable
{
    private const nuint CacheLine = 64;
    private const nuint SmallestBlock = 1 << 20;

    private readonly List<(nuint Address, nuint Length)> _blocks = [];

    // Sorted by address; neighbours are joined.
    private readonly List<(nuint Address, nuint Length)> _free = [];
    private nuint _used;

    ~StepArena() => FreeBlocks();

    /// <summary>The bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>The most bytes that were in use at a time.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Room for floats, its contents unspecified, at the start of a cache line.</summary>
    public NumberBuffer Take(long count)
    {
        nuint length = RoundUp((nuint)count * sizeof(float));
        int index = FindFree(length);
        if (index < 0)
        {
            AddBlock(Math.Max(length, Math.Max((nuint)Bytes, SmallestBlock)));
            index = FindFree(length);
        }

        (nuint address, nuint available) = _free[index];
        if (available == length)
        {
            _free.RemoveAt(index);
        }
        else
        {
            _free[index] = (address + length, available - length);
        }

        _used += length;
        PeakBytes = Math.Max(PeakBytes, (long)_used);
        return new NumberBuffer((void*)address, ElementType.Float32);
    }

    /// <summary>Gives memory back before the step ends.</summary>
    public void Release(NumberBuffer memory, long count)
    {
        nuint length = RoundUp((nuint)count * sizeof(float));
        _used -= length;
        AddFree((nuint)memory.Address<float>(), length);
    }

    /// <summary>Ends the step: what was taken is void.</summary>
    public void Reset()
    {
        if (_blocks.Count > 1)
        {
            nuint total = (nuint)Bytes;
            FreeBlocks();
            AddBlock(total);
        }

        _free.Clear();
        foreach ((nuint address, nuint length) in _blocks)
        {
            _free.Add((address, length));
        }

        _used = 0;
    }

    public void Dispose()
    {
        FreeBlocks();
        GC.SuppressFinalize(this);
    }

    private void AddBlock(nuint length)
    {
        nuint address = (nuint)NativeMemory.AlignedAlloc(length, CacheLine);
        _blocks.Add((address, length));
        AddFree(address, length);
        Bytes += (long)length;
    }

    private void FreeBlocks()
    {
        foreach ((nuint address, _) in _blocks)
        {
            NativeMemory.AlignedFree((void*)address);
        }

        _blocks.Clear();
        _free.Clear();
        Bytes = 0;
    }

    /// <summary>The smallest free piece that is large enough, the first of equals; −1 if there is none.</summary>
    private int FindFree(nuint length)
    {
        int best = -1;
        for (int i = 0; i < _free.Count; i++)
        {
            if (_free[i].Length >= length && (best < 0 || _free[i].Length < _free[best].Length))
            {
                best = i;
            }
        }

        return best;
    }

    private void AddFree(nuint address, nuint length)
    {
        int next = 0;
        while (next < _free.Count && _free[next].Address < address)
        {
            next++;
        }

        if (next < _free.Count && address + length == _free[next].Address)
        {
            length += _free[next].Length;
            _free.RemoveAt(next);
        }

        if (next > 0 && _free[next - 1].Address + _free[next - 1].Length == address)
        {
            _free[next - 1] = (_free[next - 1].Address, _free[next - 1].Length + length);
        }
        else
        {
            _free.Insert(next, (address, length));
        }
    }

    private static nuint RoundUp(nuint length) => Math.Max((length + CacheLine - 1) / CacheLine, 1) * CacheLine;
}
