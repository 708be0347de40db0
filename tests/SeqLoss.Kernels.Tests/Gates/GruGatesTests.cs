using System;
using SeqLoss.Kernels.Gates;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests.Gates;

/// <summary>A GRU's step and its gradient against the step's formula in double.</summary>
public sealed class GruGatesTests
{
    private static readonly float[] Finite = [0, 1e-30f, -1e-6f, 20, -20, 200, -200];

    public static TheoryData<string> Names => GateWidths.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_IsTheFormula(string width) => GateWidths.Run(width, new ForwardCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_IsTheDerivative(string width) => GateWidths.Run(width, new BackwardCheck(AddsToPrevious: true));

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_WithoutThePreviousState_IsTheDerivative(string width)
        => GateWidths.Run(width, new BackwardCheck(AddsToPrevious: false));

    [Fact]
    public void ShortRows_AreRefused()
    {
        float[] four = new float[4], three = new float[3], twelve = new float[12];
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Forward<ScalarLanes<float>>(three, twelve, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Forward<ScalarLanes<float>>(twelve, three, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Forward<ScalarLanes<float>>(twelve, twelve, three, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Backward<ScalarLanes<float>>(three, twelve, four, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Backward<ScalarLanes<float>>(twelve, three, four, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Backward<ScalarLanes<float>>(twelve, twelve, three, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruGates.Backward<ScalarLanes<float>>(twelve, twelve, four, four, three));
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>r, z, n and h of one unit, from a_r, a_z, a_n, u_r, u_z, u_n, h⁻.</summary>
    private static (double R, double Z, double N, double H) Step(ReadOnlySpan<double> x)
    {
        double r = Logistic(x[0] + x[3]), z = Logistic(x[1] + x[4]);
        double n = Math.Tanh(x[2] + (r * x[5]));
        return (r, z, n, ((1 - z) * n) + (z * x[6]));
    }

    private static double[] UnitOf(float[] a, float[] u, float[] previous, int unit)
    {
        int size = previous.Length;
        return
        [
            a[unit], a[size + unit], a[(2 * size) + unit], u[unit], u[size + unit], u[(2 * size) + unit], previous[unit],
        ];
    }

    private readonly struct ForwardCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            float[] unusual = [.. Finite, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
            for (int size = 1; size <= GateWidths.LongestRow; size++)
            {
                float[] inputs = GateRow.Random(3 * size, size, 3, unusual);
                float[] recurrent = GateRow.Random(3 * size, 1000 + size, 3, Finite);
                float[] before = GateRow.Random(size, 2000 + size, 1, [0, 1e-30f, float.NaN]);
                GateRow a = new(inputs), u = new(recurrent), previous = new(before), h = new(size);
                GruGates.Forward<TLanes>(a.Values, u.Values, previous.Values, h.Values);
                for (int unit = 0; unit < size; unit++)
                {
                    double[] x = UnitOf(inputs, recurrent, before, unit);
                    (double r, double z, double n, double expected) = Step(x);
                    string place = $"of unit {unit} of {size}";

                    // The rounding of a + u comes to that of σ and tanh; beside a_n = ±∞ no u counts.
                    double bound = 5e-7 + (double.IsFinite(x[2]) ? (1e-7 * Math.Abs(x[2])) + (4e-7 * Math.Abs(x[5])) : 0);
                    GateRow.AssertNear(r, a[unit], 4e-7, "r " + place);
                    GateRow.AssertNear(z, a[size + unit], 4e-7, "z " + place);
                    GateRow.AssertNear(n, a[(2 * size) + unit], bound, "n " + place);
                    GateRow.AssertNear(expected, h[unit], bound + 1e-6, "h " + place);
                }

                Assert.Equal(recurrent, u.Values);
                Assert.Equal(before, previous.Values);
                Array.ForEach([a, u, previous, h], row => row.AssertIsIntact());
            }
        }
    }

    private readonly record struct BackwardCheck(bool AddsToPrevious) : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            for (int size = 1; size <= GateWidths.LongestRow; size++)
            {
                float[] inputs = GateRow.Random(3 * size, size, 2, Finite);
                float[] recurrent = GateRow.Random(3 * size, 1000 + size, 2);
                float[] before = GateRow.Random(size, 2000 + size, 1);
                float[] sumBefore = AddsToPrevious ? GateRow.Random(size, 3000 + size, 1) : [];
                GateRow a = new(inputs), u = new(recurrent), previous = new(before), h = new(size);
                GateRow gradH = new(GateRow.Random(size, 4000 + size, 1)), gradPrevious = new(sumBefore);
                GruGates.Forward<TLanes>(a.Values, u.Values, previous.Values, h.Values);
                GruGates.Backward<TLanes>(a.Values, u.Values, previous.Values, gradH.Values, gradPrevious.Values);
                for (int unit = 0; unit < size; unit++)
                {
                    double e = gradH[unit];
                    double[] x = UnitOf(inputs, recurrent, before, unit);
                    double[] actual = UnitOf([.. a.Values], [.. u.Values], [.. gradH.Values], unit);
                    for (int k = 0; k < 6; k++)
                    {
                        double expected = GateRow.Derivative(value => e * Step([.. x[..k], value, .. x[(k + 1)..]]).H, x[k]);
                        GateRow.AssertNear(expected, (float)actual[k], 2e-6, $"gradient {k} of unit {unit} of {size}");
                    }

                    if (AddsToPrevious)
                    {
                        double expected = sumBefore[unit] + GateRow.Derivative(value => e * Step([.. x[..6], value]).H, x[6]);
                        GateRow.AssertNear(expected, gradPrevious[unit], 1e-6, $"the gradient of h⁻ of unit {unit} of {size}");
                    }
                }

                Array.ForEach([a, u, previous, gradH, gradPrevious], row => row.AssertIsIntact());
            }
        }
    }
}
