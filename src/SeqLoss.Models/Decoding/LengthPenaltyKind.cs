namespace SeqLoss.Models.Decoding;

/// <summary>What the log-probability of a hypothesis of n steps is divided by.</summary>
public enum LengthPenaltyKind
{
    /// <summary>1: the most probable hypothesis wins, which favours short ones.</summary>
    None,

    /// <summary>((5 + n) / 6)^α, which is 1 for a single step.</summary>
    /// <seealso href="https://arxiv.org/abs/1609.08144">Wu et al., 2016, section 7.</seealso>
    Google,

    /// <summary>n^α; with α = 1 the score is the mean log-probability of a step.</summary>
    Power,
}
