using System;
using System.Linq;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Schedules;

// Scenes of up to four things, each a vector as an image network gives, are described in words: a continuous source, a target of tokens.
CaptionExample example = CaptionExample.Create(seed: 1, trainCount: 20_000);
TransformerEncoderDecoder model = new(new TransformerOptions
{
    Source = StepForm.Features(CaptionExample.FeatureCount),
    Target = StepForm.Tokens(CaptionExample.Words.Vocabulary.Count),
    EncoderLayers = 1,
    DecoderLayers = 1,
    ModelDimension = 64,
    FeedForwardDimension = 128,
    Dropout = 0,
});
TrainingOptions options = new()
{
    Epochs = null,
    Steps = args.Length > 0 ? int.Parse(args[0]) : 500,
    Schedule = new ScheduleOptions { Kind = ScheduleKind.Cosine, LearningRate = 3e-3, WarmUpSteps = 50 },
};
using Trainer trainer = new(model, new BatchPlan(example.Training, BatchUnit.Sequences, 64, seed: 1), options: options);
trainer.Train(new ConsoleLines(every: 100));

PairBatch scenes = example.Test.CreateBatch();
example.Test.Fill([.. Enumerable.Range(0, example.Test.Count)], scenes);
using BeamSearch search = new(model);
string[] captions = [.. search.Search(scenes.Source).Select(best => CaptionExample.Words.Decode(best[0].Tokens.AsSpan()))];
int right = captions.Zip(example.TestCaptions).Count(pair => pair.First == pair.Second);
Console.WriteLine($"'{captions[0]}' for '{example.TestCaptions[0]}'");
Console.WriteLine($"{right} of {captions.Length} captions are right to the word");
return right >= 0.95 * captions.Length ? 0 : 1;
