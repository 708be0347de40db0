using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqLoss.Models.Decoding;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>How many targets a model writes exactly as they should be.</summary>
/// <param name="Name">What the pairs are.</param>
/// <param name="Pairs">The pairs.</param>
/// <param name="Outputs">What the model wrote for each.</param>
internal sealed record ExactMatch(string Name, IReadOnlyList<TextPair> Pairs, IReadOnlyList<string> Outputs)
{
    internal int Count => Enumerable.Range(0, Pairs.Count).Count(IsExact);

    /// <summary>In [0, 1].</summary>
    internal double Share => (double)Count / Pairs.Count;

    internal bool IsExact(int pair) => Outputs[pair] == Pairs[pair].Target;

    /// <summary>Lets a model write the targets of a text.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static ExactMatch Of(TestText text, Translator translator, CancellationToken cancellation)
    {
        Translation[][] found = translator.Translate([.. text.Pairs.Select(pair => pair.Source)], cancellation);
        return new ExactMatch(text.Name, text.Pairs, [.. found.Select(translations => translations[0].Text)]);
    }
}
