using System.Numerics.Tensors;
using System.Reflection;

namespace SeqLoss.Cli.Info;

/// <summary>The versions of what runs.</summary>
internal static class Versions
{
    internal static string Tool => Of(typeof(Versions).Assembly);

    internal static string Library => Of(typeof(LossSum).Assembly);

    internal static string Tensors => Of(typeof(TensorPrimitives).Assembly);

    /// <summary>The version without the commit that the build appends.</summary>
    private static string Of(Assembly assembly)
        => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? assembly.GetName().Version?.ToString()
            ?? "unknown";
}
