using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Tests;
using Xunit;

namespace SeqLoss.Models.Tests.Golden;

/// <summary>The same weights and batch give what PyTorch gives in float64.</summary>
public sealed class GoldenModelTests
{
    public static TheoryData<string> Models => new(GoldenModel.Names);

    [Theory]
    [MemberData(nameof(Models))]
    public void Loss_IsPyTorchs(string name)
    {
        using GoldenModel golden = GoldenModel.Open(name);
        using Tape tape = new() { IsTraining = false };

        LossSum loss = new SequenceLoss(golden.LossOptions).Compute(tape, golden.CreateModel(), golden.ReadBatch());

        Assert.Equal(golden.SummedLoss, loss.Sum, 1e-5 * golden.SummedLoss);
        Assert.Equal(golden.TokenWeight, loss.Weight);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_ArePyTorchs(string name)
    {
        using GoldenModel golden = GoldenModel.Open(name);
        using Tape tape = new();
        EncoderDecoder model = golden.CreateModel();
        (string Name, double[] Values)[] expected = [.. golden.ByParameter("gradients")];
        double whole = Norm(expected.SelectMany(gradient => gradient.Values));

        new SequenceLoss(golden.LossOptions).Compute(tape, model, golden.ReadBatch());
        tape.Backward();

        Assert.Equal(expected.Select(gradient => gradient.Name).Order(), model.Parameters.Select(parameter => parameter.Name).Order());
        foreach ((string parameter, double[] values) in expected)
        {
            float[] actual = model.Parameters[parameter].Gradient.ToArray();
            double error = Norm(values.Select((value, i) => value - actual[i]));

            // Some gradients are exactly 0 (the bias of keys): what is left there is rounding.
            Assert.True(error <= (1e-4 * Norm(values)) + (1e-6 * whole), $"{parameter}: {error} of {Norm(values)}");
        }
    }

    [Fact]
    public void Archives_AreThoseOfTheManifest()
    {
        string file = Repository.PathOf("tests", "Golden", "models", "manifest.json");
        JsonElement manifest = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        JsonElement[] archives = [.. manifest.GetProperty("archives").EnumerateArray()];

        Assert.Equal(
            GoldenModel.Names.Select(name => $"{name}.zip").Order(StringComparer.Ordinal),
            archives.Select(archive => archive.GetProperty("file").GetString()!).Order(StringComparer.Ordinal));
        foreach (JsonElement archive in archives)
        {
            byte[] bytes = File.ReadAllBytes(Repository.PathOf("tests", "Golden", "models", archive.GetProperty("file").GetString()!));
            Assert.Equal(archive.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
