using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using SeqLoss.Models.Autograd;
using SeqLoss.Tests;
using Xunit;

namespace SeqLoss.Training.Tests.Optimizers;

/// <summary>PyTorch's numbers, tests/Golden/training/optimizers.json; eng/golden/make_training_golden.py made them.</summary>
internal static class TrainingGolden
{
    public static JsonNode Root { get; } = JsonNode.Parse(
        File.ReadAllText(Repository.PathOf("tests", "Golden", "training", "optimizers.json")))!;

    public static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(value => (double)value!)];

    /// <summary>Parameters of the golden shapes.</summary>
    public static ParameterSet CreateParameters()
    {
        ParameterSet parameters = new(seed: 1);
        foreach (JsonNode? shape in Root["shapes"]!.AsArray())
        {
            parameters.AddConstant($"p{parameters.Count}", (int)shape![0]!, (int)shape[1]!);
        }

        return parameters;
    }

    public static void Write(JsonNode perParameter, ParameterSet parameters, bool asGradients)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            float[] numbers = Array.ConvertAll(Numbers(perParameter[i]!), number => (float)number);
            numbers.CopyTo(asGradients ? parameters[i].Gradient : parameters[i].Values);
        }
    }

    public static void AssertClose(JsonNode expected, ParameterSet parameters, bool gradients = false)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            double[] numbers = Numbers(expected[i]!);
            Span<float> actual = gradients ? parameters[i].Gradient : parameters[i].Values;
            Assert.Equal(numbers.Length, actual.Length);
            for (int j = 0; j < numbers.Length; j++)
            {
                Assert.True(
                    Math.Abs(actual[j] - numbers[j]) <= 1e-7 + (1e-6 * Math.Abs(numbers[j])),
                    $"value {j} of {parameters[i].Name} is {actual[j]}, PyTorch's is {numbers[j]}");
            }
        }
    }
}
