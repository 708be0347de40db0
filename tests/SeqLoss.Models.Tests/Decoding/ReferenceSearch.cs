using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.Sequences;
using Xunit;

namespace SeqLoss.Models.Tests.Decoding;

/// <summary>What a search has to find, written down naively: one source, no state, no stopping, each logit from the beginning.</summary>
/// <remarks>The logits of the next token are a function of the source and of the tokens so far.</remarks>
internal static class ReferenceSearch
{
    /// <summary>Beam search; the work is the rows that a search has to compute at each step at least.</summary>
    public static (List<Found> Best, List<int> Work) Beam(Func<int[], int[], float[]> logitsOf, int[] source, DecodingOptions options)
    {
        int maxLength = options.MaxLengthFor(source.Length);
        List<(int[] Tokens, double Sum)> live = [([], 0)];
        List<Found> done = [];
        List<int> work = [];
        for (int length = 1; length <= maxLength && live.Count > 0; length++)
        {
            double[] sorted = [.. done.Select(found => found.Score).OrderDescending()];
            int useful = live.Count(l => sorted.Length < options.NBest
                || Enumerable.Range(length, maxLength - length + 1).Any(n => l.Sum / Divisor(options, n) > sorted[options.NBest - 1]));
            if (useful > 0)
            {
                work.Add(useful);
            }

            var chosen = live
                .SelectMany(l => Continuations(logitsOf, source, l.Tokens, length, options)
                    .Select(c => (l.Tokens, c.Token, Sum: l.Sum + c.LogProb)))
                .OrderByDescending(c => c.Sum) // keeps the order of equal ones
                .Take(options.BeamSize - done.Count)
                .ToList();
            done.AddRange(chosen.Where(c => c.Token == SpecialTokens.End)
                .Select(c => new Found(c.Tokens, c.Sum, c.Sum / Divisor(options, length), true)));
            live = [.. chosen.Where(c => c.Token != SpecialTokens.End).Select(c => ((int[])[.. c.Tokens, c.Token], c.Sum))];
        }

        IEnumerable<Found> cut = live.Select(l => new Found(l.Tokens, l.Sum, l.Sum / Divisor(options, maxLength), false));
        return ([.. Sorted(done.Concat(cut)).Take(options.NBest)], work);
    }

    /// <summary>Every target that can be written at all, best first.</summary>
    public static List<Found> All(Func<int[], int[], float[]> logitsOf, int[] source, DecodingOptions options)
    {
        int maxLength = options.MaxLengthFor(source.Length);
        List<Found> all = [];
        void Visit(int[] prefix, double sum)
        {
            int length = prefix.Length + 1;
            foreach ((int token, double logProb) in Continuations(logitsOf, source, prefix, length, options))
            {
                double score = (sum + logProb) / Divisor(options, length);
                int[] next = [.. prefix, token];
                if (token == SpecialTokens.End)
                {
                    all.Add(new Found(prefix, sum + logProb, score, true));
                }
                else if (length == maxLength)
                {
                    all.Add(new Found(next, sum + logProb, score, false));
                }
                else
                {
                    Visit(next, sum + logProb);
                }
            }
        }

        Visit([], 0);
        return [.. Sorted(all)];
    }

    public static void AssertSame(List<Found> expected, Hypothesis[] actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal<int>(expected[i].Tokens, actual[i].Tokens);
            Assert.Equal(expected[i].HasEnded, actual[i].HasEnded);
            Assert.Equal(expected[i].LogProb, actual[i].LogProbability, 1e-5);
            Assert.Equal(expected[i].Score, actual[i].Score, 1e-5);
        }
    }

    private static IEnumerable<Found> Sorted(IEnumerable<Found> found)
        => found.OrderByDescending(f => f.HasEnded).ThenByDescending(f => f.Score);

    private static IEnumerable<(int Token, double LogProb)> Continuations(
        Func<int[], int[], float[]> logitsOf, int[] source, int[] prefix, int length, DecodingOptions options)
    {
        double[] logits = [.. logitsOf(source, prefix).Select(x => (double)x)];
        double logSum = Math.Log(logits.Sum(x => Math.Exp(x - logits.Max()))) + logits.Max();
        return Enumerable.Range(0, logits.Length)
            .Where(t => t != SpecialTokens.Padding && t != SpecialTokens.Begin)
            .Where(t => t != SpecialTokens.End || length >= options.MinLength)
            .Select(t => (t, logits[t] - logSum));
    }

    private static double Divisor(DecodingOptions options, int n) => options.LengthPenalty.Kind switch
    {
        LengthPenaltyKind.Google => Math.Pow(5 + n, options.LengthPenalty.Alpha) / Math.Pow(6, options.LengthPenalty.Alpha),
        LengthPenaltyKind.Power => Math.Exp(options.LengthPenalty.Alpha * Math.Log(n)),
        _ => 1,
    };

    internal sealed record Found(int[] Tokens, double LogProb, double Score, bool HasEnded);
}
