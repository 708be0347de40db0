using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL013: token, example or class weights that are NaN or infinite, negative, or all zero.</summary>
/// <remarks>
/// An error where a weight is no finite number: the loss refuses it. Warnings where one is negative (policy gradients want that, and
/// nothing else) and where all are 0. Position: the first such weight, by its own axes; none where all are 0.
/// </remarks>
internal static class UnusableWeights
{
    public static IEnumerable<Finding> Find(Examination e)
    {
        RawWeights given = e.Input.Given;
        return
        [
            .. Find("token weight", Canonical(e), index => e.PositionOf(TokenAt(e, index))),
            .. Find("example weight", given.ExampleWeights, index => new(index, null, null, null)),
            .. Find("class weight", given.ClassWeights, index => new(null, null, null, index)),
        ];
    }

    private static IEnumerable<Finding> Find(string name, IReadOnlyList<double>? given, Func<int, FindingPosition> positionOf)
    {
        if (given is null || given.Count == 0)
        {
            yield break;
        }

        double[] weights = [.. given];
        if (Array.FindIndex(weights, weight => !double.IsFinite(weight)) is >= 0 and int broken)
        {
            yield return new(
                "SL013",
                FindingSeverity.Error,
                positionOf(broken),
                $"the {name} at {positionOf(broken)} is {Text.Of(weights[broken])}; {weights.Count(weight => !double.IsFinite(weight))} of "
                + $"{weights.Length} are no finite numbers",
                "find the division by 0 or the overflow that made it; 0 leaves a position out");
        }

        if (Array.FindIndex(weights, weight => weight < 0) is >= 0 and int negative)
        {
            yield return new(
                "SL013",
                FindingSeverity.Warning,
                positionOf(negative),
                $"the {name} at {positionOf(negative)} is {Text.Brief(weights[negative])}; {weights.Count(weight => weight < 0)} of "
                + $"{weights.Length} are negative, so training raises the loss there",
                "keep them if they are advantages of a policy gradient; otherwise find the sign that is wrong");
        }

        if (Array.TrueForAll(weights, weight => weight == 0))
        {
            yield return new(
                "SL013",
                FindingSeverity.Warning,
                null,
                $"all {weights.Length} {name}s are 0: nothing counts",
                "see that they are of this batch and were not rounded to integers");
        }
    }

    /// <summary>The token weights by sequence and step.</summary>
    private static double[]? Canonical(Examination e)
    {
        if (e.Input.Given.TokenWeights is not { } tensor)
        {
            return null;
        }

        double[] stored = new double[tensor.FlattenedLength];
        tensor.FlattenTo(stored);
        return [.. Enumerable.Range(0, stored.Length).Select(index => stored[TokenAt(e, index)])];
    }

    private static int TokenAt(Examination e, int index)
        => e.Grid.Sequences.TokenAt(index / e.Grid.Sequences.Time, index % e.Grid.Sequences.Time);
}
