using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;

namespace SeqLoss.Models.Decoding;

/// <summary>Lines of text in, lines of text out: tokenizers, search and model together.</summary>
/// <remarks>
/// Lines of similar length are searched together, which changes the speed and nothing else. A line without tokens is not searched: its
/// translation is empty. One call at a time.
/// </remarks>
public sealed class Translator : IDisposable
{
    // Products of more rows are hardly faster, and keys and values of all of them are remembered.
    private const int MostHypotheses = 256;
    private const int MostSourceTokens = 8192;

    private readonly Tokenizer _source;
    private readonly Tokenizer _target;
    private readonly BeamSearch _search;
    private readonly SequenceBatch _batch = new();
    private readonly int _mostLines;

    /// <summary>Creates a translator; memory is taken by its first call.</summary>
    /// <param name="model">A model of tokens on both sides.</param>
    /// <param name="tokenizers">The tokenizers that it was trained with.</param>
    /// <param name="options">How to search; <see langword="null"/>: greedily.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentException">Options do not fit together, or the tokenizers do not fit the model.</exception>
    public Translator(EncoderDecoder model, TokenizerPair tokenizers, DecodingOptions? options = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizers);
        _source = Checked(tokenizers.Source, model.Options.Source, "source");
        _target = Checked(tokenizers.Target, model.Options.Target, "target");
        _search = new BeamSearch(model, options, threads);
        _mostLines = Math.Max(1, MostHypotheses / (options?.BeamSize ?? 1));
        MaxLineLength = Math.Min(model.MaxLength, (options ?? new DecodingOptions()).MaxSourceLength);
    }

    /// <summary>The most tokens of a line, its end included: what the model and the options allow.</summary>
    public int MaxLineLength { get; }

    /// <summary>Translates lines.</summary>
    /// <param name="lines">The lines, without their ends.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <returns>
    /// For each line, in their order, its <see cref="DecodingOptions.NBest"/> translations, best first; <see cref="Translation.Empty"/>
    /// alone for a line without tokens.
    /// </returns>
    /// <exception cref="ArgumentException">A line has more tokens than <see cref="MaxLineLength"/>.</exception>
    /// <exception cref="NonFiniteException">The model's scores hold NaN or +∞.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Translation[][] Translate(IReadOnlyList<string> lines, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        (List<int> tokens, int[] starts) = Encode(lines);
        int LengthOf(int line) => starts[line + 1] - starts[line];

        var translations = new Translation[lines.Count][];
        Array.Fill(translations, [Translation.Empty]);
        int[] longestFirst = [.. Enumerable.Range(0, lines.Count).Where(line => LengthOf(line) > 1).OrderByDescending(LengthOf)];
        for (int first = 0; first < longestFirst.Length;)
        {
            int longest = LengthOf(longestFirst[first]);
            int count = Math.Min(longestFirst.Length - first, Math.Clamp(MostSourceTokens / longest, 1, _mostLines));
            ReadOnlySpan<int> together = longestFirst.AsSpan(first, count);
            first += count;
            _batch.Reshape(count, longest);
            for (int i = 0; i < count; i++)
            {
                _batch.SetTokens(i, CollectionsMarshal.AsSpan(tokens)[starts[together[i]]..starts[together[i] + 1]]);
            }

            Hypothesis[][] found = _search.Search(_batch, cancellation);
            for (int i = 0; i < count; i++)
            {
                translations[together[i]] = Array.ConvertAll(found[i], TranslationOf);
            }
        }

        return translations;
    }

    /// <inheritdoc/>
    public void Dispose() => _search.Dispose();

    private (List<int> Tokens, int[] Starts) Encode(IReadOnlyList<string> lines)
    {
        List<int> tokens = [];
        int[] starts = new int[lines.Count + 1];
        for (int line = 0; line < lines.Count; line++)
        {
            _source.Encode(lines[line], tokens);
            starts[line + 1] = tokens.Count;
            int length = tokens.Count - starts[line];
            if (length > MaxLineLength)
            {
                throw new ArgumentException(
                    $"Line {line + 1} has {length} tokens, its end included, and at most {MaxLineLength} are read: split it.");
            }
        }

        return (tokens, starts);
    }

    private Translation TranslationOf(Hypothesis hypothesis)
        => new(_target.Decode(hypothesis.Tokens.AsSpan()), hypothesis.LogProbability, hypothesis.Score, hypothesis.HasEnded);

    private static Tokenizer Checked(Tokenizer? tokenizer, StepForm form, string side)
    {
        if (tokenizer is null || !form.IsTokens)
        {
            throw new ArgumentException($"The {side} is features, not text: use BeamSearch or FeatureRollout.");
        }

        return tokenizer.Vocabulary.Count == form.VocabularySize
            ? tokenizer
            : throw new ArgumentException(
                $"The {side} tokenizer has {tokenizer.Vocabulary.Count} tokens, the model {form.VocabularySize}: take both of one run.");
    }
}
