using System;
using SeqLoss.Training;

/// <summary>Writes the loss of every so many steps: what a program may do with <see cref="IProgress{T}"/>.</summary>
internal sealed class ConsoleLines(int every) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Loss is { } loss && value.Step % every == 0)
        {
            Console.WriteLine($"step {value.Step}: {loss.Mean:F4} a step, learning rate {value.LearningRate:G3}");
        }
    }
}
