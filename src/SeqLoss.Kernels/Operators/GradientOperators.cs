using System.Numerics;
using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Operators;

// For one token ℓ = Σa·ln Σe^u − Σ a·u + z·lse², u = x·c. Hence ∂ℓ/∂x = c·((Σa + 2z·lse)·softmax − a), which the row's terms
// turn into g·e^((x − m)·c) − w·a with g = coefficient·c·(Σa + 2z·lse)/Σe and w = coefficient·c. The row kernel keeps the powers
// e^((x − m)·c) of its first pass where the gradient goes; the column kernel computes them again.

/// <summary>g·x, x the power of a logit: the gradient where no class besides the target has mass.</summary>
internal readonly struct PowerGradient<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => x * row.SoftmaxFactor;
}

/// <summary>g·x − w·a, x the power of a logit: the gradient of logits.</summary>
internal readonly struct PowerMassGradient<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => (x * row.SoftmaxFactor) - (a * row.MassFactor);
}

/// <summary>g·e^((x − m)·c) − w·a: the gradient of logits.</summary>
internal readonly struct SoftmaxMassGradient<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => PowerMassGradient<T>.Invoke(Exp<T>.Invoke(x, a, row), a, row);
}

/// <summary>g·e^((x − m)·c): the gradient of logits where no class besides the target has mass.</summary>
internal readonly struct SoftmaxGradient<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => PowerGradient<T>.Invoke(Exp<T>.Invoke(x, a, row), a, row);
}

/// <summary>−w·a: the gradient of log-probabilities.</summary>
internal readonly struct LogProbabilityGradient<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => TLanes.Constant(0) - (a * row.MassFactor);
}

/// <summary>−w·a/x; 0 where a is 0, also for x = 0: the gradient of probabilities.</summary>
internal readonly struct ProbabilityGradient<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
    {
        TLanes zero = TLanes.Constant(0);
        return TLanes.Select(TLanes.AreEqual(a, zero), zero, zero - (a * row.MassFactor / x));
    }
}
