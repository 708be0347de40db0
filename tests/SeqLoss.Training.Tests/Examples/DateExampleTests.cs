using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using Xunit;

namespace SeqLoss.Training.Tests.Examples;

public sealed class DateExampleTests
{
    private static readonly DateExample Example = DateExample.Create(seed: 1, trainCount: 40_000);

    [Fact]
    public void Targets_AreTheDaysOfTwoCenturies() => Assert.All(AllParts(), part => Assert.All(part, pair =>
    {
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", pair.Target);
        Assert.InRange(Day(pair), new DateOnly(1900, 1, 1), new DateOnly(2099, 12, 31));
        Assert.InRange(pair.Source.EnumerateRunes().Count(), 8, DateExample.MaxSourceLength);
    }));

    [Fact]
    public void Days_AreHeldOut()
    {
        HashSet<DateOnly> training = [.. Example.Training.Concat(Example.TestTexts).Concat(Example.UnseenFormats).Select(Day)];
        HashSet<DateOnly> test = [.. Example.TestDays.Select(Day)];
        HashSet<DateOnly> validation = [.. Example.Validation.Select(Day)];
        Assert.False(training.Overlaps(test) || training.Overlaps(validation) || test.Overlaps(validation));
        Assert.Equal((Example.TestDays.Length, Example.Validation.Length), (test.Count, validation.Count));
        Assert.Equal(73_049 * 0.02, test.Count, 5 * Math.Sqrt(73_049 * 0.02));
        Assert.Equal(73_049 * 0.01, validation.Count, 5 * Math.Sqrt(73_049 * 0.01));
    }

    [Fact]
    public void Texts_AreHeldOut()
    {
        HashSet<string> seen = [.. Example.Training.Select(pair => pair.Source)];
        Assert.Equal(40_000, seen.Count);
        Assert.All([Example.Validation, Example.TestDays, Example.TestTexts, Example.UnseenFormats], part =>
        {
            Assert.Equal(part.Length, part.Select(pair => pair.Source).Distinct().Count());
            Assert.DoesNotContain(part, pair => seen.Contains(pair.Source));
        });
        Assert.Equal((1000, 1000), (Example.TestTexts.Length, Example.UnseenFormats.Length));
    }

    [Fact]
    public void TextsHeldOut_StayOutHoweverManyAreDrawn()
    {
        HashSet<string> seen = [.. DateExample.Create(seed: 1, trainCount: 300_000).Training.Select(pair => pair.Source)];
        Assert.DoesNotContain(Example.TestTexts, pair => seen.Contains(pair.Source));
    }

    [Fact]
    public void UnseenFormats_WriteWhatNoSeenOneWrites()
    {
        Assert.All(Example.UnseenFormats, pair => Assert.DoesNotContain(
            DateLanguages.All.SelectMany(language => language.Seen), format => format.Write(Day(pair)) == pair.Source));
        Assert.True(Example.UnseenFormats.SelectMany(pair => pair.Source).ToHashSet().IsSubsetOf(
            Example.Training.SelectMany(pair => pair.Source)), "An unseen character says nothing about formats.");
    }

    /// <summary>Every format of every day, seen or not: 8 million texts, compared by 64-bit hashes.</summary>
    [Fact]
    public void NoText_IsTwoDays()
    {
        DateFormat[] formats = [.. DateLanguages.All.SelectMany(language => language.Seen.Concat(language.Unseen))];
        int days = DateExample.LastDay.DayNumber - DateExample.FirstDay.DayNumber + 1;
        var hashes = new ulong[days * formats.Length];
        var dayNumbers = new int[hashes.Length];
        for (int i = 0; i < hashes.Length; i++)
        {
            DateOnly day = DateExample.FirstDay.AddDays(i / formats.Length);
            ulong hash = 14695981039346656037;
            foreach (char letter in formats[i % formats.Length].Write(day))
            {
                hash = (hash ^ letter) * 1099511628211;
            }

            (hashes[i], dayNumbers[i]) = (hash, day.DayNumber);
        }

        Array.Sort(hashes, dayNumbers);
        int alike = 0;
        for (int i = 1; i < hashes.Length; i++)
        {
            if (hashes[i] == hashes[i - 1])
            {
                alike++;
                Assert.Equal(DateOnly.FromDayNumber(dayNumbers[i - 1]), DateOnly.FromDayNumber(dayNumbers[i]));
            }
        }

        Assert.NotEqual(0, alike); // "5 mar 2021" is Spanish, Italian and Polish: had nothing been compared, this would be 0.
    }

