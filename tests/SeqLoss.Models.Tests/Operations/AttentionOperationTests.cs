using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using Xunit;

namespace SeqLoss.Models.Tests.Operations;

public sealed class AttentionOperationTests
{
    private const int Queries = 3;
    private const int Keys = 4;

    private static readonly int[] Lengths = [4, 1, 0, 3];

    [Theory]
    [InlineData(RowOrder.BatchMajor)]
    [InlineData(RowOrder.TimeMajor)]
    public void AdditiveAttention_IsItsFormula(RowOrder order)
    {
        const int Units = 5, ValueSize = 6;
        RowGrid queries = new(order, Lengths.Length, Queries);
        RowGrid keys = new(order, Lengths.Length, Keys);
        OperationCheck check = new();
        Parameter query = check.Input(queries.Rows, Units);
        Parameter key = check.Input(keys.Rows, Units);
        Parameter value = check.Input(keys.Rows, ValueSize);
        Parameter energy = check.Input(1, Units);

        check.Run(
            tape => [AdditiveAttentionOperation.Apply(tape, new(query, queries), new(key, keys), new(value, keys), energy, Lengths)],
            values => [Formula(values[2], queries, keys, ValueSize, (q, k) =>
                Enumerable.Range(0, Units).Sum(i => values[3][i] * Math.Tanh(values[0][(q * Units) + i] + values[1][(k * Units) + i])))],
            threads: 2);
    }

    [Theory]
    [InlineData(RowOrder.BatchMajor)]
    [InlineData(RowOrder.TimeMajor)]
    public void DotAttention_MayHaveValuesOfAnotherSize(RowOrder order)
    {
        const int Size = 5, ValueSize = 7;
        RowGrid queries = new(order, Lengths.Length, Queries);
        RowGrid keys = new(order, Lengths.Length, Keys);
        OperationCheck check = new();
        Parameter query = check.Input(queries.Rows, Size);
        Parameter key = check.Input(keys.Rows, Size);
        Parameter value = check.Input(keys.Rows, ValueSize);
        AttentionShape shape = new(Heads: 1, Size, Scale: 0.5f) { ValueSize = ValueSize };

        check.Run(
            tape => [AttentionOperation.Apply(tape, new(query, 0, queries), new(key, 0, keys), new(value, 0, keys), shape, Lengths)],
            values => [Formula(values[2], queries, keys, ValueSize, (q, k) =>
                0.5 * Enumerable.Range(0, Size).Sum(i => values[0][(q * Size) + i] * values[1][(k * Size) + i]))],
            threads: 2);
    }

    /// <summary>Keys that are not there would be read from beyond the matrix.</summary>
    [Theory]
    [InlineData()]
    [InlineData(0, 1, 2)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 1)]
    public void KeysThatAreNotThere_AreRefused(params int[] keySequences)
    {
        const int Size = 4;
        RowGrid three = new(RowOrder.BatchMajor, 3, Queries), two = new(RowOrder.BatchMajor, 2, Keys);
        OperationCheck check = new();
        Parameter query = check.Input(three.Rows, Size), key = check.Input(two.Rows, Size);
        using Tape tape = new(threads: 1);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => AttentionOperation.Apply(
            tape,
            new(query, 0, three),
            new(key, 0, two),
            new(key, 0, two),
            new AttentionShape(1, Size, 1),
            [4, 4, 4],
            keySequences: keySequences));
        Assert.Contains("for 3 of queries, and there are 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AdditiveAttention_ReadsTheSequencesThatItIsTold()
    {
        RowGrid own = new(RowOrder.BatchMajor, 2, Keys);
        RowGrid three = new(RowOrder.BatchMajor, 3, 1);
        ParameterSet set = new(seed: 2);
        Parameter keys = set.AddNormal("keys", own.Rows, 5, 1);
        Parameter query = set.AddNormal("query", 3, 5, 1);
        Parameter energy = set.AddNormal("energy", 1, 5, 1);
        using Tape tape = new() { IsTraining = false };

        Variable chosen = AdditiveAttentionOperation.Apply(
            tape, new(query, three), new(keys, own), new(keys, own), energy, [4, 2, 4], keySequences: [1, 0, 1]);

        for (int row = 0; row < 3; row++)
        {
            Constant alone = new(Keys, 5);
            keys.Values.Slice((row == 1 ? 0 : 1) * Keys * 5, Keys * 5).CopyTo(alone.Values);
            Constant one = new(1, 5);
            query.Row(row).CopyTo(one.Values);
            RowGrid grid = own with { Count = 1 };
            Variable expected = AdditiveAttentionOperation.Apply(
                tape, new(one, three with { Count = 1 }), new(alone, grid), new(alone, grid), energy, [row == 1 ? 2 : 4]);
            Assert.Equal(expected.Row(0), chosen.Row(row));
        }
    }

    /// <summary>Σ_s p_s·m_s for each query, p the softmax of the scores of its sequence's real steps.</summary>
    private static double[] Formula(double[] memory, RowGrid queries, RowGrid keys, int valueSize, Func<int, int, double> score)
    {
        double[] y = new double[queries.Rows * valueSize];
        for (int sequence = 0; sequence < queries.Count; sequence++)
        {
            for (int step = 0; step < queries.Steps; step++)
            {
                int query = queries.RowOf(sequence, step);
                List<int> rows = [.. Enumerable.Range(0, Lengths[sequence]).Select(s => keys.RowOf(sequence, s))];
                double[] weights = [.. rows.Select(row => Math.Exp(score(query, row)))];
                for (int i = 0; i < valueSize; i++)
                {
                    y[(query * valueSize) + i] = rows.Zip(weights, (row, p) => p * memory[(row * valueSize) + i]).Sum()
                        / Math.Max(double.Epsilon, weights.Sum());
                }
            }
        }

        return y;
    }
}
