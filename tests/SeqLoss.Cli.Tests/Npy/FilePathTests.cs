using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>Paths that name no file to read.</summary>
public sealed class FilePathTests : IDisposable
{
    private const string EmptyOrPipe = "the file is empty, or a pipe or device; save the array with numpy.save and name that file";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public Task MissingFile_IsRefused() => AssertRefused(folder.PathOf("none.npy"), "there is no such file; check the path");

    [Fact]
    public Task MissingFolder_IsRefused() => AssertRefused(folder.PathOf("none/array.npy"), "there is no such file; check the path");

    [Fact]
    public Task FileAsFolder_IsRefused() =>
        AssertRefused(Path.Combine(folder.Write("file", [1]), "array.npy"), "there is no such file; check the path");

    [Fact]
    public Task Folder_IsRefused() => AssertRefused(folder.FullName, "this is a folder; name an .npy file in it");

    [Fact]
    public Task EmptyFile_IsRefused() => AssertRefused(folder.Write("empty.npy", []), EmptyOrPipe);

    [Fact]
    public void InvalidPath_IsRefused()
    {
        Assert.Equal("'': this is no path; name an .npy file", Assert.Throws<BadFileException>(() => NpyFile.Open("")).Message);
        Assert.Equal("'a\\0b': this is no path; name an .npy file", Assert.Throws<BadFileException>(() => NpyFile.Open("a\0b")).Message);
    }

    [Fact]
    public async Task TooLongName_IsRefused()
    {
        string path = folder.PathOf(new string('x', 300));
        string message = (await Refusal(path)).Message;
        Assert.StartsWith($"{path}: the", message, StringComparison.Ordinal);
        Assert.Contains("; c", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipes_DoNotHang()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string pipe = folder.PathOf("pipe.npy");
        using (Process process = Process.Start("mkfifo", pipe))
        {
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }

        await AssertRefused(pipe, EmptyOrPipe);
        string link = folder.PathOf("link.npy");
        File.CreateSymbolicLink(link, pipe);
        await AssertRefused(link, EmptyOrPipe);
        await AssertRefused("/dev/zero", EmptyOrPipe);
    }

    [Fact]
    public async Task Links_AreFollowed()
    {
        string target = folder.Write("target.npy", NpyImage.Create("|u1", false, [1], [42]));
        string link = folder.PathOf("link.npy");
        File.CreateSymbolicLink(link, target);
        using (NpyFile file = NpyFile.Open(link))
        {
            Assert.Equal([42], file.ReadAll<int>());
        }

        File.Delete(target);
        await AssertRefused(link, $"this is a link to '{target}', which is no file; name an .npy file");

        string loop = folder.PathOf("loop.npy");
        File.CreateSymbolicLink(loop, loop);
        Assert.StartsWith($"{loop}: the file cannot be read (", (await Refusal(loop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileInUse_IsRefused()
    {
        string path = folder.Write("array.npy", NpyImage.Create("|u1", false, [1], [42]));
        using FileStream other = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.StartsWith($"{path}: the file cannot be read (", (await Refusal(path)).Message, StringComparison.Ordinal);
    }

    private static async Task AssertRefused(string path, string sentence) =>
        Assert.Equal($"{path}: {sentence}", (await Refusal(path)).Message);

    // Opening a pipe without a writer never returns: the test must not wait for it either.
    private static Task<BadFileException> Refusal(string path) =>
        Task.Run(() => Assert.Throws<BadFileException>(() => NpyFile.Open(path))).WaitAsync(TimeSpan.FromSeconds(20));
}
