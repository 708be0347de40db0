using System.Collections.Generic;
using System.IO;
using SeqLoss.Cli.Loss;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Text;
using SeqLoss.Training;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Data;
using SeqLoss.Training.Runs;

namespace SeqLoss.Cli.Train;

/// <summary>Says on standard error what is read, what is resumed and how training ended.</summary>
internal sealed class TrainingNotes(TextWriter error)
{
    internal void WriteRun(TrainingRun run)
    {
        (RunCorpus corpus, CorpusCounts counts) = (run.Corpus, run.Corpus.Counts);
        string validation = corpus.HeldOut > 0 ? $"{Numbers.Count(corpus.HeldOut)} of them held out to validate with"
            : corpus.Validation is null ? "none to validate with"
            : $"{Numbers.Count(corpus.Validation.Count)} more to validate with";
        Write($"{Numbers.Counted(counts.Read, "pair")}, {validation}; "
            + $"{Numbers.Count(counts.Dropped)} dropped and {Numbers.Count(counts.Truncated)} cut short as too long, "
            + $"{Numbers.Count(counts.Empty)} with an empty side");
        (Tokenizer source, Tokenizer target) = (corpus.Tokenizers.Source!, corpus.Tokenizers.Target!);
        Write($"vocabularies of {Numbers.Count(source.Vocabulary.Count)} source and {Numbers.Count(target.Vocabulary.Count)} target "
            + $"{TrainOptions.TokenKinds.NameOf(source.Kind)}, "
            + $"{Numbers.Count(counts.UnknownSourceTokens)} and {Numbers.Count(counts.UnknownTargetTokens)} of the text unknown");
        EncoderDecoder model = run.Trainer.Model;
        string kind = model is TransformerEncoderDecoder ? "Transformer" : "recurrent model";
        Write($"{kind} of {Numbers.Count(model.Parameters.ValueCount)} parameters; batches an epoch: "
            + $"{Numbers.Count(run.Plan.Count)}, {Numbers.Percent(run.Plan.PaddingShare)} of them padding");
    }

    internal void WriteResumption(Resumption? resumption, IEnumerable<string> changes)
    {
        foreach (string change in changes)
        {
            Write(change);
        }

        Write(resumption is null ? "the run had saved nothing yet, it begins again"
            : $"goes on from {resumption.Path}, step {Numbers.Count(resumption.State.Step)}");
    }

    internal void WriteStop(TrainingRun run, RunDirectory directory)
    {
        TrainingState state = run.Trainer.State;
        string model = state.BestValue is null ? "" : $" (the best so far, of step {Numbers.Count(state.BestStep)})";
        Write($"stopped after step {Numbers.Count(state.Step)}; the model is saved in {directory.Path}{model}, "
            + $"'seqloss train --resume --output {directory.Path}' goes on.");
    }

    internal void WriteEnd(TrainingRun run, TrainingEnd end)
    {
        TrainingState state = run.Trainer.State;
        string reason = end switch
        {
            TrainingEnd.Epochs => "the last epoch is done",
            TrainingEnd.EarlyStopping => $"{Numbers.Count(state.ValidationsSinceBest)} validations in a row were no better",
            _ => "all steps are done",
        };
        string model = state.BestValue is null ? "" : $"; the model of step {Numbers.Count(state.BestStep)} is used, the best";
        Write($"{reason} after step {Numbers.Count(state.Step)}{model}");
    }

    internal void WriteUnjudged(RunDirectory directory)
        => Write($"the model is saved in {directory.Path}, how good it is was not asked to the end");

    /// <param name="directory">Where the model is.</param>
    /// <param name="maxLength">The tokens that outputs need where the usual most are too few.</param>
    internal void WriteNext(RunDirectory directory, int? maxLength)
        => Write($"the model is in {directory.Path}; next: seqloss translate --model {directory.Path}"
            + $"{(maxLength is null ? "" : $" --max-length {maxLength}")} < FILE");

    private void Write(string sentence) => error.WriteLine($"seqloss: {sentence}");
}
