using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Optimizers;

namespace SeqLoss.Compare;

/// <summary>This project's side of <c>benchmarks/peers/training_speed.py</c>: models, batches and questions of PyTorch's.</summary>
internal sealed class TrainingWorkload : IDisposable
{
    private const int Vocabulary = 8000;
    private const int Pairs = 128;
    private const int Steps = 16;
    private const int Sentences = 1000;
    private const int SentencesAtOnce = 100;

    private readonly EncoderDecoder _model;
    private readonly Tape _tape;
    private readonly SequenceLoss _loss;
    private readonly GradientNorm _norm;
    private readonly Adam _adam;
    private readonly PairBatch _batch = new(new SequenceBatch(), new SequenceBatch());
    private readonly BeamSearch _search;
    private ulong _drawn;
    private double _lastLoss;

    public TrainingWorkload(string model, ProductPrecision precision, int threads)
    {
        StepForm form = StepForm.Tokens(Vocabulary);
        _model = model == "transformer"
            ? new TransformerEncoderDecoder(new TransformerOptions { Source = form, Target = form, Tying = EmbeddingTying.None })
            : new RecurrentEncoderDecoder(new RecurrentOptions
            {
                Source = form,
                Target = form,
                Tying = EmbeddingTying.None,
                EmbeddingSize = 512,
                HiddenSize = 512,
                IsBidirectional = true,
                Cell = CellKind.Lstm,
                Attention = AttentionKind.General,
            });
        _tape = new Tape(threads) { Precision = precision };
        _loss = new SequenceLoss(threads: threads);
        _norm = new GradientNorm(_model.Parameters, threads);
        _adam = new Adam(_model.Parameters, threads: threads);
        _search = new BeamSearch(_model, new DecodingOptions { MinLength = Steps, MaxLength = Steps }, threads);
        Draw(_batch.Source, Pairs);
        Draw(_batch.Target, Pairs);
    }

    /// <summary>Answers the lines of standard input.</summary>
    public static int Serve(string[] arguments)
    {
        ProductPrecision precision = arguments[1] switch
        {
            "float32" => ProductPrecision.AsGiven,
            "bfloat16" => ProductPrecision.BFloat16,
            _ => throw new ArgumentException($"The precision is '{arguments[1]}', it has to be float32 or bfloat16.", nameof(arguments)),
        };
        using TrainingWorkload workload = new(arguments[0], precision, int.Parse(arguments[2], CultureInfo.InvariantCulture));
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        while (Console.In.ReadLine() is { } question)
        {
            double answer = question switch
            {
                "step" => workload.Step(),
                "loss" => workload._lastLoss,
                "translate" => workload.Translate(),
                "check" => 0, // Tests prove that steps with remembered keys are those of the whole decoder, to the last bit.
                _ => PeakMebibytes(),
            };
            Console.Out.WriteLine(answer.ToString("R", CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }

        return 0;
    }

    public void Dispose()
    {
        _tape.Dispose();
        _search.Dispose();
    }

    private double Step()
    {
        long start = Stopwatch.GetTimestamp();
        _tape.IsTraining = true;
        _tape.DropoutSeed++;
        LossSum loss = _loss.Compute(_tape, _model, _batch);
        _tape.Backward();
        _tape.Reset();
        double scale = 1 / loss.Weight;
        _adam.Step(1e-4, scale * GradientNorm.ClipScale(_norm.Compute() * scale, 1));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _lastLoss = loss.Mean;
        return seconds;
    }

    private double Translate()
    {
        SequenceBatch[] batches = new SequenceBatch[Sentences / SentencesAtOnce];
        for (int i = 0; i < batches.Length; i++)
        {
            Draw(batches[i] = new SequenceBatch(), SentencesAtOnce);
        }

        long start = Stopwatch.GetTimestamp();
        foreach (SequenceBatch batch in batches)
        {
            _search.Search(batch);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void Draw(SequenceBatch batch, int count)
    {
        batch.Reshape(count, Steps);
        CounterRandom random = new(20, _drawn++);
        int[] tokens = new int[Steps];
        for (int row = 0; row < count; row++)
        {
            for (int step = 0; step < Steps - 1; step++)
            {
                tokens[step] = SpecialTokens.Count + random.Below((ulong)((row * Steps) + step), Vocabulary - SpecialTokens.Count);
            }

            tokens[^1] = SpecialTokens.End;
            batch.SetTokens(row, tokens);
        }
    }

    private static double PeakMebibytes()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
            {
                return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
            }
        }

        return double.NaN;
    }
}