    /// <summary>What a reader could take either way is tagged, although only one of the ways is ever generated.</summary>
    [Fact]
    public void UntaggedNumbers_ShowTheirOrder()
    {
        DateLanguage[] languages = [.. DateLanguages.All];
        Assert.All(languages.SelectMany(language => language.Seen.Concat(language.Unseen)).Select(format => format.ToString()), pattern =>
        {
            bool hasName = pattern.Contains("{mon", StringComparison.Ordinal) || pattern.Contains("{roman}", StringComparison.Ordinal);
            bool yearFirst = pattern.IndexOf("{y}", StringComparison.Ordinal) < pattern.IndexOf("{m", StringComparison.Ordinal);
            bool dotted = pattern.Replace("dd", "d", StringComparison.Ordinal).Replace("mm", "m", StringComparison.Ordinal)
                .Contains("{d}.{m}.{y}", StringComparison.Ordinal);
            Assert.True(hasName || yearFirst || dotted || pattern.StartsWith('['), pattern);
        });
    }

    [Theory]
    [InlineData("2026-11-21", "Saturday, November 21, 2026", "the 21st of November 2026", "Sat Nov 21 2026", "[en-US] 11/21/2026")]
    [InlineData("2012-03-11", "11th March 2012", "März 2012", "11 mrt 2012", "11 III 2012", "[en-GB] 11/3/2012")]
    [InlineData("1999-08-01", "dimanche 1er août 1999", "1º de agosto de 1999", "dom, 1 de agosto de 1999", "1 sierpnia 1999 r.")]
    [InlineData("2000-02-29", "29 Şubat 2000 Salı", "вторник, 29 февраля 2000 г.", "2000年2月29日(火)", "20000229", "den 29 februari 2000")]
    [InlineData("1903-12-23", "23rd December 1903", "mercoledì 23 dicembre 1903", "woensdag 23 december 1903", "23 dez. 1903")]
    public void ADay_IsWrittenAsPeopleDo(string target, params string[] sources)
    {
        DateOnly day = DateOnly.ParseExact(target, "O", CultureInfo.InvariantCulture);
        string[] written = [.. DateLanguages.All.SelectMany(language => language.Seen).Select(format => format.Write(day))];
        Assert.All(sources, source => Assert.Contains(written, text => text.Contains(source, StringComparison.Ordinal)));
    }

    [Fact]
    public void ExamplesFollowFromTheSeed()
    {
        DateExample same = DateExample.Create(seed: 1, trainCount: 1000);
        Assert.Equal(Example.Training.Take(1000), same.Training);
        Assert.Equal(Example.TestDays.AsEnumerable(), same.TestDays);
        Assert.Equal(Example.TestTexts.AsEnumerable(), same.TestTexts);
        DateExample other = DateExample.Create(seed: 2, trainCount: 1000);
        Assert.Empty(same.Training.Intersect(other.Training));
        Assert.InRange(same.TestDays.Select(Day).Intersect(other.TestDays.Select(Day)).Count(), 10, 60); // 2 % of 2 % of the days: 29
    }

    [Fact]
    public void EveryFormat_IsShown()
    {
        DateFormat[] formats = [.. DateLanguages.All.SelectMany(language => language.Seen)];
        Assert.All(formats, format =>
        {
            int count = Example.Training.Take(4000).Count(pair => format.Write(Day(pair)) == pair.Source);
            Assert.True(count >= 5, $"{format}: {count}");
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DateExample.MaxTrainCount + 1)]
    public void Sizes_HaveARange(int trainCount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DateExample.Create(0, trainCount));

    private static IEnumerable<TextPair>[] AllParts() =>
        [Example.Training, Example.Validation, Example.TestDays, Example.TestTexts, Example.UnseenFormats];

    private static DateOnly Day(TextPair pair) => DateOnly.ParseExact(pair.Target, "O", CultureInfo.InvariantCulture);
}
