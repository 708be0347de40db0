using System;

namespace SeqLoss.Models.Files;

/// <summary>What sentences about a file call it, and what carries them.</summary>
/// <param name="Noun">With its article: <c>an .npy file</c>.</param>
/// <param name="CureOfEmpty">What to do about an empty file.</param>
/// <param name="Error">Makes the exception of a sentence and its cause.</param>
/// <param name="IsDurable">
/// Whether a file is forced onto the disk before it gets its name. A checkpoint has to outlive a power failure; what can be
/// computed again need not wait for the disk.
/// </param>
internal sealed record FileKind(string Noun, string CureOfEmpty, Func<string, Exception?, Exception> Error, bool IsDurable)
{
    internal static FileKind SafeTensors { get; } =
        new("a .safetensors file", "copy or save it again", (sentence, cause) => new ModelFileException(sentence, cause), IsDurable: true);

    internal static FileKind Json { get; } =
        new("a .json file", "copy or write it again", (sentence, cause) => new ModelFileException(sentence, cause), IsDurable: true);

    internal Exception OnRead(string path, Exception refusal) => Error(FileFailure.OnRead(path, refusal), refusal);

    internal Exception OnWrite(string path, Exception refusal) => Error(FileFailure.OnWrite(path, refusal), refusal);
}
