using System;
using System.Numerics.Tensors;

namespace SeqLoss.Planning;

/// <summary>The argument checks of losses of a projection that are not those of its logits.</summary>
internal static class ProjectionChecks
{
    private const long LeastWorkspace = 6 << 20;

    /// <summary>Checks the options that are not the loss's.</summary>
    /// <exception cref="LossOptionException">One of them is out of range.</exception>
    public static void CheckOptions(LinearCrossEntropyOptions options)
    {
        if (options.Loss is null)
        {
            throw new LossOptionException($"the options of the loss are null: leave them out for {nameof(CrossEntropyOptions)}.Default.");
        }

        OptionChecks.CheckCommon(options.Loss.Reduction, options.Loss.Empty, options.Loss.Threads);
        OptionChecks.CheckDefined(options.Precision);
        if (!(options.GradientFilter >= 0 && double.IsFinite(options.GradientFilter)))
        {
            throw new LossOptionException($"the gradient filter is {Text.Of(options.GradientFilter)}: it is a finite number, at least 0.");
        }

        if (options.WorkspaceBytes < LeastWorkspace)
        {
            throw new LossOptionException($"the workspace is {options.WorkspaceBytes} bytes: at least {LeastWorkspace} are needed.");
        }
    }

    /// <summary>Checks the shapes of the gradients, and that they overlap nothing that is still read or written.</summary>
    public static void CheckGradients(Scores hidden, VocabularyProjection projection, ProjectionGradients gradients)
    {
        Scores vocabulary = projection.Vocabulary;
        Gradient ofHidden = gradients.Hidden, ofVocabulary = gradients.Vocabulary;
        Gradient ofBias = gradients.Bias.IsEmpty ? default : (Gradient)new TensorSpan<float>(gradients.Bias);
        Check(ofHidden, hidden, vocabulary, projection.Bias, "the gradient of the hidden states", hidden.Shape);
        Check(ofVocabulary, hidden, vocabulary, projection.Bias, "the gradient of the vocabulary", vocabulary.Shape);
        Check(ofBias, hidden, vocabulary, projection.Bias, "the gradient of the bias", TensorShape.Of(vocabulary.Shape.Length0));
        if (ofVocabulary.IsWanted && ofHidden.IsWanted)
        {
            MemoryOverlap.Check(
                gradients.Hidden, ofVocabulary, "that of the hidden states", mayBeSame: false, "the gradient of the vocabulary");
        }

        if (ofBias.IsWanted && ofHidden.IsWanted)
        {
            MemoryOverlap.Check(gradients.Hidden, ofBias, "that of the hidden states", mayBeSame: false, "the gradient of the bias");
        }

        if (ofBias.IsWanted && ofVocabulary.IsWanted)
        {
            MemoryOverlap.Check(gradients.Vocabulary, ofBias, "that of the vocabulary", mayBeSame: false, "the gradient of the bias");
        }
    }

    private static void Check(Gradient gradient, Scores hidden, Scores vocabulary, ReadOnlySpan<float> bias, string name, TensorShape shape)
    {
        if (!gradient.IsWanted)
        {
            return;
        }

        if (gradient.Shape != shape)
        {
            throw new LossInputException($"{name} has shape {gradient.Shape}, {shape} is needed.");
        }

        MemoryOverlap.Check(hidden, gradient, "the hidden states", mayBeSame: shape == hidden.Shape, name);
        MemoryOverlap.Check(vocabulary, gradient, "the vocabulary", mayBeSame: false, name);
        if (!bias.IsEmpty)
        {
            MemoryOverlap.Check(new ReadOnlyTensorSpan<float>(bias), gradient, "the bias", mayBeSame: false, name);
        }
    }
}
