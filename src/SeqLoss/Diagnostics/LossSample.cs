using System;

namespace SeqLoss.Diagnostics;

/// <summary>Losses of tokens under one reading: their mean, and how sure the mean is.</summary>
internal sealed class LossSample
{
    private double sum;
    private double sumOfSquares;

    public int Count { get; private set; }

    public double Mean => sum / Count;

    /// <summary>The squared standard error of the mean.</summary>
    public double Variance => Math.Max(0, (sumOfSquares / Count) - (Mean * Mean)) / Math.Max(1, Count - 1);

    public void Add(double loss)
    {
        Count++;
        sum += loss;
        sumOfSquares += loss * loss;
    }
}
