using System;
using SeqLoss.Kernels.Gates;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests.Gates;

/// <summary>An LSTM's step and its gradient against the step's formula in double.</summary>
public sealed class LstmGatesTests
{
    private static readonly float[] Unusual =
    [
        0, 1e-30f, -1e-6f, 20, -20, 200, -200, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    private static readonly float[] Finite = [0, 1e-30f, -1e-6f, 20, -20, 200, -200];

    public static TheoryData<string> Names => GateWidths.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_IsTheFormula(string width) => GateWidths.Run(width, new ForwardCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_IsTheDerivative(string width) => GateWidths.Run(width, new BackwardCheck());

    [Fact]
    public void ShortRows_AreRefused()
    {
        float[] four = new float[4], three = new float[3], sixteen = new float[16];
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Forward<ScalarLanes<float>>(three, four, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Forward<ScalarLanes<float>>(sixteen, three, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Forward<ScalarLanes<float>>(sixteen, four, three, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Backward<ScalarLanes<float>>(three, four, four, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Backward<ScalarLanes<float>>(sixteen, three, four, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Backward<ScalarLanes<float>>(sixteen, four, three, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmGates.Backward<ScalarLanes<float>>(sixteen, four, four, four, three));
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>c and h of one unit.</summary>
    private static (double Cell, double H) Step(double i, double f, double g, double o, double previousCell)
    {
        double cell = (Logistic(f) * previousCell) + (Logistic(i) * Math.Tanh(g));
        return (cell, Logistic(o) * Math.Tanh(cell));
    }

    private readonly struct ForwardCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            for (int size = 1; size <= GateWidths.LongestRow; size++)
            {
                float[] sums = GateRow.Random(4 * size, size, 6, Unusual);
                float[] previous = GateRow.Random(size, 1000 + size, 3, [0, 1e-30f, 20, -200, float.NaN]);
                GateRow a = new(sums), previousCell = new(previous), cell = new(size), h = new(size);
                LstmGates.Forward<TLanes>(a.Values, previousCell.Values, cell.Values, h.Values);
                for (int unit = 0; unit < size; unit++)
                {
                    double i = sums[unit], f = sums[size + unit], g = sums[(2 * size) + unit], o = sums[(3 * size) + unit];
                    string place = $"of unit {unit} of {size}";
                    GateRow.AssertNear(Logistic(i), a[unit], 2e-7, "i " + place);
                    GateRow.AssertNear(Logistic(f), a[size + unit], 2e-7, "f " + place);
                    GateRow.AssertNear(Math.Tanh(g), a[(2 * size) + unit], 3e-7, "g " + place);
                    GateRow.AssertNear(Logistic(o), a[(3 * size) + unit], 2e-7, "o " + place);
                    (double expectedCell, double expectedH) = Step(i, f, g, o, previous[unit]);
                    double bound = 5e-7 + (3e-7 * Math.Abs(previous[unit]));
                    GateRow.AssertNear(expectedCell, cell[unit], bound, "c " + place);
                    GateRow.AssertNear(expectedH, h[unit], 5e-7 + bound, "h " + place);
                }

                Assert.Equal(previous, previousCell.Values);
                Array.ForEach([a, previousCell, cell, h], row => row.AssertIsIntact());
            }
        }
    }

    private readonly struct BackwardCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            for (int size = 1; size <= GateWidths.LongestRow; size++)
            {
                float[] sums = GateRow.Random(4 * size, size, 3, Finite);
                float[] previous = GateRow.Random(size, 1000 + size, 2);
                float[] gradAfter = GateRow.Random(size, 2000 + size, 1);
                GateRow a = new(sums), previousCell = new(previous), cell = new(size), h = new(size);
                GateRow gradH = new(GateRow.Random(size, 3000 + size, 1)), gradCell = new(gradAfter);
                LstmGates.Forward<TLanes>(a.Values, previousCell.Values, cell.Values, h.Values);
                LstmGates.Backward<TLanes>(a.Values, previousCell.Values, cell.Values, gradH.Values, gradCell.Values);
                for (int unit = 0; unit < size; unit++)
                {
                    double i = sums[unit], f = sums[size + unit], g = sums[(2 * size) + unit], o = sums[(3 * size) + unit];
                    double before = previous[unit], e = gradH[unit], k = gradAfter[unit];
                    double Loss((double Cell, double H) after) => (k * after.Cell) + (e * after.H);
                    double[] expected =
                    [
                        GateRow.Derivative(x => Loss(Step(x, f, g, o, before)), i),
                        GateRow.Derivative(x => Loss(Step(i, x, g, o, before)), f),
                        GateRow.Derivative(x => Loss(Step(i, f, x, o, before)), g),
                        GateRow.Derivative(x => Loss(Step(i, f, g, x, before)), o),
                    ];
                    for (int gate = 0; gate < 4; gate++)
                    {
                        float actual = a[(gate * size) + unit];
                        GateRow.AssertNear(expected[gate], actual, 1.5e-6, $"the gradient of gate {gate} of unit {unit} of {size}");
                    }

                    double expectedCell = GateRow.Derivative(x => Loss(Step(i, f, g, o, x)), before);
                    GateRow.AssertNear(expectedCell, gradCell[unit], 1.5e-6, $"the gradient of c⁻ of unit {unit} of {size}");
                }

                Array.ForEach([a, previousCell, cell, gradH, gradCell], row => row.AssertIsIntact());
            }
        }
    }
}
