using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using Xunit;

namespace SeqLoss.Models.Tests.Operations;

public sealed class RecurrenceOperationTests
{
    private const int In = 3;
    private const int Size = 5;

    public static TheoryData<CellKind, bool, bool, int[]> Cases
    {
        get
        {
            TheoryData<CellKind, bool, bool, int[]> cases = [];
            foreach (CellKind kind in Enum.GetValues<CellKind>())
            {
                foreach (bool isReverse in new[] { false, true })
                {
                    foreach (bool hasInitial in new[] { false, true })
                    {
                        cases.Add(kind, isReverse, hasInitial, [4, 1, 2, 3]);
                        cases.Add(kind, isReverse, hasInitial, [1, 1]);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_AndTheirGradients_AreThoseOfTheFormula(CellKind kind, bool isReverse, bool hasInitial, int[] lengths)
    {
        OperationCheck check = new();
        Layer layer = new(check, kind, lengths.Length, lengths.Max(), hasInitial);

        check.Run(
            tape =>
            {
                RecurrentSteps steps = RecurrenceOperation.Apply(
                    tape, layer.X, layer.Weights, lengths.Length, lengths, layer.Initial, isReverse);
                return Results(steps);
            },
            values => Formula(kind, values, lengths, isReverse, hasInitial));
    }

    [Fact]
    public void WithoutLengths_AllStepsAreReal()
    {
        OperationCheck check = new();
        Layer layer = new(check, CellKind.Lstm, count: 2, steps: 3, hasInitial: true);

        check.Run(
            tape => Results(RecurrenceOperation.Apply(tape, layer.X, layer.Weights, 2, lengths: default, layer.Initial)),
            values => Formula(CellKind.Lstm, values, [3, 3], isReverse: false, hasInitial: true));
    }

    [Fact]
    public void TheFinalStatesAlone_CarryGradientBack()
    {
        OperationCheck check = new();
        Layer layer = new(check, CellKind.Lstm, count: 3, steps: 4, hasInitial: false);

        check.Run(
            tape => Results(RecurrenceOperation.Apply(tape, layer.X, layer.Weights, 3, [2, 4, 1]))[1..],
            values => Formula(CellKind.Lstm, values, [2, 4, 1], isReverse: false, hasInitial: false)[1..]);
    }

    [Fact]
    public void LayersAboveEachOther_CarryGradientBack()
    {
        int[] lengths = [3, 1, 4];
        OperationCheck check = new();
        Layer below = new(check, CellKind.Gru, lengths.Length, 4, hasInitial: false);
        Layer above = new(check, CellKind.Lstm, lengths.Length, 4, hasInitial: false, inputs: Size);

        check.Run(
            tape =>
            {
                RecurrentSteps first = RecurrenceOperation.Apply(tape, below.X, below.Weights, 3, lengths, isReverse: true);
                return [RecurrenceOperation.Apply(tape, first.States, above.Weights, 3, lengths).States, first.Final.Hidden!];
            },
            values =>
            {
                List<double[]> first = Formula(CellKind.Gru, values, lengths, isReverse: true, hasInitial: false);
                double[][] second = [first[0], .. values[5..]];
                return [Formula(CellKind.Lstm, second, lengths, isReverse: false, hasInitial: false)[0], first[1]];
            });
    }

    [Fact]
    public void ShapesThatDoNotFit_AreRefused()
    {
        using Tape tape = new();
        Layer layer = new(new OperationCheck(), CellKind.Gru, count: 2, steps: 3, hasInitial: true);
        CellWeights lstm = layer.Weights with { Kind = CellKind.Lstm };

        Assert.Throws<ArgumentException>(() => RecurrenceOperation.Apply(tape, layer.X, lstm, 2, []));
        Assert.Throws<ArgumentException>(() => RecurrenceOperation.Apply(tape, layer.X, layer.Weights, 4, []));
        Assert.Throws<ArgumentException>(() => RecurrenceOperation.Apply(tape, layer.X, layer.Weights, 2, [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => RecurrenceOperation.Apply(tape, layer.X, layer.Weights, 3, [], layer.Initial));
    }

    private static List<Variable> Results(RecurrentSteps steps)
    {
        List<Variable> results = [steps.States];
        if (steps.Final.Hidden != steps.States)
        {
            results.Add(steps.Final.Hidden!);
        }

        if (steps.Final.Cell is not null)
        {
            results.Add(steps.Final.Cell);
        }

        return results;
    }

    /// <summary>One sequence after the other, one unit after the other; beyond a length the last state stands.</summary>
    private static List<double[]> Formula(CellKind kind, double[][] values, int[] lengths, bool isReverse, bool hasInitial)
    {
        (int count, int total) = (lengths.Length, lengths.Max());
        (double[] x, double[] w, double[] b, double[] u, double[] d) = (values[0], values[1], values[2], values[3], values[4]);
        int inputs = w.Length / b.Length;
        double[] states = new double[total * count * Size];
        double[] finals = new double[count * Size];
        double[] finalCells = new double[count * Size];
        for (int sequence = 0; sequence < count; sequence++)
        {
            double[] h = new double[Size];
            double[] c = new double[Size];
            if (hasInitial)
            {
                h = values[5][(sequence * Size)..((sequence + 1) * Size)];
                c = kind == CellKind.Lstm ? values[6][(sequence * Size)..((sequence + 1) * Size)] : c;
            }

            IEnumerable<int> order = isReverse ? Enumerable.Range(0, total).Reverse() : Enumerable.Range(0, total);
            foreach (int step in order)
            {
                int row = (step * count) + sequence;
                if (step < lengths[sequence])
                {
                    double[] a = [.. b.Select((bias, gate) => bias + Dot(w, gate, x, row, inputs))];
                    double[] s = [.. d.Select((bias, gate) => bias + Dot(u, gate, h, 0, Size))];
                    (h, c) = Cell(kind, a, s, h, c);
                }

                h.CopyTo(states, row * Size);
            }

            h.CopyTo(finals, sequence * Size);
            c.CopyTo(finalCells, sequence * Size);
        }

        List<double[]> results = total > 1 ? [states, finals] : [states];
        return kind == CellKind.Lstm ? [.. results, finalCells] : results;
    }

    private static (double[] State, double[] Cell) Cell(CellKind kind, double[] a, double[] s, double[] h, double[] c)
    {
        double[] state = new double[Size];
        double[] cell = new double[Size];
        for (int j = 0; j < Size; j++)
        {
            double Sum(int gate) => a[(gate * Size) + j] + s[(gate * Size) + j];
            switch (kind)
            {
                case CellKind.Rnn:
                    state[j] = Math.Tanh(Sum(0));
                    break;
                case CellKind.Gru:
                    double reset = Sigmoid(Sum(0));
                    double update = Sigmoid(Sum(1));
                    double candidate = Math.Tanh(a[(2 * Size) + j] + (reset * s[(2 * Size) + j]));
                    state[j] = ((1 - update) * candidate) + (update * h[j]);
                    break;
                default:
                    cell[j] = (Sigmoid(Sum(1)) * c[j]) + (Sigmoid(Sum(0)) * Math.Tanh(Sum(2)));
                    state[j] = Sigmoid(Sum(3)) * Math.Tanh(cell[j]);
                    break;
            }
        }

        return (state, cell);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Dot(double[] weight, int row, double[] x, int position, int length)
        => Enumerable.Range(0, length).Sum(i => weight[(row * length) + i] * x[(position * length) + i]);

    private sealed class Layer
    {
        public Layer(OperationCheck check, CellKind kind, int count, int steps, bool hasInitial, int inputs = In)
        {
            int gates = CellWeights.GateCount(kind) * Size;
            X = inputs == In ? check.Input(steps * count, inputs) : null!;
            Weights = new(kind, check.Input(gates, inputs), check.Input(1, gates), check.Input(gates, Size), check.Input(1, gates));
            Variable? hidden = hasInitial ? check.Input(count, Size) : null;
            Initial = new(hidden, hasInitial && kind == CellKind.Lstm ? check.Input(count, Size) : null);
        }

        public Variable X { get; }

        public CellWeights Weights { get; }

        public RecurrentState Initial { get; }
    }
}
