using System.Collections.Generic;

namespace SeqLoss.Diagnostics;

/// <summary>The place of a finding, in the words of sequences and steps, whatever the layout.</summary>
/// <param name="Sequence">b; <see langword="null"/> for rows and for what belongs to no sequence.</param>
/// <param name="Step">t; <see langword="null"/> for rows and for a whole sequence.</param>
/// <param name="Row">n, of the layout <see cref="ScoreLayout.Nv"/>; else <see langword="null"/>.</param>
/// <param name="Class">v; <see langword="null"/> for all classes.</param>
public readonly record struct FindingPosition(int? Sequence, int? Step, int? Row, int? Class)
{
    /// <summary><c>[b=3, t=17, v=2]</c> with the parts that there are; <c>[n=3]</c> for a row.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        List<string> parts = [];
        Add("n", Row);
        Add("b", Sequence);
        Add("t", Step);
        Add("v", Class);
        return $"[{string.Join(", ", parts)}]";

        void Add(string name, int? index)
        {
            if (index is { } value)
            {
                parts.Add($"{name}={value}");
            }
        }
    }
}
