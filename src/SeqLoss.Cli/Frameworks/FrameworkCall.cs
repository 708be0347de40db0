using System;
using System.Numerics.Tensors;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Frameworks;

/// <summary>One call of a framework's loss: its arrays and arguments as the library takes them.</summary>
internal sealed class FrameworkCall : IDisposable
{
    private readonly FrameworkRequest request;
    private readonly NpyFile scoresFile;
    private readonly NpyFile targetsFile;
    private readonly NpyTensor scores;
    private readonly NpyTensor? targets;
    private readonly long[] convertedIds = [];
    private readonly double[] upstream = [];
    private readonly FloatBuffer? gradient;
    private readonly FloatBuffer? logProbs;

    /// <summary>Opens the files.</summary>
    /// <exception cref="BadFileException">A file cannot be used.</exception>
    internal FrameworkCall(FrameworkRequest request)
    {
        this.request = request;
        scoresFile = NpyFile.Open(request.Scores);
        try
        {
            scores = NpyTensor.OfNumbers(scoresFile);
            targetsFile = NpyFile.Open(request.Targets);
            AreIds = ArrayFiles.AreIds(request.Loss.TargetForm, targetsFile, scoresFile);
            if (AreIds && request.Loss.TargetForm == TargetForm.ConvertedIds && targetsFile.ElementType >= NpyElementType.Float16)
            {
                convertedIds = ArrayFiles.ReadWholeNumbers(targetsFile);
            }
            else
            {
                targets = AreIds ? NpyTensor.OfIds(targetsFile) : NpyTensor.OfNumbers(targetsFile);
            }

            Weights = ArrayFiles.Read(request, FrameworkFile.Weights, scoresFile);
            Mask = ArrayFiles.Read(request, FrameworkFile.Mask, scoresFile);
            ClassWeights = request.ClassWeights is { } path ? ArrayFiles.ReadClassWeights(path) : null;
            (upstream, UpstreamShape) = request.Upstream is { } name ? ArrayFiles.ReadUpstream(name) : ([], null);
            gradient = request.Gradient is null ? null : new FloatBuffer(scoresFile.Shape);
            logProbs = request.LogProbs is null ? null : new FloatBuffer(scoresFile.Shape);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the targets are ids.</summary>
    internal bool AreIds { get; }

    internal Scores Scores => scores.Scores;

    internal Targets Targets
        => targets is null ? new ReadOnlyTensorSpan<long>(convertedIds, Lengths(targetsFile))
        : targetsFile.Shape.IsEmpty ? targets.TargetsIn(1)
        : targets.Targets;

    /// <summary>The targets of a regression.</summary>
    internal Scores Values => targets!.Scores;

    internal SampleWeights? Weights { get; }

    internal SampleWeights? Mask { get; }

    internal ClassWeights? ClassWeights { get; }

    internal ScoreForm ScoresAre => request.ScoresAre;

    internal ScoreLayout Layout => request.Layout;

    internal Gradient Gradient => gradient is null ? default : ((Gradient)gradient.Span).WithUpstream(upstream);

    internal Gradient LogProbs => logProbs is null ? default : logProbs.Span;

    /// <summary>The shape of the file of the upstream gradient, if there is one.</summary>
    internal long[]? UpstreamShape { get; }

    internal ReadOnlySpan<long> ScoreShape => scoresFile.Shape;

    /// <summary>The weights of a framework that must have them.</summary>
    internal SampleWeights RequiredWeights => Weights ?? throw new InvalidOperationException("The command line has been checked.");

    /// <summary>The value of an argument, or the framework's default.</summary>
    internal T Of<T>(Argument<T> argument)
        => request.Values.TryGetValue(argument, out object? value) ? (T)value! : argument.Default;

    /// <summary>Scores and their type and shape, for the report.</summary>
    internal string DescribeScores() => scoresFile.DescribeShape();

    /// <summary>Appends the gradient to its file.</summary>
    internal void WriteGradient(NpyWriter<float> writer) => gradient!.AppendTo(writer);

    /// <summary>Appends the log-probabilities to their file.</summary>
    internal void WriteLogProbs(NpyWriter<float> writer) => logProbs!.AppendTo(writer);

    public void Dispose()
    {
        logProbs?.Dispose();
        gradient?.Dispose();
        targets?.Dispose();
        scores?.Dispose();
        targetsFile?.Dispose();
        scoresFile.Dispose();
    }

    private static nint[] Lengths(NpyFile file)
        => file.Shape.IsEmpty ? [1] : Array.ConvertAll(file.Shape.ToArray(), size => (nint)size);
}
