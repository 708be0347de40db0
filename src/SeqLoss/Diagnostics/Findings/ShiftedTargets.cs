using System;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL010: the targets are shifted by one step against the scores.</summary>
/// <remarks>
/// Scored against the target of the next step (or of the step before) inside the same sequence, the same scores are far better, while
/// as given they are no better than a guess (<see cref="Guessing"/>). Compared are the counted positions whose neighbour counts and
/// has another target. For the step before, all targets together have to be no better than a guess: a sound model of data that repeat
/// themselves takes each change for one more repetition. Position: the first counted position that has such a neighbour.
/// </remarks>
internal static class ShiftedTargets
{
    public static Finding? Find(Examination e)
    {
        if (e.Grid.Sequences.Time < 2)
        {
            return null;
        }

        double guess = Guessing.LossOf(e);
        Shift? next = Find(e, 1, guess);
        Shift? previous = Guessing.IsNoBetter(Guessing.LossesOf(e), guess) ? Find(e, -1, guess) : null;
        Shift? better = next?.Shifted.Mean > previous?.Shifted.Mean ? previous : next ?? previous;
        return better is null ? null : Describe(e, better, guess);
    }

    /// <summary>A shift, if it explains the loss.</summary>
    private static Shift? Find(Examination e, int steps, double guess)
    {
        Shift shift = new(e, steps);
        if (!Guessing.IsNoBetter(shift.Given, guess))
        {
            return null;
        }

        shift.Measure();
        return Guessing.IsFarLower(shift.Shifted, shift.Given) ? shift : null;
    }

    private static Finding Describe(Examination e, Shift better, double guess)
    {
        string neighbour = better.Steps > 0 ? "next" : "previous";
        return new(
            "SL010",
            FindingSeverity.Error,
            e.PositionOf(better.First),
            $"scored against the target of the {neighbour} step, {Text.Counted(better.Given.Count, "position")} cost "
            + $"{Text.Brief(better.Shifted.Mean)} nats instead of {Text.Brief(better.Given.Mean)}; a guess costs "
            + Text.Brief(guess),
            better.Steps > 0
                ? "score position t against token t + 1: drop the first target and the last row of scores of each sequence"
                : "the targets are one step early, or the model repeats its input: drop the last target and the first row of scores, and "
                    + "see that the decoder does not read what it predicts");
    }

    /// <summary>The losses of the same rows under their own targets and their neighbours'.</summary>
    private sealed class Shift
    {
        private readonly Examination e;
        private readonly long[] ids;

        public Shift(Examination e, int steps)
        {
            Steps = steps;
            this.e = e;
            SequenceGrid sequences = e.Grid.Sequences;
            ids = new long[e.Count];
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
                        Given.Add(e.LikelihoodLoss(token));
                    }
                }
            }
        }

        public int Steps { get; }

        public int First => e.FirstToken(token => ids[token] >= 0);

        public LossSample Given { get; } = new();

        public LossSample Shifted { get; } = new();

        /// <summary>Reads the scores once more, for the neighbours' targets.</summary>
        public void Measure()
        {
            double[] losses = e.LikelihoodLossesOf(ids);
            for (int token = 0; token < losses.Length; token++)
            {
                if (ids[token] >= 0)
                {
                    Shifted.Add(losses[token]);
                }
            }
        }
    }
}
