using System;
using SeqLoss.Cli.Tests.Npy;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>A folder with a small loss: logits [2, 3, 4], ids [2, 3] and everything that may go with them.</summary>
internal sealed class LossFixture : IDisposable
{
    internal const int Batch = 2;
    internal const int Time = 3;
    internal const int Classes = 4;

    internal LossFixture()
    {
        Scores = Folder.Save("scores.npy", "2,3,4", Logits);
        Ids = Folder.Save("ids.npy", "2,3", IdValues);
        Distributions = Folder.Save("distributions.npy", "2,3,4", DistributionValues);
        Lengths = Folder.Save("lengths.npy", "2", new long[] { 3, 2 });
        Mask = Folder.Save("mask.npy", "2,3", new byte[] { 1, 0, 1, 1, 1, 1 });
        Weights = Folder.Save("weights.npy", "2,3", WeightValues);
        ExampleWeights = Folder.Save("example-weights.npy", "2", new double[] { 0.5, 2 });
        ClassWeights = Folder.Save("class-weights.npy", "4", ClassWeightValues);
        Values = Folder.Save("values.npy", "2,3,4", ArrayFile.Floats(24, seed: 3));
    }

    internal TemporaryFolder Folder { get; } = new();

    internal static float[] Logits { get; } = ArrayFile.Floats(24, seed: 1);

    internal static long[] IdValues { get; } = [0, 3, 1, 2, 2, 0];

    internal static float[] DistributionValues { get; } =
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0.25f, 0.25f, 0.5f, 0,
        0, 0, 1, 0, 0, 0, 0, 0, 0.1f, 0.2f, 0.3f, 0.4f,
    ];

    internal static float[] WeightValues { get; } = [1, 0.5f, 2, 0, -1, 1.5f];

    internal static float[] ClassWeightValues { get; } = [1, 2, 0.5f, 3];

    internal string Scores { get; }

    internal string Ids { get; }

    internal string Distributions { get; }

    internal string Lengths { get; }

    internal string Mask { get; }

    internal string Weights { get; }

    internal string ExampleWeights { get; }

    internal string ClassWeights { get; }

    /// <summary>Regression targets of the shape of the scores.</summary>
    internal string Values { get; }

    /// <summary>Runs <c>seqloss loss</c> on the scores and ids with more options.</summary>
    internal ToolRun Run(params string[] options) => ToolRun.Of(["loss", "--scores", Scores, "--targets", Ids, .. options]);

    /// <summary>Runs it on the scores and distributions.</summary>
    internal ToolRun RunDense(params string[] options) => ToolRun.Of(["loss", "--scores", Scores, "--targets", Distributions, .. options]);

    /// <summary>Runs it as a regression.</summary>
    internal ToolRun RunRegression(params string[] options) => ToolRun.Of(["loss", "--scores", Scores, "--targets", Values, .. options]);

    internal string PathOf(string name) => Folder.PathOf(name);

    /// <summary>Replaces the names of files in an option, such as <c>{mask}</c>, by their paths.</summary>
    internal string[] Expand(string options) => Array.ConvertAll(
        options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        option => option.StartsWith('{') ? PathOf($"{option.Trim('{', '}')}.npy") : option);

    public void Dispose() => Folder.Dispose();
}
