using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Models.Text;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>A run from its configuration to the model on disk.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly RunDirectory _directory;

    private TrainingRun(RunConfiguration configuration, RunDirectory directory, RunCorpus corpus, BatchPlan plan, Trainer trainer)
        => (Configuration, _directory, Corpus, Plan, Trainer) = (configuration, directory, corpus, plan, trainer);

    /// <summary>What is used of the configuration that was asked for.</summary>
    internal RunConfiguration Configuration { get; }

    internal RunCorpus Corpus { get; }

    internal BatchPlan Plan { get; }

    internal Trainer Trainer { get; }

    /// <summary>What is saved.</summary>
    internal TrainedModel Trained => new(Trainer.Model, Corpus.Tokenizers);

    /// <summary>Reads the data and makes the model; nothing is written.</summary>
    /// <param name="configuration">What to train.</param>
    /// <param name="directory">Where the run is to be; if it is resumed, its tokenizers are used, and what they were made by.</param>
    /// <param name="isResumed">Whether the run of the directory goes on.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <param name="cancellation">Looked at now and then.</param>
    /// <exception cref="LossOptionException">The configuration does not fit together; one sentence.</exception>
    /// <exception cref="ModelFileException">A file cannot be used.</exception>
    internal static TrainingRun Create(
        RunConfiguration configuration, RunDirectory directory, bool isResumed, int? threads, CancellationToken cancellation)
    {
        if (configuration.FindMistake() is { } mistake)
        {
            throw new LossOptionException(mistake);
        }

        TokenizerPair? tokenizers = null;
        if (isResumed)
        {
            tokenizers = TokenizerPair.Load(directory.TokenizerFile);
            configuration = configuration.WithBeginningOf(RunConfiguration.Read(directory.ConfigurationFile));
        }

        RunText text = configuration.Data.Load();
        cancellation.ThrowIfCancellationRequested();
        TrainingOptions options = configuration.Training;
        RunCorpus corpus = RunCorpus.Encode(text, tokenizers, configuration.Model.Tying == EmbeddingTying.All, options.Seed);
        cancellation.ThrowIfCancellationRequested();
        BatchOptions batches = configuration.Batches;
        BatchPlan PlanOf(PairCorpus pairs) => new(pairs, batches.Unit, batches.Size, options.Seed);
        BatchPlan plan = PlanOf(corpus.Training);
        BatchPlan? validation = corpus.Validation is null ? null : PlanOf(corpus.Validation);
        EncoderDecoderOptions model = configuration.Model with
        {
            Source = StepForm.Tokens(corpus.Tokenizers.Source!.Vocabulary.Count),
            Target = StepForm.Tokens(corpus.Tokenizers.Target!.Vocabulary.Count),
        };
        try
        {
            EncoderDecoder created = model.Create();
            CheckLengths(corpus, created.MaxLength);
            return new TrainingRun(configuration, directory, corpus, plan, new Trainer(created, plan, validation, options, threads));
        }
        catch (ArgumentException refusal)
        {
            // An argument's message ends with the name of the parameter, which no reader of a configuration knows.
            throw new LossOptionException(refusal.Message.Split(" (Parameter ")[0].TrimEnd('.'), refusal);
        }
    }

    /// <summary>Goes on from the newest checkpoint.</summary>
    /// <param name="asked">The configuration that was asked for.</param>
    /// <param name="notes">What a person should know, a sentence each.</param>
    /// <returns>Where it goes on; <see langword="null"/> where the run had saved nothing yet.</returns>
    /// <exception cref="ModelFileException">No checkpoint can be used.</exception>
    internal Resumption? Resume(RunConfiguration asked, out IReadOnlyList<string> notes)
    {
        Resumption? resumption = _directory.Checkpoints.Load(Trainer);
        JsonObject before = RunConfiguration.Read(_directory.ConfigurationFile).ToJson();
        JsonObject now = asked.ToJson();
        foreach (JsonObject settings in new[] { before, now })
        {
            // Checkpoints hold these, as they were when the checkpoint was written.
            settings.Remove("training");
        }

        notes = [.. SettingsComparison.Differences(before, now, Configuration.ToJson()).Concat(resumption?.Notes ?? [])];
        return resumption;
    }

    /// <summary>Trains until an end is reached or asked for, and saves the best model so far.</summary>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite; the last checkpoint is as it was.</exception>
    /// <exception cref="ModelFileException">A file cannot be written.</exception>
    internal TrainingEnd Train(IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        // Where a step does not fit into memory, nothing is written.
        Trainer.Reserve();
        ModelDirectory.Create(_directory.Path);

        // The configuration makes the folder a run that can be resumed: it comes when what resuming needs is there.
        Corpus.Tokenizers.Save(_directory.TokenizerFile);
        Configuration.Write(_directory.ConfigurationFile);
        TrainingEnd end;
        using (MetricsFile metrics = new(_directory.MetricsFile, Trainer.State.Step))
        {
            end = Trainer.Train(new Both(metrics, progress), _directory.Checkpoints, cancellation);
        }

        Trainer.UseBest();
        ModelDirectory.Save(_directory.Path, Trained);
        return end;
    }

    public void Dispose() => Trainer.Dispose();

    private static void CheckLengths(RunCorpus corpus, int most)
    {
        SequenceStore[] sides = [corpus.Training.Source, corpus.Training.Target];
        SequenceStore[] all = corpus.Validation is { } validation ? [.. sides, validation.Source, validation.Target] : sides;
        int longest = all.Max(side => Enumerable.Range(0, side.Count).Max(side.Length));
        if (longest > most)
        {
            throw new LossOptionException(
                $"model.learnedPositions is {most}, but the longest sequence has {longest} tokens: give more, or lower data.limit");
        }
    }

    private sealed class Both(IProgress<TrainingProgress> first, IProgress<TrainingProgress> second) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            first.Report(value);
            second.Report(value);
        }
    }
}
