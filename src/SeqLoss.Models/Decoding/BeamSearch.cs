using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Decoding;

/// <summary>Writes the most probable targets of sources: beam search, and greedy search where the beam is one.</summary>
/// <remarks>
/// <para>
/// At each step the <see cref="DecodingOptions.BeamSize"/> most probable continuations of a source's hypotheses are kept. One that ends
/// keeps its place and is not extended. The search of a source is over when no hypothesis that is still being written can come among the
/// results, however it goes on; its rows then leave the batch.
/// </para>
/// <para>
/// <see cref="SpecialTokens.Padding"/> and <see cref="SpecialTokens.Begin"/> are never written; probabilities are not renormalised for it,
/// so that log-probabilities are those of a given target. Among equals the continuation of the better hypothesis comes first, then the
/// smaller token.
/// </para>
/// <para>
/// A source's results do not depend on its neighbours in the batch, to the last bit with the managed matrix multiply. An object keeps its
/// memory: a step allocates nothing. One call at a time.
/// </para>
/// </remarks>
public sealed class BeamSearch : IDisposable
{
    /// <summary>The tokens that may be forbidden at a step, so that as many more have to be looked at.</summary>
    private const int MostForbidden = 3;

    private readonly EncoderDecoder _model;
    private readonly DecodingOptions _options;
    private readonly Tape _tape;
    private readonly LinearCrossEntropy _scores;
    private readonly SequenceBatch _input = new();
    private readonly List<Beam> _beams = [];
    private readonly int _tokensPerRow;
    private int[] _kept = [];
    private int[] _tokens = [];
    private double[] _logProbabilities = [];

    /// <summary>Creates a search; memory is taken by its first call.</summary>
    /// <param name="model">A model whose targets are tokens.</param>
    /// <param name="options">How to search; <see langword="null"/>: greedily.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentException">Options do not fit together, or the targets of the model are features.</exception>
    public BeamSearch(EncoderDecoder model, DecodingOptions? options = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Options.Target.IsTokens)
        {
            throw new ArgumentException("The model writes features, not tokens: use FeatureRollout.", nameof(model));
        }

        _options = options ?? new DecodingOptions();
        _options.Check();
        if (_options.MinLength > model.MaxLength)
        {
            throw new ArgumentException(
                $"Targets of at least {_options.MinLength} steps are asked for, the model writes at most {model.MaxLength}.",
                nameof(options));
        }

        _model = model;
        _tape = new Tape(threads) { IsTraining = false };
        _scores = new LinearCrossEntropy(new LinearCrossEntropyOptions
        {
            Loss = new CrossEntropyOptions { Layout = ScoreLayout.Nv, Threads = threads },
        });
        _tokensPerRow = (int)Math.Min(model.Options.Target.VocabularySize, (long)_options.BeamSize + MostForbidden);
    }

    /// <summary>Searches the targets of all sources at once.</summary>
    /// <param name="source">B sources.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <returns>
    /// For each source its <see cref="DecodingOptions.NBest"/> hypotheses, fewer only where there are no more; best first, those that ended
    /// before those that were cut off.
    /// </returns>
    /// <exception cref="ArgumentException">A source has more steps than <see cref="DecodingOptions.MaxSourceLength"/>.</exception>
    /// <exception cref="NonFiniteException">The model's scores hold NaN or +∞.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Hypothesis[][] Search(SequenceBatch source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.MaxLength > _options.MaxSourceLength)
        {
            throw new ArgumentException(
                $"A source has {source.MaxLength} steps, {_options.MaxSourceLength} are read at most: shorten it, "
                + $"or raise {nameof(DecodingOptions.MaxSourceLength)}.",
                nameof(source));
        }

        DecoderState state = _model.BeginDecoding(_tape, source, Begin(source));
        for (int rows = source.Count; rows > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            WriteInput(source.Count, rows);
            FindTokens(state.Advance(_input));
            int kept = Extend(source.Count);
            if (kept > 0 && !IsUnmoved(kept, rows))
            {
                state.KeepRows(_kept.AsSpan(0, kept));
            }

            rows = kept;
        }

        var results = new Hypothesis[source.Count][];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = _beams[i].Results();
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _tape.Dispose();

    /// <summary>Begins the beams, and gives the most steps of any.</summary>
    private int Begin(SequenceBatch source)
    {
        int longest = 0;
        for (int i = 0; i < source.Count; i++)
        {
            if (i == _beams.Count)
            {
                _beams.Add(new Beam(_options));
            }

            int maxLength = Math.Min(_options.MaxLengthFor(source.Lengths[i]), _model.MaxLength);
            _beams[i].Begin(maxLength);
            longest = Math.Max(longest, maxLength);
        }

        int mostRows = checked(source.Count * _options.BeamSize);
        if (_kept.Length < mostRows)
        {
            _kept = new int[mostRows];
            _tokens = new int[checked(mostRows * _tokensPerRow)];
            _logProbabilities = new double[_tokens.Length];
        }

        return longest;
    }

    private void WriteInput(int sources, int rows)
    {
        _input.Reshape(rows, 1);
        _input.Lengths.Fill(1);
        Span<int> tokens = _input.Tokens;
        int row = 0;
        for (int i = 0; i < sources; i++)
        {
            for (int live = 0; live < _beams[i].LiveCount; live++)
            {
                tokens[row++] = _beams[i].TokenOf(live);
            }
        }
    }

    private void FindTokens(Variable hidden)
    {
        OutputLayer output = _model.Output;
        VocabularyProjection projection = new(
            new ReadOnlyTensorSpan<float>(output.Weight.Values, [output.Weight.Rows, output.Weight.Columns]))
        {
            Bias = output.Bias.Values,
        };
        int count = hidden.Rows * _tokensPerRow;
        _scores.TopClasses(
            new ReadOnlyTensorSpan<float>(hidden.Values, [hidden.Rows, hidden.Columns]),
            projection,
            _tokensPerRow,
            _tokens.AsSpan(0, count),
            _logProbabilities.AsSpan(0, count));
    }

    /// <summary>Extends all beams, and lists the rows that go on.</summary>
    private int Extend(int sources)
    {
        int row = 0;
        int kept = 0;
        for (int i = 0; i < sources; i++)
        {
            Beam beam = _beams[i];
            int rows = beam.LiveCount;
            if (rows == 0)
            {
                continue;
            }

            ReadOnlySpan<int> tokens = _tokens.AsSpan(row * _tokensPerRow, rows * _tokensPerRow);
            if (tokens.Contains(-1))
            {
                throw new NonFiniteException(
                    $"the scores of the next token of source {i} hold NaN or +∞: the model is damaged, use an earlier one");
            }

            beam.Extend(tokens, _logProbabilities.AsSpan(row * _tokensPerRow, tokens.Length));
            for (int live = 0; live < beam.LiveCount; live++)
            {
                _kept[kept++] = row + beam.ParentOf(live);
            }

            row += rows;
        }

        return kept;
    }

    private bool IsUnmoved(int kept, int rows)
    {
        for (int i = 0; i < kept; i++)
        {
            if (_kept[i] != i)
            {
                return false;
            }
        }

        return kept == rows;
    }
}
