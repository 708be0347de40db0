using System;
using System.Collections.Generic;

namespace SeqLoss.Models.Autograd;

/// <summary>Compares the gradients that operations compute with differences of the loss itself.</summary>
/// <remarks>
/// For each parameter the loss is computed a little way along random directions, and back. A direction is the gradient with each value
/// scaled by a random factor, plus noise as large as its mean square: so the loss changes by much more than its rounding, and a value
/// that wrongly has no gradient shows too. A right gradient agrees to about 1e-3 in <see cref="float"/>.
/// </remarks>
public static class GradientCheck
{
    private const double LargestChange = 0.01;
    private const double LargestMove = 0.03;
    private const int Halvings = 9;

    /// <summary>Finds the parameter whose gradient agrees worst.</summary>
    /// <param name="parameters">The parameters to move.</param>
    /// <param name="tape">The tape, in training; dropout draws the same mask each time.</param>
    /// <param name="loss">Computes the loss on the tape and leaves its gradient there, as <c>SequenceLoss.Compute</c> does.</param>
    /// <param name="directions">The directions for each parameter.</param>
    /// <param name="seed">What directions are drawn from.</param>
    /// <returns>The worst parameter and its relative error.</returns>
    public static (Parameter Parameter, double Error) Run(
        IReadOnlyList<Parameter> parameters, Tape tape, Func<Tape, double> loss, int directions = 2, ulong seed = 1)
    {
        foreach (Parameter parameter in parameters)
        {
            parameter.ClearGradient();
        }

        tape.Reset();
        double value = loss(tape);
        tape.Backward();

        // Copies: computing the loss again adds to the gradients of the layers that the loss itself differentiates.
        List<float[]> gradients = [];
        foreach (Parameter parameter in parameters)
        {
            gradients.Add(parameter.Gradient.ToArray());
        }

        (Parameter Parameter, double Error) worst = (parameters[0], 0);
        for (int i = 0; i < parameters.Count; i++)
        {
            for (int direction = 0; direction < directions; direction++)
            {
                CounterRandom random = new(seed, (ulong)((i * directions) + direction));
                double error = ErrorAlong(parameters[i], gradients[i], random, tape, loss, value);
                worst = error > worst.Error || double.IsNaN(error) ? (parameters[i], error) : worst;
            }
        }

        tape.Reset();
        return worst;
    }

    private static double ErrorAlong(
        Parameter parameter, float[] gradient, CounterRandom random, Tape tape, Func<Tape, double> loss, double value)
    {
        double square = 0;
        foreach (float g in gradient)
        {
            square += (double)g * g;
        }

        double noise = square == 0 ? 1 : Math.Sqrt(square / gradient.Length);
        double[] direction = new double[gradient.Length];
        double slope = 0;
        double largest = 0;
        for (int i = 0; i < direction.Length; i++)
        {
            direction[i] = (gradient[i] * (1 + random.Uniform((ulong)i))) + (noise * random.Gaussian((ulong)(gradient.Length + i)));
            slope += direction[i] * gradient[i];
            largest = Math.Max(largest, Math.Abs(direction[i]));
        }

        // Large steps suffer from curvature and kinks, small ones from rounding: a right slope agrees at one of them, a wrong one at none.
        double step = Math.Min(LargestChange * Math.Max(1, Math.Abs(value)) / Math.Max(Math.Abs(slope), 1e-30), LargestMove / largest);
        double error = double.PositiveInfinity;
        for (int halving = 0; halving < Halvings; halving++, step /= 2)
        {
            double measured = Slope(parameter, direction, step, tape, loss);
            double scale = Math.Max(Math.Abs(measured), Math.Abs(slope));
            error = scale == 0 ? 0 : Math.Min(error, Math.Abs(measured - slope) / scale);
        }

        return error;
    }

    private static double Slope(Parameter parameter, double[] direction, double step, Tape tape, Func<Tape, double> loss)
    {
        float[] values = parameter.Values.ToArray();
        double ahead = Moved(step);
        double behind = Moved(-step);
        values.CopyTo(parameter.Values);
        return (ahead - behind) / (2 * step);

        double Moved(double distance)
        {
            for (int i = 0; i < values.Length; i++)
            {
                parameter.Values[i] = (float)(values[i] + (distance * direction[i]));
            }

            tape.Reset();
            return loss(tape);
        }
    }
}
