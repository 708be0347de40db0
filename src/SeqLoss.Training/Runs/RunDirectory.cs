using System.IO;
using SeqLoss.Models.Files;
using SeqLoss.Training.Checkpoints;

namespace SeqLoss.Training.Runs;

/// <summary>The folder of a run: what was asked for, the checkpoints, the numbers on the way, and in the end the model.</summary>
/// <param name="path">The folder; it need not exist.</param>
internal sealed class RunDirectory(string path)
{
    /// <summary>The folder, as it was named.</summary>
    internal string Path { get; } = path;

    /// <summary>The configuration, every default filled in.</summary>
    internal string ConfigurationFile => InFolder("run.json");

    /// <summary>The tokenizers, there from the start.</summary>
    internal string TokenizerFile => ModelDirectory.TokenizerFile(Path);

    /// <summary>One line of JSON for every few steps and every validation.</summary>
    internal string MetricsFile => InFolder("metrics.jsonl");

    internal CheckpointDirectory Checkpoints => field ??= new CheckpointDirectory(InFolder("checkpoints"));

    /// <summary>Whether a run, or a model, is there.</summary>
    internal bool HoldsRun => File.Exists(ConfigurationFile)
        || File.Exists(ModelDirectory.ConfigurationFile(Path))
        || File.Exists(ModelDirectory.ParameterFile(Path))
        || Directory.Exists(Checkpoints.Path);

    private string InFolder(string name) => System.IO.Path.Combine(Path, name);
}
