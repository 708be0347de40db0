using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Text;

/// <summary>Tokens and their ids: the special ids of <see cref="SpecialTokens"/>, then the tokens in the order of a list.</summary>
/// <remarks>The list alone fixes every id, so that it is all that a file of the vocabulary has to hold.</remarks>
public sealed class Vocabulary
{
    private static readonly ImmutableArray<string> SpecialNames = ["<pad>", "<unk>", "<s>", "</s>"];

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idsBySpan;

    /// <param name="tokens">The tokens that follow the special ones, each once.</param>
    /// <exception cref="ArgumentException">A token is empty, stands twice, or has the name of a special one.</exception>
    public Vocabulary(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Tokens = [.. tokens];
        _ids = new Dictionary<string, int>(Tokens.Length, StringComparer.Ordinal);
        _idsBySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < Tokens.Length; i++)
        {
            if (string.IsNullOrEmpty(Tokens[i]))
            {
                throw new ArgumentException($"token {i} is empty", nameof(tokens));
            }

            if (SpecialNames.Contains(Tokens[i]))
            {
                throw new ArgumentException($"token {i} is {Tokens[i]}, which every vocabulary holds already", nameof(tokens));
            }

            if (!_ids.TryAdd(Tokens[i], SpecialTokens.Count + i))
            {
                int first = Id(Tokens[i]) - SpecialTokens.Count;
                throw new ArgumentException($"token {i} is '{Tokens[i]}' again, which is token {first}", nameof(tokens));
            }
        }
    }

    /// <summary>V: the special ids and the tokens.</summary>
    public int Count => SpecialTokens.Count + Tokens.Length;

    /// <summary>The tokens without the special ones: token i has the id <see cref="SpecialTokens.Count"/> + i.</summary>
    public ImmutableArray<string> Tokens { get; }

    /// <summary>The text of an id; special ones: <c>&lt;pad&gt;</c>, <c>&lt;unk&gt;</c>, <c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in 0..V − 1.</exception>
    public string this[int id]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count, nameof(id));
            return id < SpecialTokens.Count ? SpecialNames[id] : Tokens[id - SpecialTokens.Count];
        }
    }

    /// <summary>Takes the most frequent tokens.</summary>
    /// <param name="counts">Tokens and how often they occur; the names of special tokens are passed over: no text makes one.</param>
    /// <param name="minimumCount">Rarer tokens are left out.</param>
    /// <param name="maximumCount">The greatest V, special ids included.</param>
    /// <returns>The tokens by falling count, equal counts in the order of their UTF-16 code units.</returns>
    /// <exception cref="ArgumentException">A token is empty or stands twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumCount"/> leaves no room beside the special ids.</exception>
    public static Vocabulary FromCounts(
        IEnumerable<KeyValuePair<string, long>> counts, long minimumCount = 1, int maximumCount = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maximumCount, SpecialTokens.Count);
        return new Vocabulary(counts
            .Where(entry => entry.Value >= minimumCount && !SpecialNames.Contains(entry.Key))
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(maximumCount - SpecialTokens.Count)
            .Select(entry => entry.Key));
    }

    /// <summary>The id of a token, or <see cref="SpecialTokens.Unknown"/>; the names of special tokens are unknown text.</summary>
    public int Id(ReadOnlySpan<char> token) => _idsBySpan.TryGetValue(token, out int id) ? id : SpecialTokens.Unknown;
}
