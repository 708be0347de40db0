using System;
using System.IO;
using System.Linq;
using SeqLoss.Cli.Tests.Npy;

namespace SeqLoss.Cli.Tests.Train;

/// <summary>Sixty pairs of words and the same words backwards, and a model that is small enough to train in no time.</summary>
internal sealed class TrainFixture : IDisposable
{
    internal const string Model =
        "\"kind\": \"transformer\", \"encoderLayers\": 1, \"decoderLayers\": 1, \"modelDimension\": 16, \"feedForwardDimension\": 16, "
        + "\"heads\": 2, \"dropout\": 0.1";

    private const string Training =
        "\"steps\": 6, \"epochs\": null, \"schedule\": {\"kind\": \"constant\", \"learningRate\": 0.01, \"warmUpSteps\": 0}, "
        + "\"validation\": {\"everySteps\": 3}, \"checkpointEverySteps\": 2";

    private readonly TemporaryFolder folder = new();

    internal TrainFixture()
    {
        string[] words = [.. Enumerable.Range(0, 60).Select(WordOf)];
        Source = PathOf("source.txt");
        Target = PathOf("target.txt");
        File.WriteAllLines(Source, words);
        File.WriteAllLines(Target, words.Select(word => string.Concat(word.Reverse())));
        Output = PathOf("run");
        Configuration = PathOf("config.json");
        Configure();
    }

    internal string Source { get; }

    internal string Target { get; }

    internal string Output { get; }

    internal string Configuration { get; }

    internal string Folder => folder.FullName;

    internal string PathOf(string name) => folder.PathOf(name);

    internal string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Writes the configuration with other keys of a part.</summary>
    internal void Configure(string data = "", string model = Model, string training = Training, string others = "")
        => File.WriteAllText(
            Configuration,
            "{\n"
            + $"\"data\": {{\"kind\": \"files\", \"source\": {Json(Source)}, \"target\": {Json(Target)}{data}}},\n"
            + $"\"model\": {{{model}}},\n\"training\": {{{training}}},\n"
            + $"\"batches\": {{\"size\": 64}}{others}\n}}\n");

    internal ToolRun Train(params string[] arguments)
        => ToolRun.Of(["train", Configuration, "--output", Output, "--threads", "1", .. arguments]);

    internal static byte[] Parameters(string output) => File.ReadAllBytes(Path.Combine(output, "model.safetensors"));

    public void Dispose() => folder.Dispose();

    /// <summary>One to seven letters of nine.</summary>
    private static string WordOf(int number)
        => string.Concat(Enumerable.Range(0, 1 + (number % 7)).Select(i => (char)('a' + (((number * i) + number) % 9))));

    private static string Json(string path) => $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal)}\"";
}
