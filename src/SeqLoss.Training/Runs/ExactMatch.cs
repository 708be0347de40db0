using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>How many targets a model writes exactly as they should be.</summary>
/// <param name="Name">What the pairs are.</param>
/// <param name="Pairs">The pairs.</param>
/// <param name="Outputs">What the model wrote for each; <see langword="null"/> for a pair that is too long for it.</param>
/// <param name="MaxLength">The most tokens it was let write, where the usual most are too few; else <see langword="null"/>.</param>
internal sealed record ExactMatch(string Name, IReadOnlyList<TextPair> Pairs, IReadOnlyList<string?> Outputs, int? MaxLength)
{
    internal int Count => Enumerable.Range(0, Pairs.Count).Count(IsExact);

    /// <summary>In [0, 1].</summary>
    internal double Share => (double)Count / Pairs.Count;

    /// <summary>The pairs that the model cannot read or write: they are not exact.</summary>
    internal int TooLong => Outputs.Count(output => output is null);

    internal bool IsExact(int pair) => Outputs[pair] == Pairs[pair].Target;

    /// <summary>Lets a model write the targets of a text.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static ExactMatch Of(TestText text, TrainedModel trained, int? threads, CancellationToken cancellation)
    {
        (int Source, int Target)[] lengths =
        [
            .. text.Pairs.Select(pair => (
                trained.Tokenizers.Source!.Encode(pair.Source).Length, trained.Tokenizers.Target!.Encode(pair.Target).Length)),
        ];
        DecodingOptions options = new();
        int mostSource = Math.Min(trained.Model.MaxLength, options.MaxSourceLength);
        int[] fitting =
        [
            .. Enumerable.Range(0, lengths.Length)
                .Where(i => lengths[i].Source <= mostSource && lengths[i].Target <= trained.Model.MaxLength),
        ];

        // A target longer than the search goes as a rule could not be exact, however good the model.
        int? maxLength = fitting.Any(i => lengths[i].Target > options.MaxLengthFor(lengths[i].Source))
            ? fitting.Max(i => lengths[i].Target)
            : null;
        options = maxLength is { } most ? options with { MaxLength = most, MaxLengthFactor = 0, MaxLengthOffset = most } : options;
        using Translator translator = new(trained.Model, trained.Tokenizers, options, threads);
        Translation[][] found = translator.Translate([.. fitting.Select(i => text.Pairs[i].Source)], cancellation);
        string?[] outputs = new string?[lengths.Length];
        for (int i = 0; i < fitting.Length; i++)
        {
            outputs[fitting[i]] = found[i][0].Text;
        }

        return new ExactMatch(text.Name, text.Pairs, outputs, maxLength);
    }
}
