using System;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL011: the mean loss is far above that of guessing.</summary>
/// <remarks>
/// The mean of −ln p[target] is more than 1 nat above ln V, and by more than three standard errors. A model that knows nothing and
/// says so has ln V; random logits of deviation s add about s²/2, so a loss this high is confident and wrong. It may be meant (other
/// data than the model was trained on): a warning. Not reported where a finding that explains it is. Position: the first target that
/// costs more than ln V.
/// </remarks>
internal static class WorseThanGuessing
{
    private const double LeastNats = 1;
    private const double LeastErrors = 3;

    public static Finding? Find(Examination e)
    {
        LossSample losses = Guessing.LossesOf(e);
        double guess = Math.Log(e.ClassCount);
        if (losses.Count == 0
            || !(losses.Mean > guess + LeastNats)
            || !(losses.Mean - (LeastErrors * Math.Sqrt(losses.Variance)) > guess))
        {
            return null;
        }

        bool IsWorse(int token) => e.HasClass(token) && e.LikelihoodLoss(token) > guess;
        return new(
            "SL011",
            FindingSeverity.Warning,
            e.PositionOf(e.FirstToken(IsWorse)),
            $"the mean of -ln p[target] over {Text.Counted(losses.Count, "token")} is {Text.Brief(losses.Mean)} nats, guessing has ln V = "
            + $"{Text.Brief(guess)}; {e.CountTokens(IsWorse)} tokens are worse than a guess",
            "see that scores and targets are of the same batch, vocabulary and order, or make the model's first logits smaller");
    }
}
