using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The layers at both ends of a model, which tying joins.</summary>
internal static class SideLayers
{
    /// <summary>Adds the tables, maps and the output layer that the options ask for.</summary>
    /// <param name="parameters">Where they are added.</param>
    /// <param name="options">Forms and tying.</param>
    /// <param name="embeddingSize">The features of an embedded step.</param>
    /// <param name="hiddenSize">The features that the output layer reads.</param>
    /// <param name="scale">The factor of embedded tokens.</param>
    /// <exception cref="ArgumentException">Tying does not fit.</exception>
    public static (StepInput Source, StepInput Target, OutputLayer Output) Create(
        ParameterSet parameters, EncoderDecoderOptions options, int embeddingSize, int hiddenSize, float scale)
    {
        (StepForm source, StepForm target) = (options.Source, options.Target);
        bool isTied = target.IsTokens && options.Tying != EmbeddingTying.None;
        if (isTied && embeddingSize != hiddenSize)
        {
            throw new ArgumentException(
                $"Tying {options.Tying} makes the embedding the output's weight, but they have {embeddingSize} and {hiddenSize} features; "
                + "use tying None or equal sizes.");
        }

        double spread = 1 / Math.Sqrt(embeddingSize);
        if (options.Tying == EmbeddingTying.All && source.IsTokens && target.IsTokens)
        {
            Parameter shared = parameters.AddNormal("embedding.weight", target.VocabularySize, embeddingSize, spread);
            return (new("embedding", shared, scale), new("embedding", shared, scale), OutputOf(shared));
        }

        StepInput sourceInput = InputOf("source", source);
        StepInput targetInput = InputOf("target", target);
        Parameter weight = isTied
            ? targetInput.Table!
            : parameters.AddXavierUniform("output.weight", target.IsTokens ? target.VocabularySize : target.FeatureCount, hiddenSize);
        return (sourceInput, targetInput, OutputOf(weight));

        StepInput InputOf(string side, StepForm form) => form.IsTokens
            ? new StepInput(
                $"{side}_embedding", parameters.AddNormal($"{side}_embedding.weight", form.VocabularySize, embeddingSize, spread), scale)
            : new StepInput(parameters, $"{side}_input", form.FeatureCount, embeddingSize);

        OutputLayer OutputOf(Parameter outputWeight) => new(outputWeight, parameters.AddConstant("output.bias", 1, outputWeight.Rows));
    }
}
