using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;

namespace SeqLoss.Compare;

/// <summary>What the gradient filter of <see cref="LinearCrossEntropy"/> saves and costs on the logits of a trained model.</summary>
/// <remarks><c>filter MODEL SOURCE TARGET</c> prints a row of a table for each threshold: the first 512 pairs, both gradients.</remarks>
internal static class FilterWorkload
{
    private const int Pairs = 512;
    private const int Rounds = 9;

    private static readonly double[] Thresholds = [0, 1e-6, 1e-5, 1e-4, 1e-3];

    public static int Run(string model, string source, string target)
    {
        TrainedModel trained = ModelDirectory.Load(model);
        TextPair[] pairs = [.. File.ReadLines(source).Zip(File.ReadLines(target), (s, t) => new TextPair(s, t)).Take(Pairs)];
        PairCorpus corpus = TextCorpus.Encode(
            pairs, target, trained.Tokenizers.Source!, trained.Tokenizers.Target!, new LengthLimit { MaxAffectedShare = 1 }, out _);
        PairBatch batch = corpus.CreateBatch();
        corpus.Fill([.. Enumerable.Range(0, corpus.Count)], batch);
        (float[] hidden, int[] ids) = RowsOf(trained.Model, batch);

        Parameter weight = trained.Model.Output.Weight;
        Console.WriteLine($"{ids.Length} tokens, {weight.Columns} features, {weight.Rows} classes");
        float[]? exactHidden = null, exactVocabulary = null;
        double exactMilliseconds = 0;
        foreach (double threshold in Thresholds)
        {
            LinearCrossEntropy loss = new(new()
            {
                Loss = new() { Layout = ScoreLayout.Nv, Reduction = Reduction.Mean },
                GradientFilter = threshold,
            });
            float[] gradHidden = new float[hidden.Length];
            float[] gradVocabulary = new float[weight.Length];
            List<double> milliseconds = [];
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                loss.Compute(
                    new ReadOnlyTensorSpan<float>(hidden, [ids.Length, weight.Columns]),
                    new VocabularyProjection(new ReadOnlyTensorSpan<float>(weight.Values, [weight.Rows, weight.Columns]))
                    {
                        Bias = trained.Model.Output.Bias.Values,
                    },
                    new ReadOnlyTensorSpan<int>(ids, [ids.Length]),
                    gradients: new ProjectionGradients
                    {
                        Hidden = new TensorSpan<float>(gradHidden, [ids.Length, weight.Columns]),
                        Vocabulary = new TensorSpan<float>(gradVocabulary, [weight.Rows, weight.Columns]),
                    });
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            double median = milliseconds.Order().ElementAt(Rounds / 2);
            exactHidden ??= gradHidden;
            exactVocabulary ??= gradVocabulary;
            exactMilliseconds = threshold == 0 ? median : exactMilliseconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {threshold:0e-0} | {median:F1} | {median / exactMilliseconds:F2} | {Error(gradHidden, exactHidden):E1} | "
                + $"{Error(gradVocabulary, exactVocabulary):E1} |"));
        }

        return 0;
    }

    /// <summary>The hidden features and the targets of all real steps.</summary>
    private static (float[] Hidden, int[] Ids) RowsOf(EncoderDecoder model, PairBatch batch)
    {
        using Tape tape = new() { IsTraining = false };
        SequenceBatch input = new();
        DecoderInput.Write(batch.Target, input);
        Variable rows = model.Forward(tape, batch.Source, input);
        RowGrid grid = new(model.RowOrder, batch.Target.Count, batch.Target.MaxLength);
        List<float> hidden = [];
        List<int> ids = [];
        for (int i = 0; i < grid.Count; i++)
        {
            for (int step = 0; step < batch.Target.Lengths[i]; step++)
            {
                hidden.AddRange(rows.Row(grid.RowOf(i, step)));
                ids.Add(batch.Target.Tokens[(i * grid.Steps) + step]);
            }
        }

        return ([.. hidden], [.. ids]);
    }

    private static double Error(float[] filtered, float[] exact)
        => TensorPrimitives.Distance<float>(filtered, exact) / TensorPrimitives.Norm<float>(exact);
}
