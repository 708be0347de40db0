using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Examples;

/// <summary>The built-in example: dates as people write them in twelve languages, to be written as in ISO 8601.</summary>
/// <remarks>
/// <para>
/// The days are those of 1900 to 2099, sources at most <see cref="MaxSourceLength"/> characters, targets ten: <c>21. November 2026</c>
/// becomes <c>2026-11-21</c>. No source means two days: where numbers alone would, a tag as in <c>[en-US] 03/04/2019</c> names whose
/// order it is.
/// </para>
/// <para>
/// Held out of training, whatever its size: 2 days in 100 for <see cref="TestDays"/>, 1 day in 100 for <see cref="Validation"/>, and of the
/// other days 2 texts in 100 for <see cref="TestTexts"/>. The formats of <see cref="UnseenFormats"/> are in no other part.
/// </para>
/// </remarks>
public sealed class DateExample
{
    /// <summary>The characters of the longest source.</summary>
    public const int MaxSourceLength = 32;

    /// <summary>The most training pairs that can be asked for.</summary>
    public const int MaxTrainCount = 1_000_000;

    private const int SampleCount = 1000;

    // Streams of CounterRandom, one for each use; a day's or a text's own number says what becomes of it.
    private const ulong DayStream = 0xDA7E_0000_0000_0000;
    private const ulong TextStream = DayStream + 1;
    private const ulong FirstDrawStream = DayStream + 2;

    private readonly ulong _seed;

    private DateExample(ulong seed, int trainCount)
    {
        _seed = seed;
        Training = Draw(0, trainCount, unseen: false, pair => !IsTestText(pair.Source));
        TestTexts = Draw(1, SampleCount, unseen: false, pair => IsTestText(pair.Source));
        UnseenFormats = Draw(2, SampleCount, unseen: true, pair => !IsSeen(pair));
        TestDays = [.. WriteEach(3, DayPart.Test)];
        Validation = [.. WriteEach(4, DayPart.Validation)];
    }

    private enum DayPart
    {
        Training,
        Validation,
        Test,
    }

    /// <summary>What to train on: pairs of different sources.</summary>
    public ImmutableArray<TextPair> Training { get; }

    /// <summary>What to watch while training: each held-out day of its own share once, about 730 pairs.</summary>
    public ImmutableArray<TextPair> Validation { get; }

    /// <summary>Days that training never shows: each once, about 1,460 pairs.</summary>
    public ImmutableArray<TextPair> TestDays { get; }

    /// <summary>Days and formats that training may show, but never together: 1,000 pairs.</summary>
    public ImmutableArray<TextPair> TestTexts { get; }

    /// <summary>Days of training in formats that it never shows: 1,000 pairs.</summary>
    public ImmutableArray<TextPair> UnseenFormats { get; }

    internal static DateOnly FirstDay { get; } = new(1900, 1, 1);

    internal static DateOnly LastDay { get; } = new(2099, 12, 31);

    private static int AllDays => LastDay.DayNumber - FirstDay.DayNumber + 1;

    /// <summary>Generates the example.</summary>
    /// <param name="seed">Fixes every text, and what is held out.</param>
    /// <param name="trainCount">The pairs of <see cref="Training"/>, 1 to <see cref="MaxTrainCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trainCount"/> is outside its range.</exception>
    public static DateExample Create(ulong seed, int trainCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trainCount, MaxTrainCount);
        return new DateExample(seed, trainCount);
    }

    private static TextPair Write(DateOnly day, DateFormat format) =>
        new(format.Write(day), day.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Whether a format of training writes the same, as another language may.</summary>
    private static bool IsSeen(TextPair pair)
    {
        DateOnly day = DateOnly.ParseExact(pair.Target, "O", CultureInfo.InvariantCulture);
        return DateLanguages.All.Any(language => language.Seen.Any(format => format.Write(day) == pair.Source));
    }

    /// <summary>Different texts of training days, any language as likely as any other, then any of its formats.</summary>
    private ImmutableArray<TextPair> Draw(ulong use, int count, bool unseen, Func<TextPair, bool> fits)
    {
        var random = new CounterRandom(_seed, FirstDrawStream + use);
        var sources = new HashSet<string>(StringComparer.Ordinal);
        ImmutableArray<TextPair>.Builder pairs = ImmutableArray.CreateBuilder<TextPair>(count);
        for (ulong i = 0; pairs.Count < count; i += 3)
        {
            DateOnly day = FirstDay.AddDays(random.Below(i, AllDays));
            TextPair pair = Write(day, AnyFormat(random, i + 1, unseen));
            if (PartOf(day) == DayPart.Training && fits(pair) && sources.Add(pair.Source))
            {
                pairs.Add(pair);
            }
        }

        return pairs.MoveToImmutable();
    }

    /// <summary>Each day of a part once, the days in random order.</summary>
    private IEnumerable<TextPair> WriteEach(ulong use, DayPart part)
    {
        var random = new CounterRandom(_seed, FirstDrawStream + use);
        DateOnly[] days = [.. Enumerable.Range(0, AllDays).Select(FirstDay.AddDays).Where(day => PartOf(day) == part)];
        random.Shuffle<DateOnly>(days);
        return days.Select((day, i) => Write(day, AnyFormat(random, (ulong)(AllDays + (2 * i)), unseen: false)));
    }

    /// <summary>Uses the numbers <paramref name="index"/> and the next.</summary>
    private static DateFormat AnyFormat(CounterRandom random, ulong index, bool unseen)
    {
        DateLanguage language = DateLanguages.All[random.Below(index, DateLanguages.All.Length)];
        ImmutableArray<DateFormat> formats = unseen ? language.Unseen : language.Seen;
        return formats[random.Below(index + 1, formats.Length)];
    }

    private DayPart PartOf(DateOnly day) => new CounterRandom(_seed, DayStream).Below((ulong)day.DayNumber, 100) switch
    {
        0 or 1 => DayPart.Test,
        2 => DayPart.Validation,
        _ => DayPart.Training,
    };

    /// <summary>The text itself decides, so that languages that write the same day alike hold it out together.</summary>
    private bool IsTestText(string text)
    {
        ulong number = 14695981039346656037; // FNV-1a: spreads texts over the numbers; their randomness comes from the stream.
        foreach (char letter in text)
        {
            number = (number ^ letter) * 1099511628211;
        }

        return new CounterRandom(_seed, TextStream).Below(number, 50) == 0;
    }
}
