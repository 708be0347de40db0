using System;
using SeqLoss.Kernels.Gates;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests.Gates;

/// <summary>An RNN's step and its gradient against the step's formula in double.</summary>
public sealed class RnnGatesTests
{
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
        float[] four = new float[4], three = new float[3];
        Assert.Throws<ArgumentOutOfRangeException>(() => RnnGates.Forward<ScalarLanes<float>>(three, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => RnnGates.Backward<ScalarLanes<float>>(three, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => RnnGates.Backward<ScalarLanes<float>>(four, three, four));
    }

    private readonly struct ForwardCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            float[] unusual = [0, 1e-30f, -1e-6f, 200, -200, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
            for (int size = 1; size <= GateWidths.LongestRow; size++)
            {
                GateRow a = new(GateRow.Random(size, size, 4, unusual)), h = new(size);
                RnnGates.Forward<TLanes>(a.Values, h.Values);
                for (int unit = 0; unit < size; unit++)
                {
                    GateRow.AssertNear(Math.Tanh(a[unit]), h[unit], 3e-7, $"h of unit {unit} of {size}");
                }

                Array.ForEach([a, h], row => row.AssertIsIntact());
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
                GateRow a = new(GateRow.Random(size, size, 3, [0, 1e-30f, 200, -200])), h = new(size);
                GateRow gradH = new(GateRow.Random(size, 1000 + size, 1)), gradA = new(size);
                RnnGates.Forward<TLanes>(a.Values, h.Values);
                RnnGates.Backward<TLanes>(h.Values, gradH.Values, gradA.Values);
                for (int unit = 0; unit < size; unit++)
                {
                    double expected = gradH[unit] * GateRow.Derivative(Math.Tanh, a[unit]);
                    GateRow.AssertNear(expected, gradA[unit], 1e-6, $"the gradient of unit {unit} of {size}");
                }

                Array.ForEach([a, h, gradH, gradA], row => row.AssertIsIntact());
            }
        }
    }
}
