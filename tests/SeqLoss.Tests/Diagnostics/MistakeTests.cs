using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>Mistakes planted in sound input are named, with their positions.</summary>
public sealed class MistakeTests(ITestOutputHelper output)
{
    private const int CaseCount = 1000;

    private static readonly Dictionary<string, Func<Random, Mistake>> Plants = new()
    {
        ["SL001 target out of range"] = TargetMistakes.OutOfRange,
        ["SL002 nothing counted"] = WeightMistakes.NothingCounted,
        ["SL002 an empty sequence"] = WeightMistakes.EmptySequence,
        ["SL003 broken scores"] = ScoreMistakes.Broken,
        ["SL004 probabilities as logits"] = ScoreMistakes.ProbabilitiesAsLogits,
        ["SL004 uniform probabilities as logits"] = ScoreMistakes.UniformProbabilitiesAsLogits,
        ["SL005 log-probabilities as logits"] = ScoreMistakes.LogProbabilitiesAsLogits,
        ["SL006 the wrong door"] = ScoreMistakes.WrongDoor,
        ["SL006 a row that misses its sum"] = ScoreMistakes.UnnormalisedRows,
        ["SL007 padding counted"] = WeightMistakes.CountedPadding,
        ["SL008 disagreeing ends"] = WeightMistakes.DisagreeingEnds,
        ["SL009 class axis, ids and V = T"] = TargetMistakes.MisplacedClassAxis,
        ["SL009 class axis, distributions"] = TargetMistakes.MisplacedDistributions,
        ["SL009 shapes of another layout"] = TargetMistakes.MisfittingShapes,
        ["SL009 transposed ids"] = TargetMistakes.TransposedIds,
        ["SL010 shifted targets"] = TargetMistakes.Shifted,
        ["SL011 worse than guessing"] = ScoreMistakes.ConfidentlyWrong,
        ["SL012 unusable distributions"] = TargetMistakes.UnusableDistributions,
        ["SL013 unusable weights"] = WeightMistakes.UnusableWeights,
        ["SL014 one-hot targets"] = TargetMistakes.OneHot,
        ["SL015 unusable lengths"] = WeightMistakes.UnusableLengths,
        ["SL016 impossible targets"] = ScoreMistakes.ImpossibleTargets,
        ["SL017 smoothed twice"] = TargetMistakes.SmoothedTwice,
    };

    public static TheoryData<string> Names => [.. Plants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Mistake_IsNamedNinetyNineTimesInAHundred(string name)
    {
        List<string> missed = [];
        for (int seed = 0; seed < CaseCount; seed++)
        {
            Mistake mistake = Plants[name](new Random(seed));
            IReadOnlyList<Finding> findings = mistake.Case.Run().Findings;
            if (!mistake.IsNamedBy(findings))
            {
                string found = string.Join("; ", findings.Select(finding => $"{finding.Id} {finding.Position} {finding.Message}"));
                missed.Add($"seed {seed}: {mistake.Case}: expected {mistake.Id} {mistake.Severity} {mistake.Position}, found {found}");
            }
        }

        output.WriteLine($"{name}: {CaseCount - missed.Count} of {CaseCount}");
        Assert.True(missed.Count * 100 <= CaseCount, $"{missed.Count} missed:\n" + string.Join('\n', missed.Take(10)));
    }
}
