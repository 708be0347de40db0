namespace SeqLoss;

/// <summary>The reductions of PyTorch, ONNX and Liger.</summary>
public enum TorchReduction
{
    /// <summary>No reduction: the losses in the targets' shape, 0 where ignored.</summary>
    None,

    /// <summary>The sum over what is not ignored, divided by the sum of its targets' class weights.</summary>
    Mean,

    /// <summary>The sum over what is not ignored.</summary>
    Sum,
}
