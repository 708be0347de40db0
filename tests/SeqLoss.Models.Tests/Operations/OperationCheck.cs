using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using Xunit;

namespace SeqLoss.Models.Tests.Operations;

/// <summary>Compares an operation with its formula in double: results, and gradients with central differences of the formula.</summary>
internal sealed class OperationCheck
{
    private const double Tolerance = 1e-4;
    private const double Step = 1e-5;

    private readonly ParameterSet _set = new(seed: 1);
    private readonly List<Parameter> _inputs = [];

    /// <summary>A matrix of random numbers that the operation reads, and that the formula gets in the order of these calls.</summary>
    public Parameter Input(int rows, int columns)
    {
        Parameter input = _set.AddNormal($"input {_inputs.Count}", rows, columns, 0.7);
        _inputs.Add(input);
        return input;
    }

    /// <summary>Checks the results, and the gradients of Σ g·result with random g.</summary>
    /// <param name="operation">Gives the results.</param>
    /// <param name="formula">Gives the same from copies of the inputs' values.</param>
    /// <param name="threads">The threads.</param>
    public void Run(Func<Tape, IReadOnlyList<Variable>> operation, Func<double[][], IReadOnlyList<double[]>> formula, int threads = 1)
    {
        using Tape tape = new(threads) { ChecksFinite = true };

        // The second step uses objects and memory of the first again.
        for (int step = 0; step < 2; step++)
        {
            tape.Reset();
            _set.ClearGradients();
            Check(tape, operation(tape), formula);
        }
    }

    private void Check(Tape tape, IReadOnlyList<Variable> results, Func<double[][], IReadOnlyList<double[]>> formula)
    {
        double[][] values = [.. _inputs.Select(input => Array.ConvertAll(input.Values.ToArray(), value => (double)value))];
        IReadOnlyList<double[]> expected = formula(values);
        Assert.Equal(expected.Count, results.Count);
        double[][] upstream = new double[results.Count][];
        for (int i = 0; i < results.Count; i++)
        {
            AssertClose($"result {i}", expected[i], results[i].Values);
            upstream[i] = [.. Enumerable.Range(0, expected[i].Length).Select(j => new CounterRandom(7, (ulong)i).Gaussian((ulong)j))];
            for (int j = 0; j < upstream[i].Length; j++)
            {
                upstream[i][j] = (float)upstream[i][j];
                results[i].Gradient[j] += (float)upstream[i][j];
            }
        }

        tape.Backward();
        for (int i = 0; i < _inputs.Count; i++)
        {
            AssertClose($"gradient of input {i}", Differences(values, i, upstream, formula), _inputs[i].Gradient);
        }
    }

    private static double[] Differences(
        double[][] values, int input, double[][] upstream, Func<double[][], IReadOnlyList<double[]>> formula)
    {
        double[] differences = new double[values[input].Length];
        for (int j = 0; j < differences.Length; j++)
        {
            double value = values[input][j];
            values[input][j] = value + Step;
            double ahead = Loss();
            values[input][j] = value - Step;
            differences[j] = (ahead - Loss()) / (2 * Step);
            values[input][j] = value;
        }

        return differences;

        double Loss() => formula(values).Zip(upstream, (result, g) => result.Zip(g, (a, b) => a * b).Sum()).Sum();
    }

    private static void AssertClose(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            error += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        (error, norm) = (Math.Sqrt(error), Math.Sqrt(norm));
        Assert.True(error <= Tolerance * Math.Max(norm, 1e-6), $"The {what} is wrong by {error}, its norm is {norm}.");
    }
}
