using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Tests.Matmul;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Tests.EncoderDecoders;
using Xunit;

namespace SeqLoss.Models.Tests.Autograd;

/// <summary>Products of operands that are rounded to BF16.</summary>
public sealed class PrecisionTests
{
    // 2⁻⁹ of each operand, which layers add up.
    private const double WithinTheRounding = 0.02;

    // What is rounded by 2⁻⁸ of it takes one in a few hundred units to the other side of 0: the gradient changes by the root of that.
    private const double WithinTheRoundingOfRelu = 0.1;

    private static readonly TransformerOptions Transformer = new()
    {
        Source = StepForm.Tokens(60),
        Target = StepForm.Tokens(50),
        Tying = EmbeddingTying.None,
        EncoderLayers = 1,
        DecoderLayers = 1,
        ModelDimension = 48,
        FeedForwardDimension = 80,
        Heads = 3,
        Dropout = 0.1f,
    };

    private static readonly RecurrentOptions Recurrent = new()
    {
        Source = StepForm.Tokens(60),
        Target = StepForm.Tokens(50),
        Tying = EmbeddingTying.None,
        EmbeddingSize = 40,
        HiddenSize = 36,
        Dropout = 0.1f,
    };

    public static TheoryData<EncoderDecoderOptions> Models =>
        [Transformer, Recurrent, Recurrent with { Cell = CellKind.Gru, Target = StepForm.Features(3) }];

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_AreThoseOfFloat32WithinTheRounding(EncoderDecoderOptions options)
    {
        Dictionary<string, float[]> single = Gradients(options, ProductPrecision.AsGiven, ProductLibrary.Managed);
        Dictionary<string, float[]> rounded = Gradients(options, ProductPrecision.BFloat16, ProductLibrary.Managed);

        double most = options is TransformerOptions ? WithinTheRoundingOfRelu : WithinTheRounding;
        foreach ((string name, float[] gradient) in rounded)
        {
            double error = RelativeDistance(gradient, single[name]);
            Assert.True(error > 1e-5 && error < most, $"{name}: {error}");
        }
    }

    [OneDnnFact]
    public void OneDnn_ComputesTheSame()
    {
        foreach (EncoderDecoderOptions options in new EncoderDecoderOptions[] { Transformer, Recurrent })
        {
            Dictionary<string, float[]> managed = Gradients(options, ProductPrecision.BFloat16, ProductLibrary.Managed);
            Dictionary<string, float[]> native = Gradients(options, ProductPrecision.BFloat16, ProductLibrary.OneDnn);
            foreach ((string name, float[] gradient) in native)
            {
                // A sum in another order may round to the other neighbour in BF16, which the next layers read.
                double error = RelativeDistance(gradient, managed[name]);
                Assert.True(error < 1e-3, $"{name}: {error}");
            }
        }
    }

    /// <summary>The definition: rounded operands, exact products, sums and everything else as they are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Linear_IsTheProductOfRoundedOperands(bool isNative)
    {
        const int Rows = 5, In = 37, Out = 19;
        ParameterSet set = new(seed: 1);
        Parameter x = set.AddNormal("x", Rows, In, 1), w = set.AddNormal("w", Out, In, 1), bias = set.AddNormal("b", 1, Out, 1);
        float[] upstream = [.. Enumerable.Range(0, Rows * Out).Select(i => (float)new CounterRandom(3, 0).Gaussian((ulong)i))];
        using Tape tape = new(1, isNative ? ProductLibrary.OneDnn : ProductLibrary.Managed) { Precision = ProductPrecision.BFloat16 };
        Variable y = LinearOperation.Apply(tape, x, w, bias);
        float[] result = y.Values.ToArray();
        tape.Backward(y, upstream);

        double[] rx = Rounded(x.Values), rw = Rounded(w.Values), rg = Rounded(upstream);
        AssertClose(Product(rx, rw, Rows, Out, In, (i, k) => (i * In) + k, (k, j) => (j * In) + k), result, (i, j) => bias.Values[j], Out);
        AssertClose(Product(rg, rw, Rows, In, Out, (i, k) => (i * Out) + k, (k, j) => (k * In) + j), x.Gradient, (_, _) => 0, In);
        AssertClose(Product(rg, rx, Out, In, Rows, (i, k) => (k * Out) + i, (k, j) => (k * In) + j), w.Gradient, (_, _) => 0, In);
    }

    [Theory]
    [InlineData(CellKind.Lstm)]
    [InlineData(CellKind.Gru)]
    public void OneThreadAndTwo_GiveTheSameBits(CellKind kind)
    {
        // Operands of more numbers than one chunk of the rounding has.
        const ProductLibrary Library = ProductLibrary.Managed;
        Assert.Equal(RecurrenceGradients(kind, Library, threads: 1), RecurrenceGradients(kind, Library, threads: 2));
    }

