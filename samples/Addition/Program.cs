using System;
using System.Linq;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Text;
using SeqLoss.Training;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Schedules;

// Sums of two numbers below a thousand, digit by digit: a small Transformer reads "535+61" and writes "596".
AdditionExample example = AdditionExample.Create(seed: 1, trainCount: 50_000);
Tokenizer digits = Tokenizer.Learn(TokenizerKind.Characters, example.Training.Select(pair => pair.Source));
PairCorpus training = TextCorpus.Encode(example.Training, "training", digits, digits, new LengthLimit(), out _);
StepForm form = StepForm.Tokens(digits.Vocabulary.Count);
TransformerEncoderDecoder model = new(new TransformerOptions
{
    Source = form,
    Target = form,
    EncoderLayers = 2,
    DecoderLayers = 2,
    ModelDimension = 64,
    FeedForwardDimension = 128,
    Dropout = 0,
});
TrainingOptions options = new()
{
    Epochs = null,
    Steps = args.Length > 0 ? int.Parse(args[0]) : 3000,
    LabelSmoothing = 0,
    Schedule = new ScheduleOptions { Kind = ScheduleKind.Cosine, LearningRate = 3e-3, WarmUpSteps = 200 },
};
using Trainer trainer = new(model, new BatchPlan(training, BatchUnit.Sequences, 256, seed: 1), options: options);
trainer.Train(new ConsoleLines(every: 250));

using Translator translator = new(model, new TokenizerPair(digits, digits));
Translation[][] written = translator.Translate([.. example.Test.Select(pair => pair.Source)]);
int right = written.Zip(example.Test).Count(pair => pair.First[0].Text == pair.Second.Target);
Console.WriteLine($"{example.Test[0].Source} = {written[0][0].Text}");
Console.WriteLine($"{right} of {example.Test.Length} sums are right");
return right >= 0.95 * example.Test.Length ? 0 : 1;
