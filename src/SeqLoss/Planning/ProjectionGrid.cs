using SeqLoss.Kernels.Memory;

namespace SeqLoss.Planning;

/// <summary>The axes of a projection: where tokens are, and how many features and classes.</summary>
/// <param name="Logits">The shape that the logits would have.</param>
/// <param name="TokenCount">N.</param>
/// <param name="FeatureCount">D.</param>
/// <param name="ClassCount">V.</param>
internal readonly record struct ProjectionGrid(TensorShape Logits, int TokenCount, int FeatureCount, int ClassCount)
{
    /// <summary>Reads the shapes of hidden states, vocabulary and bias, and checks them against each other.</summary>
    public static ProjectionGrid Of(ScoreLayout layout, Scores hidden, VocabularyProjection projection)
    {
        Scores vocabulary = projection.Vocabulary;
        TensorShape shape = hidden.Shape;
        (int rank, string axes) = layout switch
        {
            ScoreLayout.Btv => (3, "[B, T, D]"),
            ScoreLayout.Tbv => (3, "[T, B, D]"),
            ScoreLayout.Nv => (2, "[N, D]"),
            ScoreLayout.Bvt => throw new LossOptionException(
                "the layout Bvt has its class axis before time, hidden states have their features last: choose Btv, Tbv or Nv."),
            _ => throw new LossOptionException($"{layout} is not a score layout."),
        };
        if (shape.Rank != rank)
        {
            throw new LossInputException(
                $"the shape of the hidden states is {shape}, but layout {layout} reads {axes} from it: name the layout they have.");
        }

        nint features = shape[rank - 1];
        if (vocabulary.Shape.Rank != 2 || vocabulary.Shape.Length1 != features || features < 1)
        {
            throw new LossInputException(
                $"the vocabulary has shape {vocabulary.Shape}, the hidden states have {shape}: it needs [V, D] with the same D >= 1.");
        }

        CheckType(hidden, "the hidden states");
        CheckType(vocabulary, "the vocabulary");
        nint classes = vocabulary.Shape.Length0;
        TensorShape logits = rank == 2 ? new(2, shape.Length0, classes) : new(3, shape.Length0, shape.Length1, classes);
        ScoreGrid grid = ScoreGrid.Of(layout, logits, "the logits");
        if (!projection.Bias.IsEmpty && projection.Bias.Length != grid.ClassCount)
        {
            throw new LossInputException($"the bias has {projection.Bias.Length} elements, the vocabulary has {classes} classes.");
        }

        return new(logits, grid.Sequences.Count, checked((int)features), grid.ClassCount);
    }

    private static void CheckType(Scores operand, string name)
    {
        if (operand.Type is not (ElementType.Float32 or ElementType.BFloat16))
        {
            throw new LossInputException($"{name} are stored as {operand.Type}: products are of float32 or BF16, convert them first.");
        }
    }
}
