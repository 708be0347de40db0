using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The sums of one row of a micro-tile: two registers beside each other.</summary>
internal readonly struct RowSum<TLanes>(TLanes low, TLanes high)
    where TLanes : struct, ILanes<TLanes, float>
{
    private readonly TLanes _low = low;
    private readonly TLanes _high = high;

    /// <summary>This sum plus <paramref name="left"/>·(low, high).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowSum<TLanes> MultiplyAdd(float left, TLanes low, TLanes high)
    {
        TLanes factor = TLanes.Broadcast(left);
        return new(TLanes.MultiplyAdd(factor, low, _low), TLanes.MultiplyAdd(factor, high, _high));
    }

    /// <summary>Writes scale·sum + bias + β·result, row <paramref name="row"/> of the tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="row">The row.</param>
    /// <param name="isPlain">Its <see cref="MicroTile.IsPlain"/>.</param>
    /// <param name="accumulates">Its <see cref="MicroTile.Accumulates"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped in MicroTile tile, int row, bool isPlain, bool accumulates)
    {
        ref float result = ref Unsafe.Add(ref tile.Result, row * tile.ResultStride);
        TLanes low = _low;
        TLanes high = _high;
        if (!isPlain)
        {
            TLanes scale = TLanes.Broadcast(Unsafe.Add(ref tile.Scale, row));
            low = TLanes.MultiplyAdd(low, scale, TLanes.Load(ref tile.Bias, 0));
            high = TLanes.MultiplyAdd(high, scale, TLanes.Load(ref tile.Bias, TLanes.Count));
        }

        if (accumulates)
        {
            TLanes beta = TLanes.Broadcast(tile.Beta);
            low = TLanes.MultiplyAdd(beta, TLanes.Load(ref result, 0), low);
            high = TLanes.MultiplyAdd(beta, TLanes.Load(ref result, TLanes.Count), high);
        }

        TLanes.Store(low, ref result, 0);
        TLanes.Store(high, ref result, TLanes.Count);
    }
}
