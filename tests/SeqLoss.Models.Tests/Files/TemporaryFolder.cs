using System;
using System.IO;

namespace SeqLoss.Models.Tests.Files;

/// <summary>A folder of one test's own, deleted with what is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string FullName { get; } = Directory.CreateTempSubdirectory("seqloss-models-").FullName;

    internal string PathOf(string name) => Path.Combine(FullName, name);

    internal string Write(string name, byte[] content)
    {
        string path = PathOf(name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
