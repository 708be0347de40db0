using System;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>Options that do not apply are refused: exit status 2, nothing on standard output, the option named.</summary>
public sealed class LossRulesTests : IDisposable
{
    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("--delta 1", "--delta is for --kind huber.")]
    [InlineData("--feature-reduction mean", "--feature-reduction is for regression (--kind mse, mae or huber).")]
    [InlineData("--smoothing all", "--smoothing says where --label-smoothing puts its mass, and that is missing.")]
    [InlineData("--pad-index 0", "--pad-index is for --smoothing others-but-pad.")]
    [InlineData("--label-smoothing 0.1 --smoothing others --pad-index 0", "--pad-index is for --smoothing others-but-pad.")]
    [InlineData(
        "--label-smoothing 0.1 --smoothing others-but-pad",
        "--smoothing others-but-pad needs --pad-index N, the class that gets no mass.")]
    [InlineData("--scores-are probs --z-loss 0", "--z-loss is for logits, and --scores-are is probs.")]
    [InlineData("--scores-are log-probs --soft-cap 30", "--soft-cap is for logits, and --scores-are is log-probs.")]
    [InlineData("--scores-are probs --temperature 1", "--temperature is for logits, and --scores-are is probs.")]
    [InlineData("--upstream {weights}", "--upstream flows into --gradient, and that is missing.")]
    [InlineData(
        "--gradient {g} --upstream {weights}",
        "--upstream is for reductions that are arrays, mean is one number: multiply its gradient instead.")]
    [InlineData(
        "--gradient {g} --reduction mean-per-example --upstream {lengths}",
        "--upstream is for reductions that are arrays, mean-per-example is one number: multiply its gradient instead.")]
    [InlineData(
        "--layout nv --lengths {lengths}",
        "--lengths has one value a sequence, --layout nv has rows without sequences: use --mask or --weights.")]
    [InlineData(
        "--layout nv --example-weights {lengths}",
        "--example-weights has one value a sequence, --layout nv has rows without sequences: use --mask or --weights.")]
    [InlineData("--json --vocabulary {mask}", "--vocabulary is for the report, and --json prints none: leave out one of them.")]
    [InlineData("--label-smoothing 1.5", "--label-smoothing is 1.5: it is in 0..1.")]
    [InlineData("--z-loss -1", "--z-loss is -1: it is at least 0.")]
    [InlineData("--soft-cap 0", "--soft-cap is 0: it is above 0.")]
    [InlineData("--temperature 0", "--temperature is 0: it is above 0.")]
    [InlineData("--threads 0", "--threads is 0: it is at least 1.")]
    [InlineData("--label-smoothing 0.1 --smoothing others-but-pad --pad-index -1", "--pad-index is -1: it is a class, at least 0.")]
    public void OfCrossEntropy(string options, string sentence) => AssertRefused(fixture.Run(fixture.Expand(options)), sentence);

    [Theory]
    [InlineData(
        "--ignore-zero-rows",
        "--ignore-zero-rows is for target distributions, these targets are ids: use --ignore-index, --lengths or --mask.")]
    [InlineData(
        "--reduction mean-class-weight",
        "--reduction mean-class-weight is for target distributions, these targets are ids: "
        + "use mean, which divides by the class weights of the targets.")]
    public void OfIds(string options, string sentence) => AssertRefused(fixture.Run(fixture.Expand(options)), sentence);

    [Theory]
    [InlineData(
        "--ignore-index 0",
        "--ignore-index is for target ids, these targets are distributions: use --ignore-zero-rows, --lengths or --mask.")]
    [InlineData("--vocabulary {mask}", "--vocabulary is for target ids, these targets are distributions: leave it out.")]
    public void OfDistributions(string options, string sentence) => AssertRefused(fixture.RunDense(fixture.Expand(options)), sentence);

    [Theory]
    [InlineData("--kind mse --delta 1", "--delta is for --kind huber.")]
    [InlineData("--kind huber --delta 0", "--delta is 0: it is above 0.")]
    [InlineData(
        "--kind mse --layout bt --feature-reduction mean",
        "--feature-reduction is for layouts with features, and --layout bt has none.")]
    [InlineData(
        "--kind mse --weights {scores} --feature-reduction sum",
        "--feature-reduction is for weights of positions, and --mask or --weights has a value for each element: leave it out.")]
    [InlineData("--kind mse --scores-are logits", "--scores-are is for --kind cross-entropy.")]
    [InlineData("--kind mae --ignore-index 0", "--ignore-index is for --kind cross-entropy.")]
    [InlineData("--kind mae --ignore-zero-rows", "--ignore-zero-rows is for --kind cross-entropy.")]
    [InlineData("--kind mse --class-weights {class-weights}", "--class-weights is for --kind cross-entropy.")]
    [InlineData("--kind mse --label-smoothing 0", "--label-smoothing is for --kind cross-entropy.")]
    [InlineData("--kind mse --smoothing all", "--smoothing is for --kind cross-entropy.")]
    [InlineData("--kind mse --pad-index 0", "--pad-index is for --kind cross-entropy.")]
    [InlineData("--kind mse --z-loss 0", "--z-loss is for --kind cross-entropy.")]
    [InlineData("--kind mse --soft-cap 1", "--soft-cap is for --kind cross-entropy.")]
    [InlineData("--kind mse --temperature 1", "--temperature is for --kind cross-entropy.")]
    [InlineData("--kind mse --vocabulary {mask}", "--vocabulary is for --kind cross-entropy.")]
    [InlineData(
        "--kind mse --reduction mean-class-weight",
        "--reduction mean-class-weight is for --kind cross-entropy with target distributions: use mean.")]
    public void OfRegression(string options, string sentence) => AssertRefused(fixture.RunRegression(fixture.Expand(options)), sentence);

    private static void AssertRefused(ToolRun run, string sentence)
        => Assert.Equal(new ToolRun(2, "", $"seqloss: {sentence}\nTry 'seqloss loss --help'.\n"), run);
}
