using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Examples;

/// <summary>Noisy waves, to be continued: a continuous source and a continuous target.</summary>
/// <remarks>
/// A wave is <c>Σₖ aₖ·sin(2π·t/pₖ + φₖ) + 0.05·n(t)</c> of two terms with amplitudes 0.5 to 1, periods 8 to 32 steps, any phases, and n
/// from the normal distribution. The source is its first <see cref="SourceLength"/> steps, the target the next <see cref="TargetLength"/>,
/// one feature each. What a model has to beat is <see cref="LastValueError"/>.
/// </remarks>
public sealed class ForecastExample
{
    /// <summary>The steps that are given.</summary>
    public const int SourceLength = 48;

    /// <summary>The steps to be foretold.</summary>
    public const int TargetLength = 12;

    private const int Length = SourceLength + TargetLength;
    private const int TestCount = 500;
    private const double Noise = 0.05;

    private ForecastExample(ulong seed, int trainCount)
    {
        Validation = Draw(seed, 0, TestCount);
        Test = Draw(seed, 1, TestCount);
        Training = Draw(seed, 2, trainCount);
    }

    /// <summary>What to train on.</summary>
    public PairCorpus Training { get; }

    /// <summary>What to watch while training: 500 waves.</summary>
    public PairCorpus Validation { get; }

    /// <summary>What to judge by: 500 waves.</summary>
    public PairCorpus Test { get; }

    /// <summary>Generates the example.</summary>
    /// <param name="seed">Fixes every wave.</param>
    /// <param name="trainCount">The waves of <see cref="Training"/>, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trainCount"/> is below 1.</exception>
    public static ForecastExample Create(ulong seed, int trainCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        return new ForecastExample(seed, trainCount);
    }

    /// <summary>The mean squared error of foretelling that everything stays as it was last.</summary>
    /// <param name="waves">A part of the example.</param>
    public static double LastValueError(PairCorpus waves)
    {
        ArgumentNullException.ThrowIfNull(waves);
        var (sources, targets) = ((FeatureStore)waves.Source, (FeatureStore)waves.Target);
        double sum = 0;
        for (int i = 0; i < waves.Count; i++)
        {
            foreach (float value in targets[i])
            {
                double error = value - sources[i][^1];
                sum += error * error;
            }
        }

        return sum / (waves.Count * TargetLength);
    }

    private static PairCorpus Draw(ulong seed, ulong part, int count)
    {
        var (sources, targets) = (new FeatureStore(1), new FeatureStore(1));
        Span<float> wave = stackalloc float[Length];
        for (int i = 0; i < count; i++)
        {
            Write(new CounterRandom(seed, (part << 32) + (uint)i), wave);
            sources.Add(wave[..SourceLength]);
            targets.Add(wave[SourceLength..]);
        }

        return new PairCorpus(sources, targets);
    }

    private static void Write(CounterRandom random, Span<float> wave)
    {
        for (int t = 0; t < wave.Length; t++)
        {
            double value = Noise * random.Gaussian((ulong)t + 64); // past the blocks of the six numbers below
            for (ulong k = 0; k < 2; k++)
            {
                double amplitude = 0.5 + (0.5 * random.Uniform(3 * k));
                double period = 8 + (24 * random.Uniform((3 * k) + 1));
                value += amplitude * Math.Sin(2 * Math.PI * ((t / period) + random.Uniform((3 * k) + 2)));
            }

            wave[t] = (float)value;
        }
    }
}
