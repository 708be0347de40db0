using System;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL010: the targets are shifted by one step against the scores.</summary>
/// <remarks>
/// Scored against the target of the next step (or of the step before) inside the same sequence, the same scores are far better, while
/// as given they are no better than a guess (<see cref="Guessing"/>). Compared are the counted positions whose neighbour counts and
/// has another target. It decides; only a model that repeats its input looks like targets one step late, and that, too, is a model
/// that was trained on targets one step early. Position: the first counted position that has such a neighbour.
/// </remarks>
internal static class ShiftedTargets
{
    public static Finding? Find(Examination e)
    {
        if (e.Grid.Sequences.Time < 2 || !Guessing.IsNoBetter(Guessing.LossesOf(e), Guessing.LossOf(e)))
        {
            return null;
        }

        Shift next = new(e, 1);
        Shift previous = new(e, -1);
        Shift better = next.Shifted.Mean <= previous.Shifted.Mean ? next : previous;
        if (!Guessing.IsFarLower(better.Shifted, better.Given))
        {
            return null;
        }

        string neighbour = better.Steps > 0 ? "next" : "previous";
        return new(
            "SL010",
            FindingSeverity.Error,
            e.PositionOf(better.First),
            $"scored against the target of the {neighbour} step, {Text.Counted(better.Given.Count, "position")} cost "
            + $"{Text.Brief(better.Shifted.Mean)} nats instead of {Text.Brief(better.Given.Mean)}; a guess costs "
            + Text.Brief(Guessing.LossOf(e)),
            better.Steps > 0
                ? "score position t against token t + 1: drop the first target and the last row of scores of each sequence"
                : "the targets are one step early, or the model repeats its input: drop the last target and the first row of scores, and "
                    + "see that the decoder does not read what it predicts");
    }

    /// <summary>The losses of the same rows under their own targets and their neighbours'.</summary>
    private sealed class Shift
    {
        public Shift(Examination e, int steps)
        {
            Steps = steps;
            SequenceGrid sequences = e.Grid.Sequences;
            long[] ids = new long[e.Count];
            Array.Fill(ids, -1);
            for (int b = 0; b < sequences.Batch; b++)
            {
                for (int t = Math.Max(0, -steps); t < sequences.Time - Math.Max(0, steps); t++)
                {
                    int token = sequences.TokenAt(b, t);
                    int neighbour = sequences.TokenAt(b, t + steps);
                    if (e.HasClass(token) && e.HasClass(neighbour) && e.ClassOf(token) != e.ClassOf(neighbour))
                    {
                        ids[token] = e.ClassOf(neighbour);
                    }
                }
            }

            double[] losses = e.LikelihoodLossesOf(ids);
            for (int token = 0; token < e.Count; token++)
            {
                if (ids[token] >= 0)
                {
                    Given.Add(e.LikelihoodLoss(token));
                    Shifted.Add(losses[token]);
                }
            }

            First = e.FirstToken(token => ids[token] >= 0);
        }

        public int Steps { get; }

        public int First { get; }

        public LossSample Given { get; } = new();

        public LossSample Shifted { get; } = new();
    }
}
