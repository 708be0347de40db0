using System;
using System.IO;
using Xunit;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>What <c>seqloss loss --as</c> does not take: one sentence with the cure, nothing on standard output, no file.</summary>
public sealed class FrameworkRefusalTests : IDisposable
{
    private const string Torch = "--as torch.cross_entropy --scores {bvt} --targets {ids}";
    private const string Keras = "--as keras.CategoricalCrossentropy --scores {scores} --targets {distributions}";
    private const string Addons = "--as tfa.sequence_loss --scores {scores} --targets {ids}";

    private readonly FrameworkFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData(
        "--as torch.crossentropy --scores a --targets b",
        "--as is 'torch.crossentropy', which is no loss that is known: perhaps torch.cross_entropy is meant; "
        + "'seqloss conventions' lists all.")]
    [InlineData(
        "--as keras.losses.categorical_crossentropy --scores a --targets b",
        "--as is 'keras.losses.categorical_crossentropy', which is no loss that is known: perhaps keras.CategoricalCrossentropy is meant; "
        + "'seqloss conventions' lists all.")]
    [InlineData(
        "--as keras.losses.CTC --scores a --targets b",
        "--as is 'keras.losses.CTC', which is no loss that is known: 'seqloss conventions' lists all.")]
    [InlineData(Torch + " --set ignore_indx=1", "'ignore_indx' is no argument of torch.cross_entropy: perhaps ignore_index is meant.")]
    [InlineData(
        "--as torch.nll_loss --scores {bvt} --targets {ids} --set label_smoothing=0",
        "'label_smoothing' is no argument of torch.nll_loss: they are input, target, weight, ignore_index, reduction.")]
    [InlineData(Torch + " --set ignore_index", "--set 'ignore_index' has no value: write NAME=VALUE, such as ignore_index=-100.")]
    [InlineData(Torch + " --set ignore_index=1.5", "--set ignore_index is '1.5': write a whole number of 64 bits like -100.")]
    [InlineData(Torch + " --set label_smoothing=a", "--set label_smoothing is 'a': write a number like 0.1 or 1e-4.")]
    [InlineData(Torch + " --set label_smoothing=nan", "--set label_smoothing is 'nan': write a number like 0.1 or 1e-4.")]
    [InlineData(Torch + " --set label_smoothing=1.5", "label smoothing is 1.5: it is in 0..1.")]
    [InlineData(Torch + " --set reduction=meen", "--set reduction is 'meen': use none, mean, sum, perhaps mean.")]
    [InlineData(Torch + " --set ignore_index=1 --set ignore_index=2", "--set ignore_index is given twice: give it once.")]
    [InlineData(Torch + " --set weight=2", "--set weight is '2': an array is given by --class-weights F.")]
    [InlineData(Torch + " --set input=None", "--set input is 'None': an array is given by --scores F.")]
    [InlineData(Torch + " --set size_average=True", "--set size_average is 'True': only None can be computed: leave it out.")]
    [InlineData(Keras + " --set from_logits=yes", "--set from_logits is 'yes': write True or False.")]
    [InlineData(Keras + " --set ignore_class=1", "--set ignore_class is '1': only None can be computed: leave it out.")]
    [InlineData(Keras + " --set axis=5", "axis 5 is not an axis of scores of shape [2, 3, 4].")]
    [InlineData(
        Keras + " --weights {weights} --set sample_weight=2",
        "sample_weight is given by --weights and by --set: give it once.")]
    [InlineData(
        "--as optax.softmax_cross_entropy_with_integer_labels --scores {scores} --targets {ids} --set axis=1,x",
        "--set axis is '1,x': write an axis like -1, or several like 2,3.")]
    [InlineData(
        "--as optax.poly_loss_cross_entropy --scores {scores} --targets {distributions}",
        "optax.poly_loss_cross_entropy is computed without its polynomial term: use --set epsilon=0.")]
    public void Arguments(string options, string sentence) => AssertRefused(2, options, sentence);

    [Theory]
    [InlineData(
        Torch + " --mask {mask}",
        "--mask is no array of torch.cross_entropy, whose arrays are input (--scores), target (--targets), weight (--class-weights).")]
    [InlineData(
        Torch + " --lengths {lengths}",
        "--lengths is no array of torch.cross_entropy, whose arrays are input (--scores), target (--targets), weight (--class-weights).")]
    [InlineData(Addons, "tfa.sequence_loss needs weights, weights [B, T]: by --weights F, or --lengths F.")]
    [InlineData(
        Addons + " --weights {weights} --lengths {lengths}",
        "--lengths makes weights, and --weights gives it: leave out one of them.")]
    [InlineData(
        "--as fairseq.cross_entropy --scores {scores} --targets {ids}",
        "fairseq.cross_entropy needs padding_idx, the id that does not count: --set padding_idx=VALUE.")]
    [InlineData(
        Torch + " --label-smoothing 0.1",
        "--label-smoothing does not go with --as torch.cross_entropy, which has rules of its own: use --set label_smoothing=VALUE.")]
    [InlineData(
        "--as joeynmt.XentLoss --scores {scores} --targets {ids} --set pad_index=0 --reduction sum",
        "--reduction does not go with --as joeynmt.XentLoss, which has rules of its own: use --set normalization=VALUE.")]
    [InlineData(
        Torch + " --layout bvt",
        "--layout does not go with --as torch.cross_entropy, which has rules of its own: --set gives the arguments of "
        + "torch.cross_entropy(input, target, weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0).")]
    [InlineData(
        "--as tf.legacy_sequence_loss --layout nv --scores {scores} --targets {ids} --weights {weights}",
        "--layout nv does not go with --as tf.legacy_sequence_loss: use tbv or btv.")]
    [InlineData(
        Keras + " --scores-are logits",
        "--scores-are does not go with --as keras.CategoricalCrossentropy, which has rules of its own: use --set from_logits=VALUE.")]
    [InlineData(
        Torch + " --log-probs {l}",
        "--log-probs is the second output of onnx.SoftmaxCrossEntropyLoss, torch.cross_entropy has none.")]
    [InlineData(
        Torch + " --gradient {g} --upstream {weights}",
        "--upstream is for losses that are arrays, and torch.cross_entropy gives one number here: multiply its gradient instead.")]
    [InlineData(
        Addons + " --weights {weights} --set sum_over_batch=True",
        "average_across and sum_over cannot both be true for the same axis: choose one.")]
    [InlineData("--scores {scores} --targets {ids} --set reduction=sum", "--set gives the arguments of --as NAME, and that is missing.")]
    [InlineData(
        "--scores {scores} --targets {ids} --log-probs {l}",
        "--log-probs is the second output of --as onnx.SoftmaxCrossEntropyLoss, and that is missing.")]
    public void Options(string options, string sentence) => AssertRefused(2, options, sentence);

    [Theory]
    [InlineData(
        "--as torch.cross_entropy --scores {scores} --targets {ids}",
        "{ids}: the target has shape [2, 3], but scores of shape [2, 3, 4] need ids of [2, 4].")]
    [InlineData(
        "--as keras.CategoricalCrossentropy --scores {scores} --targets {distributions} --weights {lengths}",
        "{lengths}: sample_weight of shape [2] does not broadcast to the losses' shape [2, 3], trailing axis first: "
        + "for one weight a sequence give it a trailing axis of length 1.")]
    [InlineData(Addons + " --weights {tb-weights}", "{tb-weights}: weights has shape [3, 2], [2, 3] is needed.")]
    [InlineData(
        "--as tf.sequence_loss --scores {scores} --targets {ids} --lengths {ids}",
        "{ids}: [2, 3] int64 does not fit, one for each sequence of scores [2, 3, 4] float32 needs [2].")]
    [InlineData(
        "--as keras.SparseCategoricalCrossentropy --scores {scores} --targets {tens}",
        "{tens}: target[b=0, t=0] is 10, the vocabulary has 4 classes (0..3); no id is ignored.")]
    [InlineData(
        "--as keras.MeanSquaredError --scores {scores} --targets {values} --mask {weights}",
        "{weights}: mask[1] is 0.5: a mask holds only 0 and 1; use token weights for other numbers.")]
    [InlineData(Torch + " --class-weights {lengths}", "{lengths}: there are 2 class weights, but the scores have 4 classes.")]
    [InlineData(
        "--as tf.sparse_softmax_cross_entropy_with_logits --scores {scores} --targets {ids} --gradient {g} --upstream {tb-weights}",
        "{tb-weights}: [3, 2] does not fit, tf.sparse_softmax_cross_entropy_with_logits gives [2, 3].")]
    public void Files(string options, string sentence)
    {
        fixture.Small.Folder.Save("tens.npy", "2,3", new long[] { 10, 10, 10, 10, 10, 10 });
        string expanded = string.Join(' ', Array.ConvertAll(
            sentence.Split(' '),
            word => word.StartsWith('{') ? fixture.PathOf(word.Trim('{', '}', ':').TrimEnd('}') + ".npy") + ":" : word));
        AssertRefused(3, options, expanded);
    }

    [Fact]
    public void Upstream_NeedsAGradient()
    {
        ToolRun run = fixture.Run($"{Torch} --set reduction=none --upstream {{weights}}");
        Assert.Equal(
            new ToolRun(2, "", "seqloss: --upstream flows into --gradient, and that is missing.\nTry 'seqloss loss --help'.\n"), run);
    }

    [Fact]
    public void Outputs_AreNoInputs()
        => AssertRefused(2, Torch + " --output {ids}", $"--output {fixture.Small.Ids} is the file of --targets: name another.");

    private void AssertRefused(int status, string options, string sentence)
    {
        ToolRun run = fixture.Run(options + (options.Contains("--gradient", StringComparison.Ordinal) ? "" : " --gradient {g}"));
        Assert.Equal((status, "", $"seqloss: {sentence}"), (run.Status, run.Output, run.Error.Split('\n')[0]));
        Assert.False(File.Exists(fixture.PathOf("g.npy")));
    }
}
