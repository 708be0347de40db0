using System;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace SeqLoss.Tests;

/// <summary>Properties over drawn cases.</summary>
/// <remarks>
/// A property draws its data from a seed, and a failure prints it. The seeds are the same in every run, so that a build that passed
/// passes again; <c>SEQLOSS_TEST_SEED=n</c> draws others.
/// </remarks>
internal static class Law
{
    /// <summary>Checks a law for many seeds.</summary>
    public static void Holds(int count, Action<int> law)
    {
        string? chosen = Environment.GetEnvironmentVariable("SEQLOSS_TEST_SEED");
        ulong seed = chosen is null ? 20260101 : ulong.Parse(chosen, CultureInfo.InvariantCulture);
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(seed, 1);
        Arbitrary<int> seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();
        Check.One(config, Prop.ForAll(seeds, law));
    }
}
