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
        // Modules are written in many ways, so functions are compared alone. Of equals the first is listed, and its own name stands first.
        string[] names = [.. All.Select(loss => loss.Name), .. All.SelectMany(loss => loss.Aliases)];
        string function = FunctionOf(name);
        string? known = Array.Find(names, each => FunctionOf(each).Equals(function, StringComparison.OrdinalIgnoreCase));
        string? nearest = known ?? (Spelling.Nearest(function, names.Select(FunctionOf)) is { } word
            ? Array.Find(names, each => FunctionOf(each) == word)
            : null);
        string cure = nearest is null ? "" : $"perhaps {nearest} is meant; ";
        return new UsageException($"{option} is '{name}', which is no loss that is known: {cure}'seqloss conventions' lists all");
    }

    private static string FunctionOf(string name) => name[(name.LastIndexOf('.') + 1)..];
}
