using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqLoss.Cli.Tests.Npy;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>One case: a call of a framework's function, and what it gives.</summary>
internal sealed class ConformanceCase
{
    private readonly string folder;
    private readonly JsonElement description;

    internal ConformanceCase(string name)
    {
        folder = Path.Combine(ConformanceFolder.Root, name);
        description = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))).RootElement;
    }

    /// <summary>The function, as the source calls it.</summary>
    internal string Function => description.GetProperty("op").GetString()!.Replace(" (defaults)", "", StringComparison.Ordinal);

    internal bool IsRefused => description.TryGetProperty("expects_error", out _);

    internal bool IsCore => description.GetProperty("scope").GetString() == "core";

    /// <summary>Keras' base class is given errors without features; a mean over one feature is that feature.</summary>
    private bool IsWithoutFeatures => Function.StartsWith("keras Loss base class", StringComparison.Ordinal);

    private string Suite => description.GetProperty("suite").GetString()!;

    /// <summary>What the case expects: the role, the shape and the values of each output.</summary>
    internal IEnumerable<(string Role, string Shape, double[] Values, double Relative, double Absolute)> Outputs
    {
        get
        {
            JsonElement tolerance = description.GetProperty("tolerance");
            foreach (JsonElement output in description.GetProperty("outputs").EnumerateArray())
            {
                bool isExact = output.TryGetProperty("ref64_file", out JsonElement exact);
                (string _, string shape, double[] values) = ArrayFile.Load(PathOf(isExact ? exact : output.GetProperty("file")));
                yield return (
                    output.GetProperty("role").GetString()!,
                    shape,
                    values,
                    isExact ? 1e-6 : tolerance.GetProperty("rtol").GetDouble(),
                    isExact ? 1e-9 : tolerance.GetProperty("atol").GetDouble());
            }
        }
    }

    /// <summary>The options of the tool: the function, its arguments and its files.</summary>
    internal IEnumerable<string> Options(TemporaryFolder temporary)
    {
        yield return "--as";
        yield return IsWithoutFeatures ? "keras.MeanSquaredError"
            : Suite == "fairseq" ? $"fairseq.{Function.Replace("fairseq ", "", StringComparison.Ordinal)}"
            : Function;
        if (Suite == "fairseq")
        {
            yield return "--scores-are";
            yield return "probs";
        }

        foreach (JsonElement input in description.GetProperty("inputs").EnumerateArray())
        {
            string role = input.GetProperty("role").GetString()!;
            yield return OptionOf(role);
            string path = PathOf(input.GetProperty("file"));
            yield return IsWithoutFeatures && role is "y_true" or "y_pred" ? WithOneFeature(path, role, temporary) : path;
        }

        foreach (JsonProperty attribute in description.GetProperty("attributes").EnumerateObject())
        {
            yield return "--set";
            yield return $"{attribute.Name}={PythonOf(attribute.Value)}";
        }
    }

    /// <summary>The first array of labels, for the function that is no loss.</summary>
    internal (float[] Values, int[] Shape, double Alpha) Labels()
    {
        JsonElement input = description.GetProperty("inputs")[0];
        (string _, string _, double[] values) = ArrayFile.Load(PathOf(input.GetProperty("file")));
        int[] shape = [.. input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        return (
            Array.ConvertAll(values, value => (float)value),
            shape,
            description.GetProperty("attributes").GetProperty("alpha").GetDouble());
    }

    private string OptionOf(string role) => role switch
    {
        "y_pred" or "logits" or "scores" or "input" or "probs" or "predictions" or "log_predictions" => "--scores",
        "y_true" or "labels" or "targets" or "target" => "--targets",
        "where" or "mask" => "--mask",
        "weight" => "--class-weights",
        "weights" when Suite == "onnx" => "--class-weights",
        "weights" or "sample_weight" => "--weights",
        _ => $"--{role}",
    };

    private string PathOf(JsonElement file) => Path.Combine(folder, file.GetString()!);

    private static string WithOneFeature(string path, string role, TemporaryFolder temporary)
    {
        (string _, string shape, double[] values) = ArrayFile.Load(path);
        return temporary.Save($"{role}.npy", $"{shape},1", values);
    }

    private static string PythonOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "None",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
