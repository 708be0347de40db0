using System.Linq;

namespace SeqLoss.Tests.Frameworks;

/// <summary>
/// NumPy's legacy generator after <c>np.random.seed(0)</c>, which makes the inputs of ONNX' node tests: MT19937, 53-bit reals,
/// integers by masked rejection.
/// </summary>
internal sealed class NumpyRandom
{
    private const int Length = 624;
    private const int Shift = 397;
    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    public NumpyRandom()
    {
        for (uint i = 1; i < Length; i++)
        {
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        }
    }

    /// <summary><c>np.random.rand(count).astype(np.float32)</c>.</summary>
    public float[] Reals(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)Real())];

    /// <summary><c>np.random.randint(0, bound, count)</c>.</summary>
    public int[] Integers(int bound, int count)
    {
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)bound - 1);
        return [.. Enumerable.Range(0, count).Select(_ => Integer(bound, mask))];
    }

    private int Integer(int bound, uint mask)
    {
        uint drawn;
        do
        {
            drawn = Draw() & mask;
        }
        while (drawn >= bound);

        return (int)drawn;
    }

    private double Real()
    {
        uint high = Draw() >> 5;
        uint low = Draw() >> 6;
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    private uint Draw()
    {
        if (_next == Length)
        {
            for (int i = 0; i < Length; i++)
            {
                uint joined = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7fffffff);
                _state[i] = _state[(i + Shift) % Length] ^ (joined >> 1) ^ ((joined & 1) * 0x9908b0dfu);
            }

            _next = 0;
        }

        uint drawn = _state[_next++];
        drawn ^= drawn >> 11;
        drawn ^= (drawn << 7) & 0x9d2c5680u;
        drawn ^= (drawn << 15) & 0xefc60000u;
        return drawn ^ (drawn >> 18);
    }
}
