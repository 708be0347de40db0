using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.Sequences;
using Xunit;

namespace SeqLoss.Models.Tests.Decoding;

public sealed class BeamSearchTests
{
    private static readonly LengthPenalty[] Penalties =
    [
        LengthPenalty.None, LengthPenalty.Google(0.6), LengthPenalty.Google(2),
        LengthPenalty.Power(0.5), LengthPenalty.Power(1), LengthPenalty.Power(2),
    ];

    // Lengths from 1 (an empty line) on, so that sources end at different times.
    private static readonly int[][] Sources =
        [.. Enumerable.Range(0, 12).Select(i => (int[])[.. Enumerable.Range(0, i % 5).Select(t => 4 + ((i + t) % 3)), SpecialTokens.End])];

    public static TheoryData<int> PenaltyIndexes => [.. Enumerable.Range(0, Penalties.Length)];

    /// <summary>7 tokens, of which 4 go on and 1 ends: 1 + 4 + 16 targets that end within 3 steps, and 64 that do not.</summary>
    [Theory]
    [MemberData(nameof(PenaltyIndexes))]
    public void ABeamAsWideAsAllTargets_FindsThemAllInOrder(int penalty)
    {
        foreach (int minLength in (int[])[1, 3])
        {
            DecodingOptions options = new()
            {
                BeamSize = 85,
                NBest = 85,
                MinLength = minLength,
                MaxLength = 3,
                LengthPenalty = Penalties[penalty],
            };
            ScriptedModel model = ScriptedModel.Random(1);
            Hypothesis[][] results = Search(model, options, Sources);
            for (int i = 0; i < Sources.Length; i++)
            {
                ReferenceSearch.AssertSame(ReferenceSearch.All(model.LogitsOf, Sources[i], options), results[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(PenaltyIndexes))]
    public void AWideBeam_FindsTheBestOfAllTargets(int penalty)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            DecodingOptions options = new() { BeamSize = 400, MaxLength = 4, LengthPenalty = Penalties[penalty] };
            ScriptedModel model = ScriptedModel.Random(seed, vocabularySize: 7, spread: 3);
            Hypothesis[][] results = Search(model, options, Sources);
            for (int i = 0; i < Sources.Length; i++)
            {
                ReferenceSearch.AssertSame([ReferenceSearch.All(model.LogitsOf, Sources[i], options)[0]], results[i]);
            }
        }
    }

    /// <summary>The reference neither stops early nor drops hypotheses: it is slow and cannot miss the best.</summary>
    [Theory]
    [MemberData(nameof(PenaltyIndexes))]
    public void NarrowBeams_FindWhatTheReferenceFinds_ByNoMoreWork(int penalty)
    {
        for (ulong seed = 0; seed < 6; seed++)
        {
            foreach ((int beamSize, int nBest) in ((int, int)[])[(1, 1), (2, 1), (2, 2), (3, 1), (5, 2), (5, 5), (8, 3)])
            {
                DecodingOptions options = new()
                {
                    BeamSize = beamSize,
                    NBest = nBest,
                    MinLength = 1 + (int)(seed % 3),
                    MaxLength = 12,
                    MaxLengthFactor = 1.5,
                    MaxLengthOffset = 2,
                    LengthPenalty = Penalties[penalty],
                };
                ScriptedModel model = ScriptedModel.Random(seed);
                Hypothesis[][] results = Search(model, options, Sources);
                int[] work = new int[model.RowsOfSteps.Count];
                for (int i = 0; i < Sources.Length; i++)
                {
                    (List<ReferenceSearch.Found> best, List<int> ofSource)
                        = ReferenceSearch.Beam(model.LogitsOf, Sources[i], options);
                    ReferenceSearch.AssertSame(best, results[i]);
                    for (int step = 0; step < ofSource.Count; step++)
                    {
                        work[step] += ofSource[step];
                    }
                }

                Assert.Equal(work, model.RowsOfSteps);
            }
        }
    }

    [Theory]
    [MemberData(nameof(PenaltyIndexes))]
    public void ABeamOfOne_IsGreedySearch(int penalty)
    {
        ScriptedModel model = ScriptedModel.Random(3);
        Hypothesis[][] results = Search(model, new DecodingOptions { MaxLength = 6, LengthPenalty = Penalties[penalty] }, Sources);
        for (int i = 0; i < Sources.Length; i++)
        {
            List<int> tokens = [];
            int next;
            do
            {
                float[] logits = model.LogitsOf(Sources[i], [.. tokens]);
                logits[SpecialTokens.Padding] = logits[SpecialTokens.Begin] = float.NegativeInfinity;
                next = Array.IndexOf(logits, logits.Max());
                tokens.Add(next);
            }
            while (next != SpecialTokens.End && tokens.Count < 6);

            Hypothesis found = Assert.Single(results[i]);
            Assert.Equal(next == SpecialTokens.End, found.HasEnded);
            Assert.Equal(tokens.Count, found.Length);
            Assert.Equal(tokens.Where(t => t != SpecialTokens.End), found.Tokens);
        }

        // The sample holds both kinds.
        Assert.Contains(results, r => r[0].HasEnded);
        Assert.Contains(results, r => !r[0].HasEnded);
    }

    [Fact]
    public void ASource_DoesNotDependOnItsNeighbours()
    {
        foreach (LengthPenalty penalty in Penalties)
        {
            DecodingOptions options = new() { BeamSize = 4, NBest = 3, LengthPenalty = penalty, MaxLengthFactor = 1, MaxLengthOffset = 5 };
            ScriptedModel model = ScriptedModel.Random(5);
            Hypothesis[][] together = Search(model, options, Sources);
            using BeamSearch search = new(model, options);
            for (int i = 0; i < Sources.Length; i++)
            {
                AssertIdentical(search.Search(Batch(Sources[i]))[0], together[i]);
            }
        }
    }

    /// <summary>All tokens are equally probable: what goes on is decided by the order of hypotheses and of tokens.</summary>
    [Fact]
    public void OfEqualHypotheses_TheEarlierComesFirst_AndTheSmallerToken()
    {
        ScriptedModel model = new(6, (_, _) => new float[6]);
        DecodingOptions options = new() { BeamSize = 3, NBest = 3, MaxLength = 3 };
        Hypothesis[] found = Search(model, options, [[SpecialTokens.End]])[0];

        // Step 1: "1", the end, "4". Two places are left, and both go to continuations of "1": "1 1" and the end.
        // Step 3: of the one that is left "1 1 1", which is cut off.
        Assert.Equal(["", "1", "1 1 1"], found.Select(h => string.Join(' ', h.Tokens)));
        Assert.Equal([true, true, false], found.Select(h => h.HasEnded));
        ReferenceSearch.AssertSame(ReferenceSearch.Beam(model.LogitsOf, [SpecialTokens.End], options).Best, found);
    }

    [Fact]
    public void RowsThatStayWhereTheyAre_AreNotMoved()
    {
        ScriptedModel model = new(6, (source, prefix) => prefix.Length < source[0] ? [0, 9, 0, 0, 0, 0] : [0, 0, 0, 9, 0, 0]);
        Hypothesis[][] found = Search(model, new DecodingOptions(), [[5, 3], [4, 3], [5, 3]]);
        Assert.Equal([5, 4, 5], found.Select(h => h[0].Tokens.Length));
        Assert.Equal([3, 3, 3, 3, 3, 2], model.RowsOfSteps);
        Assert.Equal(1, model.MoveCount);
    }

    [Fact]
    public void ASearch_MayBeUsedAgain_ForMoreSourcesAndForFewer()
    {
        ScriptedModel model = ScriptedModel.Random(7);
        DecodingOptions options = new() { BeamSize = 3, MaxLength = 8 };
        using BeamSearch search = new(model, options);
        foreach (int count in (int[])[2, 12, 5])
        {
            Hypothesis[][] found = search.Search(Batch(Sources[..count]));
            Hypothesis[][] expected = Search(model, options, Sources[..count]);
            Assert.Equal(count, found.Length);
            for (int i = 0; i < count; i++)
            {
                AssertIdentical(expected[i], found[i]);
            }
        }
    }

    [Fact]
    public void ASourceBeyondTheLimit_IsRefusedByASentence()
    {
        ScriptedModel model = ScriptedModel.Random(7);
        DecodingOptions options = new() { MaxSourceLength = 3 };
        Assert.Single(Search(model, options, [[4, 5, 3]]));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Search(model, options, [[4, 3], [4, 5, 4, 3]]));
        Assert.StartsWith("A source has 4 steps, 3 are read at most", refusal.Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ScoresThatAreNoNumbers_AreAnError(float bad)
    {
        ScriptedModel model = new(6, (source, prefix) => [0, source[0] == 5 && prefix.Length == 2 ? bad : 1, 0, 0, 0, 0]);
        NonFiniteException problem = Assert.Throws<NonFiniteException>(
            () => Search(model, new DecodingOptions(), [[4, 3], [5, 3]]));
        Assert.Contains("source 1", problem.Message);
    }

    internal static Hypothesis[][] Search(ScriptedModel model, DecodingOptions options, int[][] sources)
    {
        using BeamSearch search = new(model, options);
        return search.Search(Batch(sources));
    }

    internal static SequenceBatch Batch(params int[][] sources)
    {
        SequenceBatch batch = new();
        batch.Reshape(sources.Length, sources.Max(s => s.Length));
        for (int i = 0; i < sources.Length; i++)
        {
            batch.SetTokens(i, sources[i]);
        }

        return batch;
    }

    internal static void AssertIdentical(Hypothesis[] expected, Hypothesis[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal<int>(expected[i].Tokens, actual[i].Tokens);
            Assert.Equal(expected[i].HasEnded, actual[i].HasEnded);
            Assert.Equal(expected[i].LogProbability, actual[i].LogProbability);
            Assert.Equal(expected[i].Score, actual[i].Score);
        }
    }
}
