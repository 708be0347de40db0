namespace SeqLoss.Kernels.Memory;

/// <summary>Where a computation takes memory from.</summary>
internal interface IWorkspace
{
    /// <summary>Room for numbers, its contents unspecified, at the start of a cache line; what was got before is void.</summary>
    NumberBuffer Get(ElementType type, long count);
}
