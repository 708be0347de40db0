using System;
using System.Numerics;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Softmax;

internal static class ColumnKernel<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Run(CrossEntropyWork work, int group, int firstColumn, int columnCount) => throw new NotSupportedException();
}
