using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace SeqLoss.Compare;

/// <summary>The .NET side of <c>benchmarks/compare</c>: does what it is told on standard input, one line a measurement.</summary>
/// <remarks>
/// <c>prepare layout outer classes inner smoothing threads</c> fills the buffers; <c>loss</c>, <c>gradient</c>, <c>scale</c>,
/// <c>read</c> answer with milliseconds; <c>memory</c> with the KiB that a first call of this size took beyond the buffers.
/// <c>product rows depth columns threads</c> makes the operands of a product; <c>multiply way count</c> answers with the milliseconds
/// of each, <c>peak</c> with the GFLOP/s of multiply-adds that never leave the registers.
/// <c>linear tokens depth classes threads</c> makes the operands of a loss of a projection; <c>project way</c> answers with the
/// milliseconds of one, <c>project-memory way</c> with the KiB that it takes beyond operands and gradients.
/// Started as <c>train model precision threads</c> it is the .NET side of <c>benchmarks/peers/training_speed.py</c> instead,
/// as <c>filter model source target</c> it measures the gradient filter on a trained model.
/// </remarks>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["train", .. string[] training])
        {
            return TrainingWorkload.Serve(training);
        }

        if (arguments is ["filter", string model, string source, string target])
        {
            return FilterWorkload.Run(model, source, target);
        }

        using Workload workload = new();
        using ProductWorkload product = new();
        using LinearWorkload linear = new();
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            double answer;
            switch (words[0])
            {
                case "prepare":
                    workload.Prepare(
                        Enum.Parse<ScoreLayout>(words[1], ignoreCase: true),
                        Number(words[2]),
                        Number(words[3]),
                        Number(words[4]),
                        double.Parse(words[5], CultureInfo.InvariantCulture),
                        Number(words[6]));
                    answer = 0;
                    break;
                case "memory":
                    answer = PrivateKibibytesOf(workload.Gradient);
                    break;
                case "loss":
                    answer = MillisecondsOf(workload.Loss);
                    break;
                case "gradient":
                    answer = MillisecondsOf(workload.Gradient);
                    break;
                case "scale":
                    answer = MillisecondsOf(workload.ScaleInPlace);
                    break;
                case "read":
                    answer = MillisecondsOf(workload.ReadOnce);
                    break;
                case "product":
                    product.Prepare(Number(words[1]), Number(words[2]), Number(words[3]), Number(words[4]));
                    answer = 0;
                    break;
                case "multiply":
                    answer = product.Milliseconds(words[1], Number(words[2]));
                    break;
                case "peak":
                    answer = product.Peak();
                    break;
                case "linear":
                    linear.Prepare(Number(words[1]), Number(words[2]), Number(words[3]), Number(words[4]));
                    answer = 0;
                    break;
                case "project":
                    answer = linear.IsThere(words[1]) ? MillisecondsOf(() => linear.Run(words[1])) : double.NaN;
                    break;
                case "project-memory":
                    linear.Forget(words[1]);
                    answer = linear.IsThere(words[1]) ? PrivateKibibytesOf(() => linear.Run(words[1])) : double.NaN;
                    break;
                default:
                    return 2;
            }

            Console.Out.WriteLine(answer.ToString("R", CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }

        return 0;
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static double MillisecondsOf(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The growth of memory that is neither shared nor a file, as Linux counts it.</summary>
    private static double PrivateKibibytesOf(Action action)
    {
        double before = AnonymousKibibytes();
        action();
        return AnonymousKibibytes() - before;
    }

    private static double AnonymousKibibytes()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
            {
                return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            }
        }

        return double.NaN;
    }
}
