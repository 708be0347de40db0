using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Loss;

/// <summary>Reads the command line of a verb that takes a loss.</summary>
internal static class LossArguments
{
    /// <summary>Reads and checks all options.</summary>
    /// <exception cref="UsageException">A value is malformed, or an option does not apply.</exception>
    internal static LossRequest Read(LossOptions options, OptionValues values)
    {
        LossKind kind = values.Choice(options.Kind, LossChoices.Kinds) ?? LossKind.CrossEntropy;
        var request = new LossRequest
        {
            Scores = values.RequiredText(options.Scores),
            Targets = values.RequiredText(options.Targets),
            Kind = kind,
            ScoresAre = values.Choice(options.ScoresAre, LossChoices.ScoreForms) ?? ScoreForm.Logits,
            Layout = Layout(values.Text(options.Layout), kind),
            Lengths = values.Text(options.Lengths),
            Mask = values.Text(options.Mask),
            Weights = values.Text(options.Weights),
            ExampleWeights = values.Text(options.ExampleWeights),
            IgnoreIndex = values.Integer(options.IgnoreIndex),
            IgnoreZeroRows = values.Flag(options.IgnoreZeroRows),
            ClassWeights = values.Text(options.ClassWeights),
            LabelSmoothing = values.Number(options.LabelSmoothing),
            Smoothing = values.Choice(options.Smoothing, LossChoices.Smoothings) ?? SmoothingKind.All,
            PadIndex = values.SmallInteger(options.PadIndex),
            ZLoss = values.Number(options.ZLoss),
            SoftCap = values.Number(options.SoftCap),
            Temperature = values.Number(options.Temperature),
            Delta = values.Number(options.Delta),
            FeatureReduction = values.Choice(options.FeatureReduction, LossChoices.FeatureReductions),
            Reduction = values.Choice(options.Reduction, LossChoices.Reductions) ?? SeqLoss.Reduction.Mean,
            Empty = values.Choice(options.Empty, LossChoices.EmptyPolicies) ?? EmptyPolicy.Zero,
            Threads = values.SmallInteger(options.Threads),
            Output = values.Text(options.Output),
            PerToken = values.Text(options.PerToken),
            Gradient = values.Text(options.Gradient),
            Upstream = values.Text(options.Upstream),
            Vocabulary = values.Text(options.Vocabulary),
            Json = values.Flag(options.Json),
        };
        LossRules.Check(request, options, values);
        return request;
    }

    private static string Layout(string? text, LossKind kind)
    {
        bool isRegression = kind != LossKind.CrossEntropy;
        string layout = text ?? (isRegression ? "btd" : "btv");
        if (isRegression && LossChoices.ScoreLayouts.Contains(layout))
        {
            throw new UsageException(
                $"--layout {layout} has classes, --kind {LossChoices.Kinds.NameOf(kind)} has none: "
                + $"use one of {LossChoices.RegressionLayouts.Joined}");
        }

        if (!isRegression && LossChoices.RegressionLayouts.Contains(layout))
        {
            throw new UsageException(
                $"--layout {layout} is for regression, --kind cross-entropy needs classes: use one of {LossChoices.ScoreLayouts.Joined}");
        }

        _ = isRegression
            ? (int)LossChoices.RegressionLayouts.Parse("--layout", layout)
            : (int)LossChoices.ScoreLayouts.Parse("--layout", layout);
        return layout;
    }
}
