using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Diagnostics;
using SeqLoss.Tests.Reference;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>The input of a check in canonical order <c>[B, T, V]</c>, and how it is stored and described.</summary>
internal sealed record CheckCase
{
    public required int Batch { get; init; }

    public required int Time { get; init; }

    public required int Classes { get; init; }

    public required double[] Scores { get; init; }

    public ScoreForm Form { get; init; }

    /// <summary>Ids, or empty for distributions.</summary>
    public long[] Ids { get; init; } = [];

    public double[] Distribution { get; init; } = [];

    public double[]? Lengths { get; init; }

    public double[]? Mask { get; init; }

    public double[]? TokenWeights { get; init; }

    public double[]? ExampleWeights { get; init; }

    public double[]? ClassWeights { get; init; }

    public long? IgnoreIndex { get; init; }

    public bool IgnoreZeroRows { get; init; }

    public AxisOrder Order { get; init; }

    public Storage Storage { get; init; }

    /// <summary>The layout that the check is told; <see langword="null"/>: that of the order.</summary>
    public ScoreLayout? Layout { get; init; }

    /// <summary>Whether the ids are stored in the other order than the scores.</summary>
    public bool AreIdsTransposed { get; init; }

    public CrossEntropyOptions Options { get; init; } = CrossEntropyOptions.Default;

    public int Count => Batch * Time;

    /// <summary>Whether lengths, mask and ignored id let a position count.</summary>
    public bool Counts(int b, int t)
    {
        int token = (b * Time) + t;
        return !(t >= Lengths?[b])
            && !(Mask?[token] == 0)
            && !(Ids.Length > 0 && Ids[token] == IgnoreIndex)
            && !(IgnoreZeroRows && Distribution.AsSpan(token * Classes, Classes).IndexOfAnyExcept(0.0) < 0);
    }

    /// <summary>The counted positions, by sequence and step.</summary>
    public List<(int B, int T)> CountedPositions()
        => [.. Enumerable.Range(0, Count).Select(i => (B: i / Time, T: i % Time)).Where(place => Counts(place.B, place.T))];

    /// <summary>The place as findings name it.</summary>
    public string At(int b, int t, int? index = null)
        => (Order == AxisOrder.Rows ? $"[n={b}" : $"[b={b}, t={t}") + (index is null ? "]" : $", v={index}]");

    public CheckReport Run()
    {
        Arrangement arrangement = new(Order, Batch, Time, Classes);
        Arrangement ofIds = AreIdsTransposed ? arrangement with { Order = Transposed(Order) } : arrangement;
        ScoreArray scores = new(Storage, arrangement.Lengths, arrangement.Store(Scores));
        ScoreArray distribution = new(Storage.Single, arrangement.Lengths, Ids.Length > 0 ? [] : arrangement.Store(Distribution));
        long[] ids = Ids.Length > 0 ? ofIds.StoreTokens(Ids) : [];
        return LossCheck.Run(
            Form,
            scores.AsScores(),
            Ids.Length > 0 ? new ReadOnlyTensorSpan<long>(ids, ofIds.TokenLengths) : distribution.AsTargets(),
            new()
            {
                Lengths = Lengths,
                Mask = Positions(arrangement, Mask),
                TokenWeights = Positions(arrangement, TokenWeights),
                ExampleWeights = ExampleWeights,
                ClassWeights = ClassWeights,
                IgnoreIndex = IgnoreIndex,
                IgnoreZeroRows = IgnoreZeroRows,
            },
            Options with { Layout = Layout ?? arrangement.ScoreLayout, Threads = 1 });
    }

    public override string ToString()
        => $"{Form} {Order} {Storage} B={Batch} T={Time} V={Classes} {(Ids.Length > 0 ? "ids" : "distributions")}"
            + $"{(Lengths is null ? "" : " lengths")}{(Mask is null ? "" : " mask")}"
            + (IgnoreIndex is null ? "" : $" ignored {IgnoreIndex}");

    private static AxisOrder Transposed(AxisOrder order)
        => order == AxisOrder.TimeBatchClass ? AxisOrder.BatchTimeClass : AxisOrder.TimeBatchClass;

    private static Tensor<double>? Positions(Arrangement arrangement, double[]? values)
        => values is null ? null : Tensor.Create(arrangement.StoreTokens(values), arrangement.TokenLengths);
}
