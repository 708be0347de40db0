using System.Collections.Generic;
using System.Linq;
using SeqLoss.Cli.Loss;
using Spectre.Console;

namespace SeqLoss.Cli.Frameworks;

/// <summary>A framework's loss as a table for people.</summary>
internal static class FrameworkReport
{
    internal static void Write(IAnsiConsole console, FrameworkRequest request, FrameworkCall call, ConventionLoss loss)
        => ReportTable.Write(console, $"{request.Loss.Name} of {call.DescribeScores()}", Rows(request, call, loss));

    private static IEnumerable<(string Name, string Value)> Rows(FrameworkRequest request, FrameworkCall call, ConventionLoss loss)
    {
        LossSum sum = loss.Sum;
        ReductionNote note = request.Loss.Note(call);
        if (loss.Values is { } array)
        {
            foreach ((string name, string value) in ReportTable.ArrayRows(
                FrameworkOutputFiles.ShapeOf(array), FrameworkOutputFiles.ValuesOf(loss), note.Unit, request.Output is not null))
            {
                yield return (name, value);
            }
        }
        else
        {
            yield return ("loss", Numbers.Real(loss.Value) + note.Unit);
        }

        yield return ("reduction", note.Word);
        yield return ("sum", Numbers.Real(sum.Sum) + (sum.NegativeLogLikelihood is null ? "" : " nats"));
        if (note.Divisor is { } divisor)
        {
            yield return ("divisor", double.IsNaN(loss.Divisor) ? divisor : $"{Numbers.Real(loss.Divisor)} = {divisor}");
        }

        foreach ((string name, string value) in ReportTable.LikelihoodRows(sum))
        {
            yield return (name, value);
        }

        yield return ("counted", $"{Numbers.Count(sum.Tokens)} of {Numbers.Counted(sum.Elements, "position")}{ReportTable.Valid(sum)}");
        if (request.Settings.Count > 0)
        {
            yield return ("arguments", string.Join(", ", request.Settings));
        }

        ArrayArgument[] arrays =
        [
            .. request.Loss.Arrays
                .Where(each => each.File is not (FrameworkFile.Scores or FrameworkFile.Targets))
                .Where(each => request.PathOf(each.File) is not null || IsFromLengths(each, request)),
        ];
        if (arrays.Length > 0)
        {
            string names = string.Join(
                ", ", arrays.Select(each => IsFromLengths(each, request) ? $"{each.Name} from lengths" : each.Name));
            bool areOfPositions = arrays.Any(each => each.File != FrameworkFile.ClassWeights);
            yield return ("weighting", names + (areOfPositions ? $"; they sum to {Numbers.Real(sum.TokenWeight)}" : ""));
        }

        foreach ((string name, string value) in ReportTable.Written(
            (request.Output, "loss"), (request.Gradient, "gradient"), (request.LogProbs, "log-probabilities")))
        {
            yield return (name, value);
        }
    }

    private static bool IsFromLengths(ArrayArgument array, FrameworkRequest request)
        => array.TakesLengths && request.Lengths is not null;
}
