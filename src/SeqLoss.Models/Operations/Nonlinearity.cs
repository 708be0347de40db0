namespace SeqLoss.Models.Operations;

/// <summary>What acts on each value after a linear map.</summary>
public enum Nonlinearity
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,
}
