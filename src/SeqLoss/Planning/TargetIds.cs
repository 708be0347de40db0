using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqLoss.Planning;

/// <summary>Target ids of either width; empty for distributions.</summary>
internal readonly ref struct TargetIds
{
    private readonly ReadOnlySpan<int> _narrow;
    private readonly ReadOnlySpan<long> _wide;
    private readonly bool _areIds;

    public TargetIds(scoped in Targets targets)
    {
        if (targets.AreIds && targets.Are64Bit)
        {
            _wide = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, long>(ref targets.Data), (int)targets.Shape.Count);
        }
        else if (targets.AreIds)
        {
            _narrow = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, int>(ref targets.Data), (int)targets.Shape.Count);
        }

        _areIds = targets.AreIds;
    }

    /// <summary>Whether the targets are not ids; so is <c>default</c>.</summary>
    public bool IsEmpty => !_areIds;

    public long this[int index] => _wide.IsEmpty ? _narrow[index] : _wide[index];
}
