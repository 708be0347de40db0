using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Frameworks;

/// <summary>Reads a command line with <c>--as</c>.</summary>
internal static class FrameworkArguments
{
    /// <summary>Reads and checks all options.</summary>
    /// <exception cref="UsageException">The loss or an argument is unknown, a value is malformed, or an option does not apply.</exception>
    internal static FrameworkRequest Read(LossOptions options, OptionValues values)
    {
        FrameworkLoss loss = FrameworkCatalogue.Find("--as", values.Text(options.As)!);
        IReadOnlyList<string> settings = values.Texts(options.Set);
        var request = new FrameworkRequest
        {
            Loss = loss,
            Scores = values.RequiredText(options.Scores),
            Targets = values.RequiredText(options.Targets),
            Weights = values.Text(options.Weights),
            Mask = values.Text(options.Mask),
            ClassWeights = values.Text(options.ClassWeights),
            Lengths = values.Text(options.Lengths),
            ScoresAre = values.Choice(options.ScoresAre, LossChoices.ScoreForms) ?? loss.DefaultScoreForm ?? ScoreForm.Logits,
            Layout = values.Choice(options.Layout, LossChoices.ScoreLayouts) ?? loss.DefaultLayout,
            Settings = settings,
            Values = ReadSettings(loss, settings),
            Output = values.Text(options.Output),
            Gradient = values.Text(options.Gradient),
            Upstream = values.Text(options.Upstream),
            LogProbs = values.Text(options.LogProbs),
            Json = values.Flag(options.Json),
        };
        FrameworkRules.Check(request, options, values);
        return request;
    }

    private static Dictionary<Argument, object?> ReadSettings(FrameworkLoss loss, IReadOnlyList<string> settings)
    {
        var values = new Dictionary<Argument, object?>();
        foreach (string setting in settings)
        {
            int sign = setting.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0)
            {
                throw new UsageException($"--set '{setting}' has no value: write NAME=VALUE, such as {ExampleOf(loss)}");
            }

            string name = setting[..sign].Trim();
            Argument argument = loss.ArgumentOf(name) ?? throw Unknown(loss, name);
            if (!values.TryAdd(argument, argument.Parse(setting[(sign + 1)..])))
            {
                throw new UsageException($"--set {argument.Name} is given twice: give it once");
            }
        }

        return values;
    }

    private static UsageException Unknown(FrameworkLoss loss, string name)
    {
        IEnumerable<string> listed = loss.Arguments.Where(argument => argument.Meaning is not null).Select(argument => argument.Name);
        string cure = Spelling.Nearest(name, listed) is { } nearest
            ? $"perhaps {nearest} is meant"
            : $"they are {string.Join(", ", listed)}";
        return new UsageException($"'{name}' is no argument of {loss.Name}: {cure}");
    }

    private static string ExampleOf(FrameworkLoss loss)
        => loss.Arguments.FirstOrDefault(argument => argument is not ArrayArgument and not UnusedArgument)?.Signature ?? "name=value";
}
