using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>A product allocates nothing once one of its size has been computed, on the calling thread or on any worker.</summary>
[Collection(Exclusive.Name)]
public sealed class ProductAllocationTests
{
    private const int Calls = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ManagedProduct_AllocatesNothing(int threads) => AssertAllocatesNothing(ProductLibrary.Managed, threads);

    [OneDnnFact]
    public void NativeProduct_AllocatesNothing() => AssertAllocatesNothing(ProductLibrary.OneDnn, 2);

    [PanelFact]
    public void PanelProduct_AllocatesNothing()
    {
        PanelProduct product = new MatrixProduct(ProductLibrary.OneDnn).Panels!;
        ProductCase c = ProductCase.Of(300, 270, 300, 1) with { Bias = ProductCase.Of(1, 1, 270, 0).Left };
        StoredMatrix result = c.NewResult();
        StoredMatrix panels = Storage(product.StorageLength(300, 270, 300)), packed = Storage(product.PackedLength(300, 270));
        void Call()
        {
            RightMatrix right = product.Pack(c.Right.Operand, 300, 270, packed.Buffer.FromCacheLine(), threads: 2);
            product.Run(c.Task(result), panels.Buffer.FromCacheLine(), threads: 2);
            product.Run(c.Task(result) with { Right = right, Beta = 1 }, panels.Buffer.FromCacheLine(), threads: 2);
        }

        AssertAllocatesNothing(Call);
        GC.KeepAlive(c);
    }

    private static void AssertAllocatesNothing(ProductLibrary library, int threads)
    {
        MatrixProduct product = new(library);
        MatrixPacking packing = new();
        ProductCase c = ProductCase.Of(300, 40, 300, 1) with { Bias = ProductCase.Of(1, 1, 40, 0).Left };
        StoredMatrix result = c.NewResult();
        RightMatrix packed = c.Pack(threads);
        StoredMatrix storage = Storage(RightMatrix.PackedLength(300, 40));
        void Call()
        {
            product.Run(c.Task(result), threads);
            product.Run(c.Task(result) with { Right = packed, Beta = 1 }, threads);
            packing.Pack(c.Right.Operand, 300, 40, storage.Buffer, threads);
        }

        AssertAllocatesNothing(Call);
        GC.KeepAlive(c);
    }

    private static void AssertAllocatesNothing(Action call)
    {
        for (int i = 0; i < 3 * Calls; i++)
        {
            call();
        }

        // Short rounds: what the test platform allocates beside them must not fall into each.
        // A thread warms up when it first takes a chunk, and compilation in the background allocates: one quiet round is asked for.
        long ofProcess = 1;
        for (int round = 0; round < 100 && ofProcess != 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            ofProcess = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Assert.Equal(0, ofProcess);
    }

    /// <summary>So many floats, and a cache line to begin in.</summary>
    private static StoredMatrix Storage(long length) => new(
        1, (int)length + (NumberBuffer.CacheLine / sizeof(float)), false, 0, 0, false, (_, _) => 0);
}
