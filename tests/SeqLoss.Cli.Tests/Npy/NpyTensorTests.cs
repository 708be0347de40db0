using System;
using System.IO;
using System.Numerics.Tensors;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>A file as one tensor gives the loss of the same numbers in memory, however it is stored.</summary>
public sealed class NpyTensorTests : IDisposable
{
    private static readonly float[] Logits = ArrayFile.Floats(24, seed: 1);
    private static readonly long[] Ids = [0, 3, 1, 2, 2, 0];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void StoredOrder_MakesNoDifference(bool isBigEndian, bool isFortranOrder)
    {
        string scores = folder.Save("scores.npy", "2,3,4", Logits, isBigEndian, isFortranOrder);
        string doubles = folder.Save("doubles.npy", "2,3,4", Array.ConvertAll(Logits, x => (double)x), isBigEndian, isFortranOrder);
        string ids = folder.Save("ids.npy", "2,3", Array.ConvertAll(Ids, id => (int)id), isBigEndian, isFortranOrder);
        double expected = Loss(new ReadOnlyTensorSpan<float>(Logits, [2, 3, 4]), new ReadOnlyTensorSpan<long>(Ids, [2, 3]));
        Assert.Equal(expected, LossOf(scores, ids));
        Assert.Equal(expected, LossOf(doubles, ids), 1e-6);
    }

    [Fact]
    public void SmallIntegers_BecomeIdsAndNumbers()
    {
        string scores = folder.Save("scores.npy", "2,3,4", Array.ConvertAll(Logits, x => (sbyte)x));
        string ids = folder.Save("ids.npy", "2,3", Array.ConvertAll(Ids, id => (byte)id));
        float[] rounded = Array.ConvertAll(Logits, x => (float)(sbyte)x);
        double expected = Loss(new ReadOnlyTensorSpan<float>(rounded, [2, 3, 4]), new ReadOnlyTensorSpan<long>(Ids, [2, 3]));
        Assert.Equal(expected, LossOf(scores, ids));
    }

    [Fact]
    public void Shapes_CanBeNamed()
    {
        string path = folder.Save("scores.npy", "1,2,3,4", Logits);
        using NpyFile file = NpyFile.Open(path);
        using NpyTensor tensor = NpyTensor.OfNumbers(file);
        Assert.Throws<LossInputException>(() => Loss(tensor.Scores, new ReadOnlyTensorSpan<long>(Ids, [2, 3])));
        double expected = Loss(new ReadOnlyTensorSpan<float>(Logits, [2, 3, 4]), new ReadOnlyTensorSpan<long>(Ids, [2, 3]));
        Assert.Equal(expected, Loss(tensor.ScoresIn(2, 3, 4), new ReadOnlyTensorSpan<long>(Ids, [2, 3])));
    }

    [Fact]
    public void FloatingPointNumbers_AreNoIds()
    {
        string path = folder.Save("ids.npy", "6", new float[6]);
        using NpyFile file = NpyFile.Open(path);
        Assert.Throws<BadFileException>(() => NpyTensor.OfIds(file));
    }

    /// <summary>A sparse file with more elements than a span holds, of which only the last row counts.</summary>
    [Fact]
    public void MoreElementsThanASpanHolds_AreSeenThroughTheMap()
    {
        const int Rows = 70000;
        const int Classes = 40000;
        string path = folder.PathOf("large.npy");
        byte[] start = NpyImage.Create("<f2", isFortranOrder: false, [Rows, Classes], []);
        using (FileStream stream = File.Create(path))
        {
            stream.Write(start);
            stream.SetLength(start.Length + ((long)Rows * Classes * sizeof(ushort)));
            stream.Position = stream.Length - sizeof(ushort);
            stream.Write(BitConverter.GetBytes((Half)30));
        }

        long[] ids = new long[Rows];
        ids[^1] = Classes - 1;
        byte[] mask = new byte[Rows];
        mask[^1] = 1;
        using NpyFile file = NpyFile.Open(path);
        using NpyTensor tensor = NpyTensor.OfNumbers(file);
        LossSum loss = CrossEntropy.FromLogits(
            tensor.Scores,
            new ReadOnlyTensorSpan<long>(ids),
            TokenWeights.FromMask(new ReadOnlyTensorSpan<byte>(mask)),
            new CrossEntropyOptions { Layout = ScoreLayout.Nv });
        Assert.Equal(1, loss.Tokens);
        Assert.Equal((Classes - 1) * Math.Exp(-30), loss.Sum, 1e-12);
    }

    private static double LossOf(string scores, string ids)
    {
        using NpyFile scoreFile = NpyFile.Open(scores);
        using NpyFile idFile = NpyFile.Open(ids);
        using NpyTensor scoreTensor = NpyTensor.OfNumbers(scoreFile);
        using NpyTensor idTensor = NpyTensor.OfIds(idFile);
        return Loss(scoreTensor.Scores, idTensor.Targets);
    }

    private static double Loss(Scores scores, Targets targets) => CrossEntropy.FromLogits(scores, targets).Mean;
}
