using System;

namespace SeqLoss.Tests.Reference;

/// <summary>Numerical analysis that the references need.</summary>
internal static class Differences
{
    /// <summary>f′(x) from four points: the error is of the order of step⁴, so near 1e-12 for a step of 1e-3.</summary>
    public static double Central(Func<double, double> f, double x, double step)
        => ((8 * (f(x + step) - f(x - step))) - (f(x + (2 * step)) - f(x - (2 * step)))) / (12 * step);

    /// <summary>ln(1 + x) = 2·artanh(x / (2 + x)) to the last digits of a small x, where adding 1 would round them away.</summary>
    public static double LogOfOnePlus(double x)
    {
        if (!(x < 0.5))
        {
            return Math.Log(1 + x);
        }

        double s = x / (2 + x);
        double power = s, sum = s;
        for (int n = 3; n <= 25; n += 2)
        {
            power *= s * s;
            sum += power / n;
        }

        return 2 * sum;
    }
}
