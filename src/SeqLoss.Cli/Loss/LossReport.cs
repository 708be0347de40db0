using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace SeqLoss.Cli.Loss;

/// <summary>The result as a table for people.</summary>
internal static class LossReport
{
    internal static void Write(IAnsiConsole console, LossRequest request, LossInputs inputs, LossResult result)
    {
        ReportTable.Write(console, Title(request, inputs), Rows(request, inputs, result));
        if (inputs.Vocabulary is { } vocabulary)
        {
            CostliestTokens.Write(console, request, inputs, result, vocabulary);
        }
    }

    private static string Title(LossRequest request, LossInputs inputs)
    {
        string what = request.Kind switch
        {
            LossKind.CrossEntropy => $"Cross-entropy of {LossChoices.ScoreForms.NameOf(request.ScoresAre)}",
            LossKind.SquaredError => "Squared error of predictions",
            LossKind.AbsoluteError => "Absolute error of predictions",
            _ => "Huber error of predictions",
        };
        return $"{what} {inputs.Scores.DescribeShape()}, {request.Layout}";
    }

    private static IEnumerable<(string Name, string Value)> Rows(LossRequest request, LossInputs inputs, LossResult result)
    {
        LossSum sum = result.Sum;
        string unit = request.IsRegression ? "" : " nats";
        bool isArray = LossChoices.IsArray(request.Reduction);
        if (isArray)
        {
            foreach ((string name, string value) in ReportTable.ArrayRows(
                inputs.ReducedShape, result.Reduced, unit, request.Output is not null))
            {
                yield return (name, value);
            }
        }
        else
        {
            yield return ("loss", Numbers.Real(result.Reduced[0]) + unit);
        }

        yield return ("reduction", LossChoices.Reductions.NameOf(request.Reduction) + ": " + Formula(request.Reduction));
        yield return ("sum", Numbers.Real(sum.Sum) + unit);
        if (!isArray && request.Reduction != Reduction.Sum)
        {
            bool isStandIn = (request.Reduction == Reduction.MeanBatch && inputs.Axes.Batch == 0)
                || (request.Reduction == Reduction.MeanElements && sum.Elements == 0);
            string sign = isStandIn ? ", in place of 0" : "";
            yield return ("divisor", $"{Numbers.Real(result.Divisor)}{sign} = {Divisor(request, inputs)}");
        }

        if (result.EmptyGroups > 0)
        {
            yield return ("empty", Emptiness(request, result));
        }

        foreach ((string name, string value) in ReportTable.LikelihoodRows(sum))
        {
            yield return (name, value);
        }

        string position = inputs.PositionShape.Length == inputs.Axes.TokenRank ? "position" : "element";
        yield return ("counted", $"{Numbers.Count(sum.Tokens)} of {Numbers.Counted(sum.Elements, position)}{ReportTable.Valid(sum)}, "
            + $"{Numbers.Counted(sum.Sequences, inputs.Axes.HasSequences ? "sequence" : "row")}");
        if (Weighting(request) is { Length: > 0 } weighting)
        {
            yield return ("weights", $"{weighting}; they sum to {Numbers.Real(sum.TokenWeight)}");
        }

        foreach ((string name, string value) in ReportTable.Written(
            (request.Output, "loss"), (request.PerToken, "token losses"), (request.Gradient, "gradient")))
        {
            yield return (name, value);
        }
    }

    private static string Formula(Reduction reduction) => reduction switch
    {
        Reduction.None => "the weighted loss of each position",
        Reduction.Sum => "the weighted losses added up",
        Reduction.Mean => "sum / weight of what counts",
        Reduction.MeanBatch => "sum / sequences",
        Reduction.PerExample => "of each sequence, sum / weight of what counts",
        Reduction.PerExampleSum => "of each sequence, the weighted losses added up",
        Reduction.MeanPerExample => "the mean of the sequences' means",
        Reduction.PerTimestep => "of each step, sum / weight of what counts",
        Reduction.MeanNonzero => "sum / count of nonzero weights",
        Reduction.PerExampleNonzero => "of each sequence, sum / count of nonzero weights",
        Reduction.PerTimestepNonzero => "of each step, sum / count of nonzero weights",
        Reduction.MeanValid => "sum / positions that are valid, whatever their weights",
        Reduction.MeanElements => "sum / all positions, padding included",
        _ => "sum / class weight of the target mass",
    };

    private static string Divisor(LossRequest request, LossInputs inputs) => request.Reduction switch
    {
        Reduction.Mean when request.ClassWeights is not null && inputs.AreIds
            => "the weights of what counts times the class weights of the targets",
        Reduction.Mean when Weighting(request).Length == 0 => "all positions",
        Reduction.Mean when request.Weights is null && request.ExampleWeights is null => "the positions that count",
        Reduction.Mean => "the weights of what counts",
        Reduction.MeanBatch or Reduction.MeanPerExample => inputs.Axes.HasSequences ? "the sequences" : "the rows",
        Reduction.MeanNonzero => "the positions of nonzero weight",
        Reduction.MeanValid => "the positions inside lengths and mask whose id is not ignored",
        Reduction.MeanElements => "all positions, padding included",
        _ => "the class weights of the target distributions, weighted",
    };

    private static string Emptiness(LossRequest request, LossResult result)
    {
        string group = request.Reduction switch
        {
            Reduction.PerExample or Reduction.PerExampleNonzero or Reduction.MeanPerExample
                => Numbers.Counted(result.EmptyGroups, "sequence"),
            Reduction.PerTimestep or Reduction.PerTimestepNonzero => Numbers.Counted(result.EmptyGroups, "step"),
            _ => "the batch",
        };
        string value = request.Empty == EmptyPolicy.Zero ? "0" : "NaN";
        return $"the divisor of {group} is 0: {value} by --empty {LossChoices.EmptyPolicies.NameOf(request.Empty)}";
    }

    private static string Weighting(LossRequest request) => string.Join(", ", new[]
    {
        request.Lengths is null ? null : "lengths",
        request.Mask is null ? null : "mask",
        request.Weights is null ? null : "weights",
        request.ExampleWeights is null ? null : "example weights",
        request.IgnoreIndex is { } id ? $"id {id} ignored" : null,
        request.IgnoreZeroRows ? "zero rows ignored" : null,
    }.Where(part => part is not null));
}
