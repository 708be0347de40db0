using System.Linq;
using System.Text.Json.Nodes;
using SeqLoss.Models.Autograd;
using SeqLoss.Training.Optimizers;
using Xunit;

namespace SeqLoss.Training.Tests.Optimizers;

/// <summary>Steps and clipping against torch.optim and torch.nn.utils.</summary>
public sealed class OptimizerGoldenTests
{
    public static TheoryData<string> Names => [.. TrainingGolden.Root["optimizers"]!.AsArray().Select(@case => (string)@case!["name"]!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_AreThoseOfTorch(string name)
    {
        JsonNode @case = TrainingGolden.Root["optimizers"]!.AsArray().Single(@case => (string)@case!["name"]! == name)!;
        ParameterSet parameters = TrainingGolden.CreateParameters();
        TrainingGolden.Write(@case["start"]!, parameters, asGradients: false);
        Optimizer optimizer = Create(name, @case["options"]!, parameters);
        foreach (JsonNode? step in @case["steps"]!.AsArray())
        {
            // The scale undoes what was done to the gradients: a power of two, so that nothing is rounded.
            TrainingGolden.Write(step!["gradients"]!, parameters, asGradients: true);
            foreach (Parameter parameter in parameters)
            {
                System.Numerics.Tensors.TensorPrimitives.Multiply(parameter.Gradient, 8, parameter.Gradient);
            }

            optimizer.Step((double)step["rate"]!, gradientScale: 0.125);
            TrainingGolden.AssertClose(step["values"]!, parameters);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Clipping_IsThatOfTorch(int index)
    {
        JsonNode @case = TrainingGolden.Root["clipping"]![index]!;
        ParameterSet parameters = TrainingGolden.CreateParameters();
        TrainingGolden.Write(@case["before"]!, parameters, asGradients: true);
        double norm = new GradientNorm(parameters).Compute();
        Assert.Equal((double)@case["norm"]!, norm, 1e-6 * norm);

        // A step of plain descent at rate 1 from 0 leaves minus the gradient that it saw.
        new Sgd(parameters).Step(learningRate: -1, GradientNorm.ClipScale(norm, (double)@case["most"]!));
        TrainingGolden.AssertClose(@case["after"]!, parameters);
    }

    private static Optimizer Create(string name, JsonNode options, ParameterSet parameters) => name[..3] switch
    {
        "sgd" => new Sgd(parameters, (double?)options["momentum"] ?? 0),
        _ when options["weight_decay"] is { } decay => new AdamW(
            parameters, (double)decay, (double)options["betas"]![0]!, (double)options["betas"]![1]!, (double)options["eps"]!),
        _ => new Adam(parameters, (double)options["betas"]![0]!, (double)options["betas"]![1]!, (double)options["eps"]!),
    };
}
