using System;
using System.Globalization;

namespace SeqLoss.Cli.Loss;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Numbers
{
    /// <summary>A count: <c>12,345</c>.</summary>
    internal static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Seven digits: <c>1.330739</c>, <c>8.243567e-09</c>; counts in full.</summary>
    internal static string Real(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+infinity",
        double.NegativeInfinity => "-infinity",
        _ when value == Math.Floor(value) && Math.Abs(value) < 1e15 => Count((long)value),
        _ => Math.Abs(value) is >= 1e-4 and < 1e9
            ? value.ToString(Math.Abs(value) < 1e3 ? "0.000000" : "#,0.000", CultureInfo.InvariantCulture)
            : value.ToString("0.000000e+00", CultureInfo.InvariantCulture),
    };

    /// <summary>A share of one in per cent.</summary>
    internal static string Percent(double share)
        => double.IsNaN(share) ? "NaN" : (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    /// <summary>A count with its noun: <c>1 token</c>, <c>2 tokens</c>.</summary>
    internal static string Counted(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
