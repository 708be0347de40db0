using System;
using System.Globalization;

namespace SeqLoss.Diagnostics;

/// <summary>A number that somebody has in hand, as exact as it is written.</summary>
/// <param name="Value">The number.</param>
/// <param name="HalfUnit">Half a unit of its last digit: what was rounded away when it was printed.</param>
public readonly record struct ExpectedLoss(double Value, double HalfUnit)
{
    /// <summary>Reads a number as it was printed: <c>2.345</c> is anything that rounds to it.</summary>
    /// <param name="text">Digits with a point, and perhaps an exponent.</param>
    /// <returns>The number.</returns>
    /// <exception cref="LossOptionException">It is not a finite number.</exception>
    public static ExpectedLoss Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            throw new LossOptionException($"{text} is not a number: write it as it was printed, for example 2.345.");
        }

        string trimmed = text.Trim();
        int exponentAt = trimmed.AsSpan().IndexOfAny('e', 'E');
        ReadOnlySpan<char> digits = exponentAt < 0 ? trimmed : trimmed.AsSpan(0, exponentAt);
        int exponent = 0;
        if (exponentAt >= 0
            && !int.TryParse(trimmed.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            throw new LossOptionException($"the exponent of {text} is out of range: write it as it was printed, for example 2.345.");
        }

        int point = digits.IndexOf('.');
        int decimals = point < 0 ? 0 : digits.Length - point - 1;
        return new(value, 0.5 * Math.Pow(10, exponent - decimals));
    }

    /// <summary>Whether a number rounds to this one; a hair more is let pass, since the number was computed in float32.</summary>
    /// <param name="candidate">The number.</param>
    /// <returns>Whether it agrees to the digits given.</returns>
    public bool Agrees(double candidate)
        => Math.Abs(candidate - Value) <= (HalfUnit * (1 + 1e-9)) + (2e-6 * Math.Abs(Value));
}
