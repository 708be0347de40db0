using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>A loss of a projection in memory that is lent for the call.</summary>
public sealed class LentWorkspaceTests
{
    public static TheoryData<ProductPrecision, int, int, int> Cases
    {
        get
        {
            TheoryData<ProductPrecision, int, int, int> cases = [];
            foreach (ProductPrecision precision in Enum.GetValues<ProductPrecision>())
            {
                cases.Add(precision, 1, 1, 1);
                cases.Add(precision, 37, 13, 501);
                cases.Add(precision, 150, 64, 7001);
                cases.Add(precision, 3, 301, 33);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AsksOnce_StaysWithin_AndGivesTheBitsOfOwnMemory(ProductPrecision precision, int tokens, int features, int classes)
    {
        foreach (ProductLibrary library in Enum.GetValues<ProductLibrary>())
        {
            LinearCrossEntropyOptions options = new()
            {
                Loss = new() { Layout = ScoreLayout.Nv, Threads = 1 },
                Precision = precision,
                WorkspaceBytes = 6 << 20,
            };
            LinearCrossEntropy own = new(options, library), without = new(options, library);
            GuardedWorkspace lent = new();
            float[] expected = Compute(own, null, tokens, features, classes);
            float[] actual = Compute(without, lent, tokens, features, classes);

            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(1, lent.Calls);
            lent.AssertGuardIsWhole();
            Assert.Equal(0, without.WorkspaceBytes);
            Assert.Equal(lent.Bytes, own.WorkspaceBytes - (2 * NumberBuffer.CacheLine), tolerance: sizeof(ulong));

            // The next call has its own memory again.
            Assert.Equal(expected, Compute(without, null, tokens, features, classes));
            Assert.Equal(own.WorkspaceBytes, without.WorkspaceBytes);
        }
    }

    /// <summary>The loss, then the gradients.</summary>
    private static float[] Compute(LinearCrossEntropy loss, GuardedWorkspace? lent, int tokens, int features, int classes)
    {
        float[] hidden = Numbers(tokens * features, 1), vocabulary = Numbers(classes * features, 2), bias = Numbers(classes, 3);
        int[] targets = [.. Enumerable.Range(0, tokens).Select(token => token * 31 % classes)];
        float[] ofHidden = new float[hidden.Length], ofVocabulary = new float[vocabulary.Length], ofBias = new float[classes];
        ProjectionGradients gradients = new()
        {
            Hidden = new TensorSpan<float>(ofHidden, [tokens, features]),
            Vocabulary = new TensorSpan<float>(ofVocabulary, [classes, features]),
            Bias = ofBias,
        };
        ReadOnlyTensorSpan<float> rows = new(hidden, [tokens, features]);
        VocabularyProjection projection = new(new ReadOnlyTensorSpan<float>(vocabulary, [classes, features])) { Bias = bias };
        ReadOnlyTensorSpan<int> ids = new(targets, [tokens]);
        LossSum sum = lent is null
            ? loss.Compute(rows, projection, ids, null, gradients)
            : loss.Compute(lent, rows, projection, ids, null, gradients, default);
        return [(float)sum.Sum, .. ofHidden, .. ofVocabulary, .. ofBias];
    }

    private static float[] Numbers(int count, uint seed)
        => [.. Enumerable.Range(0, count).Select(i => (((((uint)i * 2654435761u) + (seed * 40503u)) >> 8) % 2001 / 1000f) - 1)];

    /// <summary>Memory as small as what is asked for, with a line behind it that nobody may write.</summary>
    private sealed class GuardedWorkspace : IWorkspace
    {
        private const byte Guard = 0xA5;

        private byte[] _memory = [];
        private int _end;

        public int Calls { get; private set; }

        public long Bytes { get; private set; }

        public unsafe NumberBuffer Get(ElementType type, long count)
        {
            Calls++;
            Bytes = count * NumberBuffer.Size(type);
            _memory = GC.AllocateUninitializedArray<byte>((int)Bytes + (2 * NumberBuffer.CacheLine), pinned: true);
            _memory.AsSpan().Fill(Guard);
            fixed (byte* address = _memory)
            {
                NumberBuffer start = new NumberBuffer(address, type).FromCacheLine();
                _end = (int)(start.Address<byte>() - address) + (int)Bytes;
                return start;
            }
        }

        public void AssertGuardIsWhole() => Assert.All(_memory[_end..], value => Assert.Equal(Guard, value));
    }
}
