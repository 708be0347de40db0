using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Frameworks.Catalogue;

namespace SeqLoss.Cli.Frameworks;

/// <summary>All losses of frameworks, by name.</summary>
internal static class FrameworkCatalogue
{
    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        .. TorchLosses.All, .. TensorFlowLosses.All, .. TensorFlowAddonsLosses.All, .. KerasLosses.All, .. OnnxLosses.All,
        .. FairseqLosses.All, .. JoeyNmtLosses.All, .. MarianLosses.All, .. OptaxLosses.All,
        .. LigerLosses.All, .. TensorFlowJsLosses.All,
    ];

    /// <summary>The loss of a name or another name; capitals do not matter where no name has them as written.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    internal static FrameworkLoss Find(string option, string name)
        => Named(name, StringComparison.Ordinal)
        ?? Named(name, StringComparison.OrdinalIgnoreCase)
        ?? throw Unknown(option, name);

    private static FrameworkLoss? Named(string name, StringComparison comparison)
        => All.FirstOrDefault(loss => loss.Name.Equals(name, comparison))
        ?? All.FirstOrDefault(loss => loss.Aliases.Any(alias => alias.Equals(name, comparison)));

    private static UsageException Unknown(string option, string name)
    {
        // Short names come first: of two that are equally near, the one that is listed is suggested.
        IEnumerable<string> names = All.Select(loss => loss.Name).Concat(All.SelectMany(loss => loss.Aliases));
        string nearest = Spelling.Nearest(name, names) is { } word ? $"perhaps {word} is meant; " : "";
        return new UsageException($"{option} is '{name}', which is no loss that is known: {nearest}'seqloss conventions' lists all");
    }
}
