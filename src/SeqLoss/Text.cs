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
}
