using System;
using System.Linq;
using SeqLoss.Cli.Tests.Loss;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>The small loss of other tests, with its logits in the axis orders of frameworks.</summary>
internal sealed class FrameworkFixture : IDisposable
{
    internal FrameworkFixture()
    {
        Small.Folder.Save("bvt.npy", "2,4,3", Transposed(LossFixture.Logits, 2, 3, 4));
        Small.Folder.Save("tbv.npy", "3,2,4", Enumerable.Range(0, 3)
            .SelectMany(t => Enumerable.Range(0, 2).SelectMany(b => LossFixture.Logits.Skip(((b * 3) + t) * 4).Take(4)))
            .ToArray());
        Small.Folder.Save("tb-ids.npy", "3,2", Swapped(LossFixture.IdValues));
        Small.Folder.Save("tb-weights.npy", "3,2", Swapped(LossFixture.WeightValues));
        Small.Folder.Save("nv.npy", "6,4", LossFixture.Logits);
        Small.Folder.Save("n-ids.npy", "6", LossFixture.IdValues);
    }

    internal LossFixture Small { get; } = new();

    /// <summary>Runs <c>seqloss loss</c>; names in braces are files of the fixture.</summary>
    internal ToolRun Run(string options) => ToolRun.Of(["loss", .. Small.Expand(options)]);

    /// <summary>Runs a function on logits [B, V, T] and ids [B, T].</summary>
    internal ToolRun RunTorch(string options) => Run($"--as torch.cross_entropy --scores {{bvt}} --targets {{ids}} {options}");

    internal string PathOf(string name) => Small.PathOf(name);

    public void Dispose() => Small.Dispose();

    /// <summary>[B, T, V] as [B, V, T].</summary>
    private static float[] Transposed(float[] values, int batch, int time, int classes)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            (int b, int v, int t) = (i / (classes * time), i / time % classes, i % time);
            result[i] = values[(((b * time) + t) * classes) + v];
        }

        return result;
    }

    /// <summary>[B, T] as [T, B].</summary>
    private static T[] Swapped<T>(T[] values)
        => [.. Enumerable.Range(0, values.Length).Select(i => values[(i % 2 * 3) + (i / 2)])];
}
