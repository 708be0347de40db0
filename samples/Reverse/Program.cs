using System;
using System.Linq;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Text;
using SeqLoss.Training;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Schedules;

// Sequences of up to 30 numbers are written backwards by a recurrent model with attention, which has seen up to 25 of them.
ReverseExample example = ReverseExample.Create(seed: 42, trainCount: 50_000);
Tokenizer numbers = Tokenizer.Learn(TokenizerKind.Words, example.Training.Select(pair => pair.Source));
PairCorpus training = TextCorpus.Encode(example.Training, "training", numbers, numbers, new LengthLimit(), out _);
StepForm form = StepForm.Tokens(numbers.Vocabulary.Count);
RecurrentEncoderDecoder model = new(new RecurrentOptions
{
    Source = form,
    Target = form,
    EmbeddingSize = 64,
    HiddenSize = 64,
    HasInputFeeding = true,
    Dropout = 0,
});
TrainingOptions options = new()
{
    Epochs = null,
    Steps = args.Length > 0 ? int.Parse(args[0]) : 4000,
    LabelSmoothing = 0,
    Schedule = new ScheduleOptions { Kind = ScheduleKind.Cosine, LearningRate = 5e-3, WarmUpSteps = 100 },
};
using Trainer trainer = new(model, new BatchPlan(training, BatchUnit.Sequences, 64, seed: 1), options: options);
trainer.Train(new ConsoleLines(every: 250));

using Translator translator = new(model, new TokenizerPair(numbers, numbers));
Translation[][] written = translator.Translate([.. example.Test.Select(pair => pair.Source)]);
int right = written.Zip(example.Test).Count(pair => pair.First[0].Text == pair.Second.Target);
Console.WriteLine($"{example.Test[0].Source} -> {written[0][0].Text}");
Console.WriteLine($"{right} of {example.Test.Length} sequences are written backwards");
return right >= 0.99 * example.Test.Length ? 0 : 1;
