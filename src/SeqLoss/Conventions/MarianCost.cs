namespace SeqLoss;

/// <summary>Marian's <c>--cost-type</c>: what it displays; it always optimises the sum.</summary>
public enum MarianCost
{
    /// <summary><c>ce-sum</c>: the sum.</summary>
    CeSum,

    /// <summary><c>ce-mean-words</c>: the sum divided by the unmasked labels, whatever their weights.</summary>
    CeMeanWords,

    /// <summary><c>ce-mean</c>, <c>cross-entropy</c>: the sum divided by the sentences.</summary>
    CeMean,

    /// <summary><c>perplexity</c>: e to the power of <see cref="CeMeanWords"/>.</summary>
    Perplexity,
}
