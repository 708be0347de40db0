using System.Collections.Immutable;
using System.Linq;

namespace SeqLoss.Training.Examples;

/// <summary>How one language writes dates.</summary>
internal sealed record DateLanguage
{
    /// <summary>Months as they stand within a date: the genitive where the language has one.</summary>
    public required string[] Months { get; init; }

    public required string[] ShortMonths { get; init; }

    /// <summary>Monday first.</summary>
    public required string[] Weekdays { get; init; }

    public required string[] ShortWeekdays { get; init; }

    /// <summary>Patterns of <see cref="DateFormat"/> that training shows.</summary>
    public required string[] SeenPatterns { private get; init; }

    /// <summary>Patterns of the same words that training never shows.</summary>
    public required string[] UnseenPatterns { private get; init; }

    public ImmutableArray<DateFormat> Seen => field.IsDefault ? field = [.. SeenPatterns.Select(p => new DateFormat(this, p))] : field;

    public ImmutableArray<DateFormat> Unseen => field.IsDefault ? field = [.. UnseenPatterns.Select(p => new DateFormat(this, p))] : field;
}
