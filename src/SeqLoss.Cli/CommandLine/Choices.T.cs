using System;
using System.Collections.Generic;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.CommandLine;

/// <summary>The words that an option takes, and what each means.</summary>
/// <typeparam name="T">What they mean.</typeparam>
/// <param name="items">The words in the order of help.</param>
internal sealed class Choices<T>(params (string Name, T Value)[] items)
    where T : struct
{
    /// <summary>The words, joined for help.</summary>
    internal string Joined => string.Join(", ", Names);

    internal IEnumerable<string> Names => Array.ConvertAll(items, item => item.Name);

    /// <summary>Reads a word.</summary>
    /// <exception cref="UsageException">It is none of them.</exception>
    internal T Parse(string option, string text)
    {
        foreach ((string name, T value) in items)
        {
            if (name == text)
            {
                return value;
            }
        }

        string nearest = Spelling.Nearest(text, Names) is { } name2 ? $", perhaps {name2}" : "";
        throw new UsageException($"{option} is '{text}': use {string.Join(", ", Names)}{nearest}");
    }

    internal bool Contains(string text) => Array.Exists(items, item => item.Name == text);

    internal string NameOf(T value) => Array.Find(items, item => EqualityComparer<T>.Default.Equals(item.Value, value)).Name;
}
