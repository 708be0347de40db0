using System;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The choice of the product library by the environment variable <c>SEQLOSS_MATMUL</c>.</summary>
internal static class ProductLibraryChoice
{
    public const string Variable = "SEQLOSS_MATMUL";

    private static readonly Lazy<ProductLibrary> Choice =
        new(() => Of(Environment.GetEnvironmentVariable(Variable), static () => OneDnn.Instance is not null));

    /// <summary>The library in use by this process; looked up once.</summary>
    /// <exception cref="InvalidOperationException">The variable names no library, or one that is not there; a sentence.</exception>
    public static ProductLibrary OfProcess => Choice.Value;

    /// <summary>The library that a value of the variable means.</summary>
    /// <param name="value">The value; none for the default.</param>
    /// <param name="isOneDnnFound">Looks for oneDNN; not called where it does not matter.</param>
    /// <exception cref="InvalidOperationException">The value names no library, or one that is not there; a sentence.</exception>
    public static ProductLibrary Of(string? value, Func<bool> isOneDnnFound) => value switch
    {
        null or "" or "managed" => ProductLibrary.Managed,
        "auto" => isOneDnnFound() ? ProductLibrary.OneDnn : ProductLibrary.Managed,
        "onednn" when isOneDnnFound() => ProductLibrary.OneDnn,
        "onednn" => throw new InvalidOperationException(
            $"{Variable} is onednn, but none of {string.Join(", ", OneDnn.FileNames)} can be loaded; "
            + "install oneDNN (Debian: libdnnl2), or set the variable to managed or auto."),
        _ => throw new InvalidOperationException($"{Variable} is '{value}'; it has to be managed, onednn or auto."),
    };
}
