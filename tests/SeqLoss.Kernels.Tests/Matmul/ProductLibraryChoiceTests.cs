using System;
using SeqLoss.Kernels.Matmul;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>What the values of the environment variable mean.</summary>
public sealed class ProductLibraryChoiceTests
{
    [Theory]
    [InlineData(null, true, "Managed")]
    [InlineData("", true, "Managed")]
    [InlineData("managed", true, "Managed")]
    [InlineData("auto", true, "OneDnn")]
    [InlineData("auto", false, "Managed")]
    [InlineData("onednn", true, "OneDnn")]
    public void Value_NamesItsLibrary(string? value, bool isFound, string library)
        => Assert.Equal(library, ProductLibraryChoice.Of(value, () => isFound).ToString());

    [Fact]
    public void OneDnnThatIsNotThere_IsASentenceWithTheCure()
        => Assert.Equal(
            "SEQLOSS_MATMUL is onednn, but none of libdnnl.so.3, libdnnl.so.2 can be loaded; "
            + "install oneDNN (Debian: libdnnl2), or set the variable to managed or auto.",
            Assert.Throws<InvalidOperationException>(() => ProductLibraryChoice.Of("onednn", () => false)).Message);

    [Fact]
    public void AnotherValue_IsRefused()
        => Assert.Equal(
            "SEQLOSS_MATMUL is 'OneDNN'; it has to be managed, onednn or auto.",
            Assert.Throws<InvalidOperationException>(() => ProductLibraryChoice.Of("OneDNN", () => true)).Message);

    [Fact]
    public void Default_DoesNotLookForTheLibrary()
        => Assert.Equal(ProductLibrary.Managed, ProductLibraryChoice.Of(null, () => throw new InvalidOperationException("looked")));
}
