using System;
using System.Linq;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Schedules;

// Twelve steps of noisy waves are foretold from forty-eight, with the mean squared error: source and target are numbers, not tokens.
ForecastExample example = ForecastExample.Create(seed: 1, trainCount: 20_000);
RecurrentEncoderDecoder model = new(new RecurrentOptions
{
    Source = StepForm.Features(1),
    Target = StepForm.Features(1),
    Cell = SeqLoss.Models.Operations.CellKind.Gru,
    EmbeddingSize = 32,
    HiddenSize = 64,
    Dropout = 0,
});
TrainingOptions options = new()
{
    Epochs = null,
    Steps = args.Length > 0 ? int.Parse(args[0]) : 1000,
    Error = StepError.Squared,
    Schedule = new ScheduleOptions { Kind = ScheduleKind.Cosine, LearningRate = 3e-3, WarmUpSteps = 100 },
};
using Trainer trainer = new(model, new BatchPlan(example.Training, BatchUnit.Sequences, 64, seed: 1), options: options);
trainer.Train(new ConsoleLines(every: 100));

// Each step that is foretold is what the next is foretold from.
PairBatch waves = example.Test.CreateBatch();
example.Test.Fill([.. Enumerable.Range(0, example.Test.Count)], waves);
SequenceBatch foretold = new(featureCount: 1);
using FeatureRollout rollout = new(model);
rollout.Run(waves.Source, ForecastExample.TargetLength, foretold);
double sum = 0;
for (int i = 0; i < foretold.Features.Length; i++)
{
    double error = foretold.Features[i] - waves.Target.Features[i];
    sum += error * error;
}

double own = sum / foretold.Features.Length;
double lastValue = ForecastExample.LastValueError(example.Test);
Console.WriteLine($"mean squared error {own:F4}; {lastValue:F4} for waves that stay as they were last: {1 - (own / lastValue):P0} less");
return own <= 0.7 * lastValue ? 0 : 1;
