using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Text;

/// <summary>Turns lines of text into sequences of ids and back.</summary>
/// <remarks>
/// <para>
/// <see cref="TokenizerKind.Characters"/> takes Unicode scalar values: unlike clusters they are a small set, and no table of a Unicode
/// version decides where they end. Nothing is normalised. Half of a surrogate pair reads as U+FFFD, as in any UTF-8.
/// </para>
/// <para>
/// <see cref="TokenizerKind.Words"/> splits at U+0020 alone; several spaces count as one, and those at the ends as none.
/// </para>
/// <para>Decoding an encoded line gives it back unless it holds an unknown token or, for words, spaces that do not count.</para>
/// </remarks>
public sealed class Tokenizer
{
    /// <param name="kind">What a token is.</param>
    /// <param name="vocabulary">The tokens that are known.</param>
    /// <exception cref="ArgumentException">A token of the vocabulary is no single character, or a word with a space.</exception>
    public Tokenizer(TokenizerKind kind, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        for (int i = 0; i < vocabulary.Tokens.Length; i++)
        {
            string token = vocabulary.Tokens[i];
            if (NextToken(kind, token, out int start) != token.Length || start != 0 || Whole(token) != token)
            {
                string expected = kind == TokenizerKind.Characters ? "a single character" : "a word without spaces";
                throw new ArgumentException($"token {i} is '{token}', not {expected}", nameof(vocabulary));
            }
        }

        Kind = kind;
        Vocabulary = vocabulary;
    }

    /// <summary>What a token is.</summary>
    public TokenizerKind Kind { get; }

    /// <summary>The tokens that are known.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Makes a tokenizer that knows the tokens of a text.</summary>
    /// <param name="kind">What a token is.</param>
    /// <param name="lines">The text.</param>
    /// <param name="minimumCount">Rarer tokens stay unknown.</param>
    /// <param name="maximumCount">The greatest V, special ids included.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumCount"/> leaves no room beside the special ids.</exception>
    public static Tokenizer Learn(
        TokenizerKind kind, IEnumerable<string> lines, long minimumCount = 1, int maximumCount = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> countsBySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string line in lines)
        {
            ReadOnlySpan<char> rest = line;
            while (NextToken(kind, rest, out int start) is int end and > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(countsBySpan, Whole(rest[start..end]), out _)++;
                rest = rest[end..];
            }
        }

        return new Tokenizer(kind, Vocabulary.FromCounts(counts, minimumCount, maximumCount));
    }

    /// <summary>Appends the ids of a line and <see cref="SpecialTokens.End"/>; an empty line is that id alone.</summary>
    /// <param name="line">Any text.</param>
    /// <param name="destination">Grows; nothing else is allocated.</param>
    public void Encode(ReadOnlySpan<char> line, List<int> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (NextToken(Kind, line, out int start) is int end and > 0)
        {
            destination.Add(Vocabulary.Id(Whole(line[start..end])));
            line = line[end..];
        }

        destination.Add(SpecialTokens.End);
    }

    /// <summary>The ids of a line, the last <see cref="SpecialTokens.End"/>.</summary>
    public int[] Encode(ReadOnlySpan<char> line)
    {
        var ids = new List<int>(line.Length + 1);
        Encode(line, ids);
        return [.. ids];
    }

    /// <summary>The text of ids up to the first <see cref="SpecialTokens.End"/>, or of all.</summary>
    /// <remarks>Padding and <see cref="SpecialTokens.Begin"/> have no text; an unknown token reads <c>&lt;unk&gt;</c>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in 0..V − 1.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var line = new StringBuilder();
        foreach (int id in ids)
        {
            if (id == SpecialTokens.End)
            {
                break;
            }

            if (id is SpecialTokens.Padding or SpecialTokens.Begin)
            {
                continue;
            }

            if (Kind == TokenizerKind.Words && line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append(Vocabulary[id]);
        }

        return line.ToString();
    }

    /// <summary>Finds the first token of a text.</summary>
    /// <returns>Where it ends, or 0 if there is none.</returns>
    private static int NextToken(TokenizerKind kind, ReadOnlySpan<char> text, out int start)
    {
        start = 0;
        if (kind == TokenizerKind.Characters)
        {
            Rune.DecodeFromUtf16(text, out _, out int length);
            return length; // 1 for half of a pair, 0 at the end
        }

        start = text.IndexOfAnyExcept(' ');
        if (start < 0)
        {
            return 0;
        }

        int count = text[start..].IndexOf(' ');
        return count < 0 ? text.Length : start + count;
    }

    /// <summary>The token itself, or U+FFFD for half of a surrogate pair.</summary>
    private static ReadOnlySpan<char> Whole(ReadOnlySpan<char> token) =>
        token.Length == 1 && char.IsSurrogate(token[0]) ? "\uFFFD" : token;
}
