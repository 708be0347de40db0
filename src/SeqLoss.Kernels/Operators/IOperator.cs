using System.Numerics;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Operators;

/// <summary>A formula of one score and its target mass, written once for every width and for both drivers.</summary>
/// <remarks>
/// x is the score; a the target mass of its class (<see cref="Drivers.Mass{T}"/>); m, c, k = c·log₂e, g and w are terms of the row
/// (<see cref="RowTerms{TLanes}"/>). The row driver broadcasts them, the column driver loads one per column.
/// </remarks>
internal interface IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>;
}

/// <summary>What a formula knows of its row: the shift m, the inverse temperature c, k = c·log₂e, and the gradient's factors g and w.</summary>
internal readonly struct RowTerms<TLanes>(TLanes shift, TLanes scale, TLanes binaryScale, TLanes softmaxFactor, TLanes massFactor)
{
    public readonly TLanes Shift = shift;
    public readonly TLanes Scale = scale;
    public readonly TLanes BinaryScale = binaryScale;
    public readonly TLanes SoftmaxFactor = softmaxFactor;
    public readonly TLanes MassFactor = massFactor;
}

/// <summary>The same terms as plain numbers; k follows from c.</summary>
internal readonly record struct RowTermValues<T>(T Shift, T Scale, T SoftmaxFactor = default, T MassFactor = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>k = c·log₂e.</summary>
    public static T BinaryScaleOf(T scale) => T.CreateTruncating(double.CreateTruncating(scale) * Exponential.Log2E);

    public RowTerms<TLanes> Broadcast<TLanes>()
        where TLanes : struct, ILanes<TLanes, T>
        => new(
            TLanes.Broadcast(Shift),
            TLanes.Broadcast(Scale),
            TLanes.Broadcast(BinaryScaleOf(Scale)),
            TLanes.Broadcast(SoftmaxFactor),
            TLanes.Broadcast(MassFactor));
}
