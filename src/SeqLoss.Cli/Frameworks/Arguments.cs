using System;
using System.Globalization;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Frameworks;

/// <summary>Makes arguments of the types that losses have.</summary>
internal static class Arguments
{
    private const string NumberNeeded = "write a number like 0.1 or 1e-4";
    private const string IntegerNeeded = "write a whole number of 64 bits like -100";

    internal static Argument<bool> Flag(string name, bool isDefault, string meaning)
        => new(name, isDefault ? "True" : "False", isDefault, TryReadFlag, "write True or False", meaning);

    internal static Argument<double> Number(string name, double defaultValue, string meaning)
        => new(name, PythonNumber(defaultValue), defaultValue, TryReadNumber, NumberNeeded, meaning);

    internal static Argument<double?> OptionalNumber(string name, string meaning) => new(
        name,
        "None",
        null,
        (string text, out double? value) =>
        {
            value = TryReadNumber(text, out double number) ? number : null;
            return value is not null || IsNone(text);
        },
        $"{NumberNeeded}, or None",
        meaning);

    internal static Argument<long> Integer(string name, long defaultValue, string meaning)
        => new(name, defaultValue.ToString(CultureInfo.InvariantCulture), defaultValue, TryReadInteger, IntegerNeeded, meaning);

    /// <summary>A whole number of 32 bits, such as an axis.</summary>
    internal static Argument<int> SmallInteger(string name, int? defaultValue, string meaning) => new(
        name,
        defaultValue?.ToString(CultureInfo.InvariantCulture),
        defaultValue ?? 0,
        (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
        "write a whole number of 32 bits like 1",
        meaning);

    internal static Argument<long?> OptionalInteger(string name, string meaning) => new(
        name,
        "None",
        null,
        (string text, out long? value) =>
        {
            value = TryReadInteger(text, out long number) ? number : null;
            return value is not null || IsNone(text);
        },
        $"{IntegerNeeded}, or None",
        meaning);

    /// <summary>One axis or several: <c>-1</c>, <c>2,3</c>, <c>(2, 3)</c> or <c>[2, 3]</c>.</summary>
    internal static Argument<int[]> Axes(string name, int defaultAxis, string meaning) => new(
        name,
        defaultAxis.ToString(CultureInfo.InvariantCulture),
        [defaultAxis],
        TryReadAxes,
        "write an axis like -1, or several like 2,3",
        meaning);

    /// <summary>A word of several.</summary>
    /// <typeparam name="T">What they mean.</typeparam>
    /// <param name="name">The framework's name.</param>
    /// <param name="defaultValue">The framework's default.</param>
    /// <param name="words">The words.</param>
    /// <param name="meaning">What it means.</param>
    internal static Argument<T> Word<T>(string name, T defaultValue, Choices<T> words, string meaning)
        where T : struct
        => new(name, $"'{words.NameOf(defaultValue)}'", defaultValue, (string text, out T value) =>
        {
            // Python's None is the word none of the frameworks that have it; TensorFlow.js writes its words in capitals.
            string word = words.Contains(text) ? text : text.ToLowerInvariant();
            value = words.Parse($"--set {name}", IsNone(text) && words.Contains("none") ? "none" : word);
            return true;
        }, $"use {words.Joined}", meaning);

    /// <summary>Whether a text means that nothing is given.</summary>
    internal static bool IsNone(string text) => text is "None" or "none" or "null";

    internal static bool TryReadNumber(string text, out double value)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool TryReadInteger(string text, out long value)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool TryReadFlag(string text, out bool value)
    {
        value = text is "True" or "true" or "1";
        return value || text is "False" or "false" or "0";
    }

    private static bool TryReadAxes(string text, out int[] value)
    {
        bool isBracketed = text is ['(', .., ')'] or ['[', .., ']'];
        string[] parts = (isBracketed ? text[1..^1] : text).Split(',', StringSplitOptions.TrimEntries);
        // Python's tuple of one number keeps its comma.
        parts = isBracketed && parts is [var only, ""] ? [only] : parts;
        value = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string PythonNumber(double value)
        => value.ToString(value == Math.Floor(value) ? "0.0" : "R", CultureInfo.InvariantCulture);
}
