namespace SeqLoss.Kernels.Softmax;

/// <summary>What each token asks of the kernels, and what they found; arrays of N tokens in the order of the scores.</summary>
internal sealed class TokenTable
{
    /// <summary>W: 0 where the token does not count.</summary>
    public double[] Weight { get; private set; } = [];

    /// <summary>
    /// The target's id, −1 where the token does not count; for a distribution the kernel writes its first greatest class.
    /// </summary>
    public int[] Target { get; private set; } = [];

    /// <summary>∂(reduced loss)/∂ℓ, the factor of the token's gradient.</summary>
    public double[] Coefficient { get; private set; } = [];

    /// <summary>Out: ℓ in nats; 0 where the token does not count.</summary>
    public double[] Loss { get; private set; } = [];

    /// <summary>Out: −Σ q·ln p in nats, without class weights, smoothing and z-loss.</summary>
    public double[] NegativeLogLikelihood { get; private set; } = [];

    /// <summary>Out: the first class of the greatest score; −1 where the token does not count or its row has no maximum.</summary>
    public int[] ArgMax { get; private set; } = [];

    /// <summary>Out, where <see cref="WantsLogSumExp"/>: ln Σ e^u.</summary>
    public double[] LogSumExp { get; private set; } = [];

    /// <summary>Out, where <see cref="WantsEntropy"/>: −Σ p·ln p in nats.</summary>
    public double[] Entropy { get; private set; } = [];

    public bool WantsLogSumExp { get; private set; }

    public bool WantsEntropy { get; private set; }

    /// <summary>Makes room for <paramref name="count"/> tokens; contents are unspecified.</summary>
    public void Prepare(int count, bool wantsLogSumExp, bool wantsEntropy)
    {
        if (Weight.Length < count)
        {
            Target = new int[count];
            Coefficient = new double[count];
            Loss = new double[count];
            NegativeLogLikelihood = new double[count];
            ArgMax = new int[count];

            // The last, since its length says that there is room: memory may run out in between.
            Weight = new double[count];
        }

        WantsLogSumExp = wantsLogSumExp;
        if (wantsLogSumExp && LogSumExp.Length < count)
        {
            LogSumExp = new double[count];
        }

        WantsEntropy = wantsEntropy;
        if (wantsEntropy && Entropy.Length < count)
        {
            Entropy = new double[count];
        }
    }

    /// <summary>Records that a token does not count: its scores have not been looked at.</summary>
    public void SetNotCounted(int token)
    {
        Loss[token] = 0;
        NegativeLogLikelihood[token] = 0;
        ArgMax[token] = -1;
        if (WantsLogSumExp)
        {
            LogSumExp[token] = 0;
        }

        if (WantsEntropy)
        {
            Entropy[token] = 0;
        }
    }
}
