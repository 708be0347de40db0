using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Npy;

/// <summary>What sentences about .npy files say.</summary>
internal static class NpyFileKind
{
    /// <remarks>Not durable: after a power failure the file may be missing, as any file just written.</remarks>
    internal static FileKind Value { get; } = new(
        "an .npy file",
        "save the array with numpy.save and name that file",
        (sentence, cause) => new BadFileException(sentence, cause),
        IsDurable: false);
}
