using System.Globalization;

namespace SeqLoss;

/// <summary>Numbers in messages, the same in every culture.</summary>
internal static class Text
{
    public static string Of(double value) => value switch
    {
        double.PositiveInfinity => "+infinity",
        double.NegativeInfinity => "-infinity",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Four digits, as evidence needs them.</summary>
    public static string Brief(double value) => value switch
    {
        double.PositiveInfinity or double.NegativeInfinity => Of(value),
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };

    /// <summary>A count with its noun: <c>1 row</c>, <c>2 rows</c>.</summary>
    public static string Counted(long count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
