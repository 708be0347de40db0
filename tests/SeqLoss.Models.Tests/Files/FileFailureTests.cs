using System;
using System.IO;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

public sealed class FileFailureTests
{
    [Fact]
    public void MissingPermission_NamesTheCure()
    {
        // The superuser may read and write everything, so the refusal itself is handed in.
        var refusal = new UnauthorizedAccessException("Access denied.");
        Assert.True(FileFailure.IsRefusal(refusal));
        Assert.Equal(
            "a.npy: no permission to read the file; change its permissions or run as its owner", FileFailure.OnRead("a.npy", refusal));
        Assert.Equal(
            "a.npy: no permission to write in the folder of the file; name another folder", FileFailure.OnWrite("a.npy", refusal));
    }

    [Fact]
    public void OtherRefusals_GiveTheReasonOfTheSystem()
    {
        var refusal = new IOException("Input/output error.");
        Assert.Equal(
            "a.npy: the file cannot be read (Input/output error); copy it to a local disk and try again",
            FileFailure.OnRead("a.npy", refusal));
        Assert.Equal(
            "a.npy: the file cannot be written (Input/output error); free space or name another folder",
            FileFailure.OnWrite("a.npy", refusal));
    }
}
