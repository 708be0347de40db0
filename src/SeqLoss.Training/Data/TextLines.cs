using System.Collections.Generic;

namespace SeqLoss.Training.Data;

/// <summary>Which lines of a text the pairs of a corpus stand on: some are dropped, some are held out.</summary>
/// <param name="Name">What messages call the text, such as its path.</param>
/// <param name="Numbers">The line of each pair, counted from 1.</param>
internal sealed record TextLines(string Name, IReadOnlyList<int> Numbers);
