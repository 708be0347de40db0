using System;
using SeqLoss.Kernels.Softmax;

namespace SeqLoss.Planning;

/// <summary>The sequences of a score tensor and its class axis.</summary>
/// <param name="Layout">The axis order.</param>
/// <param name="Sequences">B, T and the order of the tokens.</param>
/// <param name="ClassCount">V.</param>
internal readonly record struct ScoreGrid(ScoreLayout Layout, SequenceGrid Sequences, int ClassCount)
{
    /// <summary>Reads a shape in a layout.</summary>
    /// <exception cref="LossInputException">The rank is not the layout's, or there are no classes, or too many.</exception>
    public static ScoreGrid Of(ScoreLayout layout, TensorShape shape, string name)
    {
        (nint batch, nint time, nint classes) = layout switch
        {
            ScoreLayout.Btv => (shape.Length0, shape.Length1, shape.Length2),
            ScoreLayout.Tbv => (shape.Length1, shape.Length0, shape.Length2),
            ScoreLayout.Bvt => (shape.Length0, shape.Length2, shape.Length1),
            ScoreLayout.Nv => (shape.Length0, (nint)1, shape.Length1),
            _ => throw new LossOptionException($"{layout} is not a score layout."),
        };
        int rank = layout == ScoreLayout.Nv ? 2 : 3;
        if (shape.Rank != rank)
        {
            throw new LossInputException(
                $"the shape of {name} is {shape}, but layout {Name(layout)} has {rank} axes: name the layout of the scores.");
        }

        if (classes is < 1 or > int.MaxValue)
        {
            throw new LossInputException(
                $"the shape of {name} is {shape}: layout {Name(layout)} reads {classes} classes from it, at least 1 is needed.");
        }

        return new(layout, SequenceGrid.Of(batch, time, layout == ScoreLayout.Tbv, layout == ScoreLayout.Nv), (int)classes);
    }

    /// <summary>How the kernels see a block of whole rows, or for <see cref="ScoreLayout.Bvt"/> of whole sequences.</summary>
    public ScoreShape Block(nint elements)
    {
        int width = Layout == ScoreLayout.Bvt ? Sequences.Time : 1;
        nint group = (nint)ClassCount * width;
        return new(group == 0 ? 0 : (int)(elements / group), ClassCount, Math.Max(width, 1));
    }

    private static string Name(ScoreLayout layout) => layout switch
    {
        ScoreLayout.Btv => "btv [B, T, V]",
        ScoreLayout.Tbv => "tbv [T, B, V]",
        ScoreLayout.Bvt => "bvt [B, V, T]",
        _ => "nv [N, V]",
    };
}
