using SeqLoss.Models.Autograd;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Tests.Data;

/// <summary>Pairs of lengths 1..40 that are alike but not equal, as in translation; token j of pair i is i·64 + j.</summary>
internal static class RaggedCorpus
{
    public static PairCorpus Create(int count, ulong seed)
    {
        var random = new CounterRandom(seed, 0);
        var (source, target) = (new TokenStore(), new TokenStore());
        for (int i = 0; i < count; i++)
        {
            int length = 1 + random.Below((ulong)i, 36);
            source.Add(Tokens(i, length));
            target.Add(Tokens(i, length + random.Below((ulong)(count + i), 5)));
        }

        return new PairCorpus(source, target);
    }

    private static int[] Tokens(int pair, int length)
    {
        var tokens = new int[length];
        for (int j = 0; j < length; j++)
        {
            tokens[j] = (pair * 64) + j;
        }

        return tokens;
    }
}
