namespace SeqLoss.Kernels.Projection;

/// <summary>How a projection is computed.</summary>
/// <param name="RoundsOperands">Whether operands of the products are rounded to BF16 where they are not.</param>
/// <param name="FilterThreshold">The |∂ℓ/∂logit| below which a run of classes has no gradient; 0 for no filter.</param>
/// <param name="WorkspaceBytes">The most memory for rows, besides what is fixed.</param>
/// <param name="Threads">The most threads to use.</param>
internal readonly record struct ProjectionSettings(bool RoundsOperands, double FilterThreshold, long WorkspaceBytes, int Threads);
