using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>Memory of a step for a computation that has its own otherwise: taken when it asks, given back when it has ended.</summary>
/// <remarks>So it lies where the way back needs memory afterwards, and does not add to that.</remarks>
internal sealed class StepWorkspace(StepArena arena) : IWorkspace
{
    private NumberBuffer _memory;
    private long _length;

    public NumberBuffer Get(ElementType type, long count)
    {
        Release();
        long length = ((count * NumberBuffer.Size(type)) + sizeof(float) - 1) / sizeof(float);
        (_memory, _length) = (arena.Take(length), length);
        return _memory.As(type);
    }

    /// <summary>Gives back what was taken, if anything was.</summary>
    public void Release()
    {
        if (!_memory.IsNull)
        {
            arena.Release(_memory, _length);
            _memory = default;
        }
    }
}
