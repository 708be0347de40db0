using System;
using System.Collections;
using System.Collections.Generic;

namespace SeqLoss.Models.Autograd;

/// <summary>The parameters of a model in the order in which its layers made them, each with a name of its own.</summary>
/// <remarks>Initial values depend on the seed and the order alone. Layers take a set and add what they need.</remarks>
/// <param name="seed">What initial values are drawn from.</param>
public sealed class ParameterSet(ulong seed) : IReadOnlyList<Parameter>
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = [];

    /// <summary>How many parameters there are.</summary>
    public int Count => _parameters.Count;

    /// <summary>How many numbers they hold together.</summary>
    public long ValueCount
    {
        get
        {
            long sum = 0;
            foreach (Parameter parameter in _parameters)
            {
                sum += parameter.Length;
            }

            return sum;
        }
    }

    /// <summary>A parameter by its place.</summary>
    public Parameter this[int index] => _parameters[index];

    /// <summary>A parameter by its name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Parameter this[string name] => _byName[name];

    /// <summary>Adds a parameter that is one number throughout: 0 for biases, 1 for the gain of a norm.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public Parameter AddConstant(string name, int rows, int columns, float value = 0)
    {
        Parameter parameter = Add(name, rows, columns, isVector: rows == 1);
        parameter.Values.Fill(value);
        return parameter;
    }

    /// <summary>Adds weights <c>[out, in]</c>, uniform in ±√(6/(in + out)).</summary>
    /// <param name="name">The name.</param>
    /// <param name="rows">out, or for several matrices below each other all of theirs.</param>
    /// <param name="columns">in.</param>
    /// <param name="matrices">How many matrices are stored below each other: out of the formula is one's own.</param>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    /// <seealso href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio, 2010.</seealso>
    public Parameter AddXavierUniform(string name, int rows, int columns, int matrices = 1)
    {
        Parameter parameter = Add(name, rows, columns);
        float bound = MathF.Sqrt(6f / (columns + (rows / matrices)));
        CounterRandom random = new(seed, (ulong)(Count - 1));
        Span<float> values = parameter.Values;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ((2 * random.Uniform((ulong)i)) - 1) * bound;
        }

        return parameter;
    }

    /// <summary>Adds a table of normally distributed numbers around 0.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public Parameter AddNormal(string name, int rows, int columns, double standardDeviation)
    {
        Parameter parameter = Add(name, rows, columns);
        CounterRandom random = new(seed, (ulong)(Count - 1));
        Span<float> values = parameter.Values;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.Gaussian((ulong)i) * standardDeviation);
        }

        return parameter;
    }

    /// <summary>Sets all gradients to 0; what follows adds to them.</summary>
    public void ClearGradients()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.ClearGradient();
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => _parameters.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Parameter Add(string name, int rows, int columns, bool isVector = false)
    {
        Parameter parameter = new(name, rows, columns) { IsVector = isVector };
        if (!_byName.TryAdd(name, parameter))
        {
            throw new ArgumentException($"There is already a parameter {name}.", nameof(name));
        }

        _parameters.Add(parameter);
        return parameter;
    }
}