    [OneDnnFact]
    public void OneDnn_OneThreadAndTwo_GiveTheSameBits()
    {
        const ProductLibrary Library = ProductLibrary.OneDnn;
        foreach (CellKind kind in new[] { CellKind.Lstm, CellKind.Gru })
        {
            Assert.Equal(RecurrenceGradients(kind, Library, threads: 1), RecurrenceGradients(kind, Library, threads: 2));
        }

        foreach (EncoderDecoderOptions options in new EncoderDecoderOptions[] { Transformer, Recurrent })
        {
            Dictionary<string, float[]> alone = Gradients(options, ProductPrecision.BFloat16, Library, threads: 1);
            Assert.Equal(alone.Values, Gradients(options, ProductPrecision.BFloat16, Library, threads: 2).Values);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AfterAFewSteps_NothingIsAllocated(EncoderDecoderOptions options)
    {
        EncoderDecoder model = Create(options);
        using Tape tape = new(threads: 1) { Precision = ProductPrecision.BFloat16 };
        SequenceLoss loss = new(threads: 1);
        PairBatch batch = Batches.Draw(options, [4, 1, 6], [5, 2, 1], seed: 3);

        // Memory grows in the first steps, and compilation in the background may allocate: one quiet step is asked for.
        long allocated = 1;
        for (int step = 0; step < 100 && allocated > 0; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            loss.Compute(tape, model, batch);
            tape.Backward();
            tape.Reset();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static float[][] RecurrenceGradients(CellKind kind, ProductLibrary library, int threads)
    {
        const int Count = 6, Steps = 40, In = 300, Size = 150;
        int width = CellWeights.GateCount(kind) * Size;
        ParameterSet set = new(seed: 2);
        Parameter x = set.AddNormal("x", Count * Steps, In, 1);
        CellWeights weights = new(
            kind,
            set.AddXavierUniform("w", width, In),
            set.AddConstant("b", 1, width),
            set.AddXavierUniform("u", width, Size),
            set.AddConstant("d", 1, width));
        using Tape tape = new(threads, library) { Precision = ProductPrecision.BFloat16 };
        Variable states = RecurrenceOperation.Apply(tape, x, weights, Count, []).States;
        float[] upstream = [.. Enumerable.Range(0, states.Length).Select(i => (float)new CounterRandom(3, 0).Gaussian((ulong)i))];
        float[] result = states.Values.ToArray();
        tape.Backward(states, upstream);
        return [result, .. set.Select(parameter => parameter.Gradient.ToArray())];
    }

    private static Dictionary<string, float[]> Gradients(
        EncoderDecoderOptions options, ProductPrecision precision, ProductLibrary library, int threads = 1)
    {
        EncoderDecoder model = Create(options);
        using Tape tape = new(threads, library) { Precision = precision, DropoutSeed = 5 };
        SequenceLoss loss = new(threads: threads);
        int[] lengths = [.. Enumerable.Range(0, 24).Select(i => 3 + (i % 6))];
        loss.Compute(tape, model, Batches.Draw(options, lengths, lengths, seed: 8));
        tape.Backward();
        return model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray());
    }

    private static EncoderDecoder Create(EncoderDecoderOptions options) => options is TransformerOptions transformer
        ? new TransformerEncoderDecoder(transformer)
        : new RecurrentEncoderDecoder((RecurrentOptions)options);

    private static double RelativeDistance(float[] values, float[] reference)
        => TensorPrimitives.Distance<float>(values, reference) / TensorPrimitives.Norm<float>(reference);

    /// <summary>To 8 significant bits, ties to even, by arithmetic instead of bits.</summary>
    private static double[] Rounded(ReadOnlySpan<float> values)
    {
        double[] rounded = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double unit = values[i] == 0 ? 1 : Math.ScaleB(1, Math.ILogB(values[i]) - 7);
            rounded[i] = Math.Round(values[i] / unit, MidpointRounding.ToEven) * unit;
        }

        return rounded;
    }

    private static double[] Product(
        double[] a, double[] b, int rows, int columns, int depth, Func<int, int, int> placeInA, Func<int, int, int> placeInB)
    {
        double[] product = new double[rows * columns];
        for (int i = 0; i < product.Length; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                product[i] += a[placeInA(i / columns, k)] * b[placeInB(k, i % columns)];
            }
        }

        return product;
    }

    private static void AssertClose(double[] product, ReadOnlySpan<float> values, Func<int, int, double> addend, int columns)
    {
        Assert.Equal(product.Length, values.Length);
        for (int i = 0; i < product.Length; i++)
        {
            Assert.Equal(product[i] + addend(i / columns, i % columns), values[i], 1e-4);
        }
    }
}
