using SeqLoss.Kernels.Softmax;

namespace SeqLoss.Planning;

/// <summary>The doors as the kernels call them.</summary>
internal static class ScoreForms
{
    /// <exception cref="LossOptionException">The form is none.</exception>
    public static ScoreKind Kind(this ScoreForm form) => form switch
    {
        ScoreForm.Logits => ScoreKind.Logits,
        ScoreForm.LogProbabilities => ScoreKind.LogProbabilities,
        ScoreForm.Probabilities => ScoreKind.Probabilities,
        _ => throw new LossOptionException($"{form} is not a form of scores: Logits, LogProbabilities or Probabilities."),
    };
}
