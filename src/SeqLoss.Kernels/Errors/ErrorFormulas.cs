using System;

namespace SeqLoss.Kernels.Errors;

/// <summary>Which error of a prediction.</summary>
internal enum ErrorKind
{
    Squared,
    Absolute,
    Huber,
}

/// <summary>An error of d = prediction − target and its derivative; δ is used by Huber's alone.</summary>
internal interface IErrorFormula
{
    static abstract double Error(double d, double delta);

    static abstract double Slope(double d, double delta);
}

/// <summary>d²</summary>
internal readonly struct SquaredFormula : IErrorFormula
{
    public static double Error(double d, double delta) => d * d;

    public static double Slope(double d, double delta) => 2 * d;
}

/// <summary>|d|, with slope 0 at 0.</summary>
internal readonly struct AbsoluteFormula : IErrorFormula
{
    public static double Error(double d, double delta) => Math.Abs(d);

    public static double Slope(double d, double delta) => d > 0 ? 1 : d < 0 ? -1 : d;
}

/// <summary>d²/2 up to |d| = δ, δ·(|d| − δ/2) beyond.</summary>
internal readonly struct HuberFormula : IErrorFormula
{
    public static double Error(double d, double delta)
        => Math.Abs(d) is var size && size <= delta ? 0.5 * d * d : delta * (size - (0.5 * delta));

    public static double Slope(double d, double delta) => d > delta ? delta : d < -delta ? -delta : d;
}
