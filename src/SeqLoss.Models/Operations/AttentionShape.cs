namespace SeqLoss.Models.Operations;

/// <summary>How attention computes.</summary>
/// <param name="Heads">The heads.</param>
/// <param name="HeadSize">The features of a head of Q and K.</param>
/// <param name="Scale">The factor of Q·Kᵀ.</param>
/// <param name="IsCausal">Whether step t may attend to steps 0..t alone.</param>
public readonly record struct AttentionShape(int Heads, int HeadSize, float Scale, bool IsCausal = false)
{
    /// <summary>The features of a head of V and of y, where they are not as many as those of Q and K.</summary>
    public int ValueSize { get; init; } = HeadSize;
}
