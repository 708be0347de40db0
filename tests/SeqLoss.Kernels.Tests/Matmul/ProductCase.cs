using System;
using System.Collections.Generic;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>Operands of one product, and its result in double from the definition.</summary>
internal sealed record ProductCase
{
    private static readonly int[] Lengths =
        [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 16, 25, 31, 32, 33, 63, 64, 65, 100, 252, 255, 256, 257, 265, 300, 507, 513, 529];

    private const long MostWork = 6_000_000;

    private readonly List<float[]> _storages = [];

    public required StoredMatrix Left { get; init; }

    public required StoredMatrix Right { get; init; }

    /// <summary>What the result holds before; NaN where β = 0.</summary>
    public required StoredMatrix Before { get; init; }

    public StoredMatrix? RowScale { get; init; }

    public StoredMatrix? Bias { get; init; }

    public float Alpha { get; init; } = 1;

    public float Beta { get; init; }

    public int Rows => Left.Rows;

    public int Columns => Right.Columns;

    public int Depth => Left.Columns;

    /// <summary>A product of a random shape, layout and epilogue.</summary>
    public static ProductCase Random(int seed, bool isBFloat16 = false)
    {
        Random random = new(seed);
        int rows, columns, depth;
        do
        {
            rows = Pick(random, Lengths);
            columns = Pick(random, Lengths);
            depth = Pick(random, Lengths);
        }
        while ((long)rows * columns * depth > MostWork);
        return Of(rows, columns, depth, seed, isBFloat16) with
        {
            Alpha = Pick(random, 1f, 1f, -0.7f, 2.5f, 0f),
            Beta = 0,
            RowScale = random.Next(3) == 0 ? Vector(rows, random) : null,
            Bias = random.Next(3) == 0 ? Vector(columns, random) : null,
        };
    }

    /// <summary>A product of a shape, in a layout that the seed decides.</summary>
    public static ProductCase Of(int rows, int columns, int depth, int seed, bool isBFloat16 = false)
    {
        Random random = new(seed);
        float Value(int row, int column) => (2 * random.NextSingle()) - 1;
        int Gap() => Pick(random, 0, 1, 3, 17);
        return new ProductCase
        {
            Left = new(rows, depth, (seed & 1) != 0, Gap(), random.Next(4), isBFloat16, Value),
            Right = new(depth, columns, (seed & 2) != 0, Gap(), random.Next(4), isBFloat16, Value),
            Before = new(rows, columns, false, Gap(), random.Next(4), false, Value),
        };
    }

    /// <summary>A new result, as it is before the product.</summary>
    public StoredMatrix NewResult() => new(
        Rows, Columns, false, Before.LeadingDimension - Columns, 1, false, (row, column) => Beta == 0 ? float.NaN : Before[row, column]);

    public ProductTask Task(StoredMatrix result) => new()
    {
        Rows = Rows,
        Columns = Columns,
        Depth = Depth,
        Left = Left.Operand,
        Right = Right.Operand,
        Result = result.Buffer,
        ResultStride = result.LeadingDimension,
        Alpha = Alpha,
        Beta = Beta,
        RowScale = RowScale?.Buffer ?? default,
        Bias = Bias?.Buffer ?? default,
    };

    /// <summary>B packed; its storage lives as long as the case.</summary>
    public unsafe RightMatrix Pack(int threads)
    {
        float[] storage = GC.AllocateArray<float>((int)RightMatrix.PackedLength(Depth, Columns) + 1, pinned: true);
        _storages.Add(storage);
        Array.Fill(storage, float.NaN);
        fixed (float* address = storage)
        {
            NumberBuffer buffer = new(address, ElementType.Float32);
            RightMatrix packed = new MatrixPacking().Pack(Right.Operand, Depth, Columns, buffer, threads);
            Assert.True(float.IsNaN(storage[^1]), "Packing wrote beyond its storage.");
            return packed;
        }
    }

    /// <summary>The element of the result, and the sum of the magnitudes of all that is added to it.</summary>
    public (double Value, double Magnitude) Exact(int row, int column)
    {
        double sum = 0, magnitude = 0;
        for (int k = 0; k < Depth && Alpha != 0; k++)
        {
            double term = (double)Left[row, k] * Right[k, column];
            sum += term;
            magnitude += Math.Abs(term);
        }

        double scale = (double)Alpha * (RowScale?[0, row] ?? 1);
        double before = Beta == 0 ? 0 : (double)Beta * Before[row, column];
        double bias = Bias?[0, column] ?? 0;
        return ((scale * sum) + before + bias, (Math.Abs(scale) * magnitude) + Math.Abs(before) + Math.Abs(bias));
    }

    public override string ToString()
        => $"[{Rows}, {Depth}]{(Left.IsTransposed ? "ᵀ" : "")}·[{Depth}, {Columns}]{(Right.IsTransposed ? "ᵀ" : "")}, α {Alpha}, β {Beta}";

    private static StoredMatrix Vector(int length, Random random)
        => new(1, length, false, 0, 1, false, (_, _) => (2 * random.NextSingle()) - 1);

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
