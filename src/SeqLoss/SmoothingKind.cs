namespace SeqLoss;

/// <summary>Where label smoothing puts the mass ε it takes from the target distribution q.</summary>
public enum SmoothingKind
{
    /// <summary>q′ = (1 − ε)·q + ε/V: over all classes, the target included (PyTorch, Keras, optax).</summary>
    All,

    /// <summary>q′ = (1 − ε)·q + ε·(1 − q)/(V − 1): over the classes besides the target (fairseq, Megatron-LM).</summary>
    Others,

    /// <summary>As <see cref="Others"/>, but over V − 2 classes: the pad class gets nothing (JoeyNMT).</summary>
    OthersButPad,
}
