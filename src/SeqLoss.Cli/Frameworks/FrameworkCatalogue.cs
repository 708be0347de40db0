using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Cli.Frameworks.Catalogue;
using SeqLoss.Models.Files;

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
    /// <remarks>A space is a dot, and a remark in brackets at the end is left out: so tables and suites of tests write names.</remarks>
    /// <exception cref="UsageException">There is none.</exception>
    internal static FrameworkLoss Find(string option, string name)
    {
        int remark = name.EndsWith(')') ? name.IndexOf(" (", StringComparison.Ordinal) : -1;
        string plain = (remark < 0 ? name : name[..remark]).Trim().Replace(' ', '.');
        return Named(plain, StringComparison.Ordinal)
            ?? Named(plain, StringComparison.OrdinalIgnoreCase)
            ?? throw Unknown(option, name, plain);
    }

    private static FrameworkLoss? Named(string name, StringComparison comparison)
        => All.FirstOrDefault(loss => loss.Name.Equals(name, comparison))
        ?? All.FirstOrDefault(loss => loss.Aliases.Any(alias => alias.Equals(name, comparison)));

    private static UsageException Unknown(string option, string name, string plain)
    {
        // Of equals the first is listed, and its own name stands first; whoever names a framework means that one if it has such a loss.
        string[] names = [.. All.Select(loss => loss.Name), .. All.SelectMany(loss => loss.Aliases)];
        string framework = plain[..(plain.IndexOf('.', StringComparison.Ordinal) + 1)];
        string? nearest = NearestOf(plain, Array.FindAll(names, each => each.StartsWith(framework, StringComparison.OrdinalIgnoreCase)))
            ?? NearestOf(plain, names);
        string cure = nearest is null ? "" : $"perhaps {nearest} is meant; ";
        return new UsageException($"{option} is '{name}', which is no loss that is known: {cure}'seqloss conventions' lists all");
    }

    private static string? NearestOf(string name, string[] names)
    {
        string function = FunctionOf(name);
        string asWritten = name[(name.LastIndexOf('.') + 1)..];
        return Array.Find(names, each => each.EndsWith($".{asWritten}", StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(names, each => FunctionOf(each) == function)
            ?? (Spelling.Nearest(function, names.Select(FunctionOf)) is { } word
                ? Array.Find(names, each => FunctionOf(each) == word)
                : null);
    }

    /// <summary>The last part of a name, as names are compared: modules, underscores and capitals are written in many ways.</summary>
    private static string FunctionOf(string name)
        => name[(name.LastIndexOf('.') + 1)..].Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}
