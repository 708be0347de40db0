using System;
using System.Collections.Immutable;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Examples;

/// <summary>Scenes given as feature vectors, to be described in words: a continuous source and a target of tokens.</summary>
/// <remarks>
/// A scene has 1 to 4 things, each a noisy vector of <see cref="FeatureCount"/> numbers as an image network might give: the sum of a fixed
/// direction for its colour and one for its shape, and noise of a tenth of their size. The caption names them in order:
/// <c>a red circle and a blue star</c>.
/// </remarks>
public sealed class CaptionExample
{
    /// <summary>The numbers of a vector.</summary>
    public const int FeatureCount = 16;

    private const int MaxThings = 4;
    private const int TestCount = 500;
    private const double Noise = 0.1;

    private static readonly string[] Colours = ["red", "green", "blue", "yellow", "black", "white"];
    private static readonly string[] Shapes = ["circle", "square", "triangle", "star", "ring"];

    private readonly CounterRandom _directions;

    private CaptionExample(ulong seed, int trainCount)
    {
        _directions = new CounterRandom(seed, ulong.MaxValue);
        (Validation, ValidationCaptions) = Draw(seed, 0, TestCount);
        (Test, TestCaptions) = Draw(seed, 1, TestCount);
        (Training, _) = Draw(seed, 2, trainCount);
    }

    /// <summary>Knows the words of the captions.</summary>
    public static Tokenizer Words { get; } = new(
        TokenizerKind.Words, new Vocabulary(["a", "and", .. Colours, .. Shapes]));

    /// <summary>What to train on.</summary>
    public PairCorpus Training { get; }

    /// <summary>What to watch while training: 500 scenes.</summary>
    public PairCorpus Validation { get; }

    /// <summary>What to judge by: 500 scenes.</summary>
    public PairCorpus Test { get; }

    /// <summary>The captions of <see cref="Validation"/>.</summary>
    public ImmutableArray<string> ValidationCaptions { get; }

    /// <summary>The captions of <see cref="Test"/>.</summary>
    public ImmutableArray<string> TestCaptions { get; }

    /// <summary>Generates the example.</summary>
    /// <param name="seed">Fixes the directions and every scene.</param>
    /// <param name="trainCount">The scenes of <see cref="Training"/>, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trainCount"/> is below 1.</exception>
    public static CaptionExample Create(ulong seed, int trainCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        return new CaptionExample(seed, trainCount);
    }

    private (PairCorpus Scenes, ImmutableArray<string> Captions) Draw(ulong seed, ulong part, int count)
    {
        var (sources, targets) = (new FeatureStore(FeatureCount), new TokenStore());
        ImmutableArray<string>.Builder captions = ImmutableArray.CreateBuilder<string>(count);
        Span<float> scene = stackalloc float[MaxThings * FeatureCount];
        for (int i = 0; i < count; i++)
        {
            var random = new CounterRandom(seed, (part << 32) + (uint)i);
            int things = 1 + random.Below(0, MaxThings);
            for (int j = 0; j < things; j++)
            {
                Look(random, j, scene.Slice(j * FeatureCount, FeatureCount));
            }

            sources.Add(scene[..(things * FeatureCount)]);
            captions.Add(string.Join(" and ", Enumerable.Range(0, things).Select(thing => Name(random, thing))));
            targets.Add(Words.Encode(captions[i]));
        }

        return (new PairCorpus(sources, targets), captions.MoveToImmutable());
    }

    private static int Colour(CounterRandom random, int thing) => random.Below((ulong)(1 + (2 * thing)), Colours.Length);

    private static int Shape(CounterRandom random, int thing) => random.Below((ulong)(2 + (2 * thing)), Shapes.Length);

    private static string Name(CounterRandom random, int thing) => $"a {Colours[Colour(random, thing)]} {Shapes[Shape(random, thing)]}";

    private void Look(CounterRandom random, int thing, Span<float> vector)
    {
        for (int f = 0; f < vector.Length; f++)
        {
            double colour = _directions.Gaussian((ulong)((Colour(random, thing) * FeatureCount) + f));
            double shape = _directions.Gaussian((ulong)(((Colours.Length + Shape(random, thing)) * FeatureCount) + f));
            double noise = random.Gaussian((ulong)(64 + (thing * FeatureCount) + f)); // past the blocks of what is in the scene
            vector[f] = (float)(colour + shape + (Noise * noise));
        }
    }
}
