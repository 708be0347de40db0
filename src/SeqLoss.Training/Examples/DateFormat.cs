using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace SeqLoss.Training.Examples;

/// <summary>Writes a day in one of a language's ways.</summary>
/// <remarks>
/// In a pattern, <c>{y}</c> is the year, <c>{m}</c> and <c>{mm}</c> the number of the month (with a leading zero), <c>{month}</c> and
/// <c>{mon}</c> its name (short), <c>{roman}</c> its Roman numeral, <c>{d}</c> and <c>{dd}</c> the day, <c>{nth}</c> the day as an English
/// ordinal, <c>{1er}</c> and <c>{1º}</c> the day with an ordinal for the first alone, and <c>{weekday}</c> and <c>{wd}</c> the name of the
/// weekday (short). Everything else stands for itself.
/// </remarks>
internal sealed class DateFormat
{
    private static readonly string[] Romans = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    private readonly string _pattern;
    private readonly List<Func<DateOnly, string>> _parts = [];

    public DateFormat(DateLanguage language, string pattern)
    {
        _pattern = pattern;
        foreach (string part in pattern.Split('{'))
        {
            int end = part.IndexOf('}', StringComparison.Ordinal);
            if (end >= 0)
            {
                _parts.Add(Field(language, part[..end]));
            }

            string literal = part[(end + 1)..];
            if (literal.Length > 0)
            {
                _parts.Add(_ => literal);
            }
        }
    }

    public string Write(DateOnly day)
    {
        var text = new StringBuilder();
        foreach (Func<DateOnly, string> part in _parts)
        {
            text.Append(part(day));
        }

        return text.ToString();
    }

    public override string ToString() => _pattern;

    private static Func<DateOnly, string> Field(DateLanguage language, string name) => name switch
    {
        "y" => day => Number(day.Year),
        "m" => day => Number(day.Month),
        "mm" => day => TwoDigits(day.Month),
        "month" => day => language.Months[day.Month - 1],
        "mon" => day => language.ShortMonths[day.Month - 1],
        "roman" => day => Romans[day.Month - 1],
        "d" => day => Number(day.Day),
        "dd" => day => TwoDigits(day.Day),
        "nth" => day => Number(day.Day) + EnglishSuffix(day.Day),
        "1er" => day => day.Day == 1 ? "1er" : Number(day.Day),
        "1º" => day => day.Day == 1 ? "1º" : Number(day.Day),
        "weekday" => day => language.Weekdays[Weekday(day)],
        "wd" => day => language.ShortWeekdays[Weekday(day)],
        _ => throw new ArgumentException($"{{{name}}} is no field of a date.", nameof(name)),
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string TwoDigits(int value) => value.ToString("00", CultureInfo.InvariantCulture);

    private static int Weekday(DateOnly day) => ((int)day.DayOfWeek + 6) % 7;

    private static string EnglishSuffix(int day) => (day % 10, day / 10) switch
    {
        (1, not 1) => "st",
        (2, not 1) => "nd",
        (3, not 1) => "rd",
        _ => "th",
    };
}
