using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.Intrinsics;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Softmax;
using Xunit;

namespace SeqLoss.Kernels.Tests;

/// <summary>Both softmax kernels, at every width and around every register length, against the reference.</summary>
public sealed class KernelConformanceTests
{
    public static TheoryData<string> Names => Widths.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_EqualTheReference(string width) => Widths.Run(width, new Check(Groups: 6, Columns: 1));

    [Theory]
    [MemberData(nameof(Names))]
    public void NarrowColumns_EqualTheReference(string width) => Widths.Run(width, new Check(Groups: 2, Columns: 3));

    [Theory]
    [MemberData(nameof(Names))]
    public void ColumnsOfWholeRegisters_EqualTheReference(string width)
        => Widths.Run(width, new Check(Groups: 1, Columns: 32, LongestVocabulary: 1025));

    /// <summary>One column more than a tile.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ColumnsOfTwoTiles_EqualTheReference(string width)
        => Widths.Run(width, new Check(Groups: 1, Columns: 129, LongestVocabulary: 70, Step: 6));

    private static IEnumerable<CrossEntropyTerms> AllTerms(int classes)
    {
        Random random = new(classes);
        ClassWeightTable weights = new(Array.ConvertAll(new double[classes], _ => (double)(float)(random.NextDouble() + 0.2)));
        yield return new(ScoreKind.Logits, classes, 1, 0, -1, null, 0, 0, 1);
        yield return new(ScoreKind.Logits, classes, 0.9, 0.1 / classes, -1, weights, 1e-3, 0, 0.5);
        yield return new(ScoreKind.Logits, classes, 0.9, 0.1 / classes, 0, null, 0, 0, 1, SubtractsEntropy: true);
        yield return new(ScoreKind.LogProbabilities, classes, 0.9, 0.1 / classes, -1, weights, 0, 0, 1);
        yield return new(ScoreKind.LogProbabilities, classes, 1, 0, -1, null, 0, 0, 1, SubtractsEntropy: true);
        yield return new(ScoreKind.Probabilities, classes, 0.9, 0.1 / classes, classes - 1, null, 0, 0, 1);
    }

    private readonly record struct Check(int Groups, int Columns, int LongestVocabulary = 32_003, int Step = 1) : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            // Without SIMD the widths are emulated lane by lane, a hundred times slower: the lengths around registers suffice.
            int longest = Vector128.IsHardwareAccelerated ? LongestVocabulary : Math.Min(LongestVocabulary, 257);
            int step = Vector128.IsHardwareAccelerated ? Step : 5 * Step;
            int[] lengths = [.. Enumerable.Range(1, 70).Where(length => length % step == 0 || length < 3), 255, 256, 257, 1025, 32_003];
            foreach (int classes in lengths.Where(length => length <= longest))
            {
                foreach (CrossEntropyTerms terms in AllTerms(classes).Take(classes > 2000 ? 2 : int.MaxValue))
                {
                    Compare<TLanes, T>(new(terms, Groups, Columns, hasDistribution: false, classes));
                    Compare<TLanes, T>(new(terms, Groups, Columns, hasDistribution: true, classes));
                }
            }
        }

        private static void Compare<TLanes, T>(KernelCase c)
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            // NaN stays where nothing counts.
            for (int i = 0; i < c.Scores.Length && c.Terms.Kind != ScoreKind.Logits; i++)
            {
                c.Scores[i] = c.Terms.Kind == ScoreKind.Probabilities ? (float)((c.Scores[i] + 3.5) / 7) : -Math.Abs(c.Scores[i]);
            }

            // For a distribution the kernel writes the target; for an id of no mass the case has none.
            MoveTargetsOffTheMasslessClass(c);
            KernelReference?[] expected = [.. Enumerable.Range(0, c.TokenCount)
                .Select(token => c.Tokens.Weight[token] == 0 ? null : new KernelReference(c, token))];
            double[] gradient = c.Run<TLanes, T>(isInPlace: false);
            bool isSingle = typeof(T) == typeof(float);
            (double absolute, double relative) = isSingle ? (1e-6, 1e-5) : (1e-12, 1e-12);
            void Near(double wanted, double actual, string what) => Assert.True(
                Math.Abs(wanted - actual) <= absolute + (relative * Math.Abs(wanted)),
                $"{what}, V = {c.Terms.ClassCount}, {c.Terms}: expected {wanted:R}, was {actual:R}");
            double greatest = expected.Max(reference => reference?.Gradient.Max(Math.Abs) ?? 0);
            for (int token = 0; token < c.TokenCount; token++)
            {
                double[] actual = [.. Enumerable.Range(0, c.Terms.ClassCount).Select(index => gradient[c.Offset(token, index)])];
                if (expected[token] is not { } reference)
                {
                    Assert.Equal((0, 0, -1), (c.Tokens.Loss[token], c.Tokens.Entropy[token], c.Tokens.ArgMax[token]));
                    Assert.All(actual, g => Assert.Equal(0, g));
                    continue;
                }

                Near(reference.Loss, c.Tokens.Loss[token], "loss");
                Near(reference.NegativeLogLikelihood, c.Tokens.NegativeLogLikelihood[token], "negative log-likelihood");
                Near(reference.Entropy, c.Tokens.Entropy[token], "entropy");
                Assert.Equal(reference.ArgMax, c.Tokens.ArgMax[token]);
                if (c.Terms.Kind == ScoreKind.Logits)
                {
                    Near(reference.LogSumExp, c.Tokens.LogSumExp[token], "log-sum-exp");
                }

                for (int index = 0; index < actual.Length; index++)
                {
                    double allowed = (absolute * greatest) + (relative * Math.Abs(reference.Gradient[index]));
                    if (!(Math.Abs(reference.Gradient[index] - actual[index]) <= allowed))
                    {
                        Assert.Fail(
                            $"gradient[{token}, {index}] of {c.Terms}: expected {reference.Gradient[index]:R}, was {actual[index]:R}");
                    }
                }
            }

            Assert.Equal(gradient, c.Run<TLanes, T>(isInPlace: true));
        }

        private static void MoveTargetsOffTheMasslessClass(KernelCase c)
        {
            for (int token = 0; token < c.TokenCount && c.Terms.MasslessClass >= 0; token++)
            {
                if (c.Tokens.Target[token] == c.Terms.MasslessClass)
                {
                    c.Tokens.Target[token] = (c.Terms.MasslessClass + 1) % c.Terms.ClassCount;
                    c.Tokens.Weight[token] *= c.Terms.ClassCount == 1 ? 0 : 1;
                }

                if (c.Distribution is not null)
                {
                    c.Distribution[c.Offset(token, c.Terms.MasslessClass)] = 0;
                }
            }
        }
    }
}
