namespace SeqLoss;

/// <summary>What the value of a group is in which nothing counts. Its gradient is 0 under every policy.</summary>
public enum EmptyPolicy
{
    /// <summary>0.</summary>
    Zero,

    /// <summary>NaN in that group's value.</summary>
    NaN,

    /// <summary>A <see cref="LossInputException"/> that names the first such group; nothing is written.</summary>
    Throw,
}
