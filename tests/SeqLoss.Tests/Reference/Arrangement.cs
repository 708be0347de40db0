using System;

namespace SeqLoss.Tests.Reference;

/// <summary>The orders in which an array with axes batch, time and class (or feature) is stored.</summary>
internal enum AxisOrder
{
    BatchTimeClass,
    TimeBatchClass,
    BatchClassTime,

    /// <summary>Rows <c>[N, C]</c>: T = 1.</summary>
    Rows,

    /// <summary><c>[B, T]</c>, for regression: C = 1.</summary>
    BatchTime,

    /// <summary><c>[T, B]</c>, for regression: C = 1.</summary>
    TimeBatch,

    /// <summary><c>[N]</c>, for regression: T = C = 1.</summary>
    Values,
}

/// <summary>Moves arrays between canonical order <c>[B, T, C]</c> and the order in which they are stored.</summary>
internal sealed record Arrangement(AxisOrder Order, int Batch, int Time, int Classes)
{
    public bool IsTimeMajor => Order is AxisOrder.TimeBatchClass or AxisOrder.TimeBatch;

    public bool IsRows => Order is AxisOrder.Rows or AxisOrder.Values;

    public nint[] Lengths => Order switch
    {
        AxisOrder.BatchTimeClass => [Batch, Time, Classes],
        AxisOrder.TimeBatchClass => [Time, Batch, Classes],
        AxisOrder.BatchClassTime => [Batch, Classes, Time],
        AxisOrder.Rows => [Batch, Classes],
        AxisOrder.BatchTime => [Batch, Time],
        AxisOrder.TimeBatch => [Time, Batch],
        _ => [Batch],
    };

    public nint[] TokenLengths => IsRows ? [Batch] : IsTimeMajor ? [Time, Batch] : [Batch, Time];

    public ScoreLayout ScoreLayout => Order switch
    {
        AxisOrder.BatchTimeClass => ScoreLayout.Btv,
        AxisOrder.TimeBatchClass => ScoreLayout.Tbv,
        AxisOrder.BatchClassTime => ScoreLayout.Bvt,
        AxisOrder.Rows => ScoreLayout.Nv,
        _ => throw new ArgumentException($"{Order} has no class axis."),
    };

    public RegressionLayout RegressionLayout => Order switch
    {
        AxisOrder.BatchTimeClass => RegressionLayout.Btd,
        AxisOrder.TimeBatchClass => RegressionLayout.Tbd,
        AxisOrder.BatchClassTime => RegressionLayout.Bdt,
        AxisOrder.Rows => RegressionLayout.Nd,
        AxisOrder.BatchTime => RegressionLayout.Bt,
        AxisOrder.TimeBatch => RegressionLayout.Tb,
        _ => RegressionLayout.N,
    };

    /// <summary>Canonical to stored, with the class axis.</summary>
    public T[] Store<T>(ReadOnlySpan<T> canonical)
    {
        T[] stored = new T[canonical.Length];
        for (int i = 0; i < stored.Length; i++)
        {
            stored[StoredIndex(i)] = canonical[i];
        }

        return stored;
    }

    public T[] Store<T>(T[] canonical) => Store((ReadOnlySpan<T>)canonical);

    /// <summary>Stored to canonical, with the class axis.</summary>
    public T[] Restore<T>(ReadOnlySpan<T> stored)
    {
        T[] canonical = new T[stored.Length];
        for (int i = 0; i < canonical.Length; i++)
        {
            canonical[i] = stored[StoredIndex(i)];
        }

        return canonical;
    }

    /// <summary>Canonical to stored, without the class axis.</summary>
    public T[] StoreTokens<T>(ReadOnlySpan<T> canonical) => (this with { Classes = 1 }).Store(canonical);

    public T[] StoreTokens<T>(T[] canonical) => StoreTokens((ReadOnlySpan<T>)canonical);

    /// <summary>Stored to canonical, without the class axis.</summary>
    public T[] RestoreTokens<T>(ReadOnlySpan<T> stored) => (this with { Classes = 1 }).Restore(stored);

    private int StoredIndex(int canonical)
    {
        int c = canonical % Classes;
        int t = canonical / Classes % Time;
        int b = canonical / Classes / Time;
        return IsTimeMajor ? (((t * Batch) + b) * Classes) + c
            : Order == AxisOrder.BatchClassTime ? (((b * Classes) + c) * Time) + t
            : canonical;
    }
}
