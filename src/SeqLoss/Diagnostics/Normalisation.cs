using System;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Surveys;

namespace SeqLoss.Diagnostics;

/// <summary>Whether rows are probabilities or log-probabilities, as exactly as their storage can say it.</summary>
/// <remarks>
/// A softmax in single precision sums to one within 1e-4 at any V; 1e-3 lets a library be ten times worse. Half and BF16 round each
/// number, Half moreover flushes what is below 3e-8. Files of wider numbers often hold numbers that were rounded to fewer bits
/// before: a row whose numbers all fit 16 bits gets the tolerance of 16 bits.
/// </remarks>
internal static class Normalisation
{
    private const double SingleTolerance = 1e-3;
    private const double HalfTolerance = 2e-3;
    private const double HalfUnderflow = 3e-8;
    private const double BFloat16Tolerance = 8e-3;

    /// <summary>Whether a row lies in [0, 1] and sums to one.</summary>
    public static bool IsProbabilities(Examination e, RowSurvey rows, NumberBuffer numbers, int token)
        => IsInUnitInterval(e, rows, numbers, token) && SumsToOne(e, rows, numbers, token);

    /// <summary>Whether a row lies in [0, 1].</summary>
    public static bool IsInUnitInterval(Examination e, RowSurvey rows, NumberBuffer numbers, int token)
    {
        double outside = Math.Max(-rows.Min[token], rows.Max[token] - 1);
        return IsWithin(e, numbers, token, outside, type => Tolerance(type, e.ClassCount));
    }

    /// <summary>Whether a row sums to one.</summary>
    public static bool SumsToOne(Examination e, RowSurvey rows, NumberBuffer numbers, int token)
        => IsWithin(e, numbers, token, Math.Abs(rows.Sum[token] - 1), type => Tolerance(type, e.ClassCount));

    /// <summary>Whether the log-sum-exp of a row of scores is 0, so that the row is its own log-softmax.</summary>
    public static bool IsLogProbabilities(Examination e, int token)
    {
        // Each ln p is rounded by its own size: that of 1/V is ln V large, and all may be rounded the same way.
        double growth = 1 + Math.Log(e.ClassCount);
        double deviation = Math.Max(Math.Abs(e.RawLogSumExp[token]), e.ScoreRows.Max[token]);
        return IsWithin(e, e.Input.Scores, token, deviation, type => type switch
        {
            ElementType.Float16 => SingleTolerance + (growth / 2048),
            ElementType.BFloat16 => SingleTolerance + (growth / 256),
            _ => SingleTolerance,
        });
    }

    private static double Tolerance(ElementType type, int classes) => type switch
    {
        ElementType.Float16 => HalfTolerance + (HalfUnderflow * classes),
        ElementType.BFloat16 => BFloat16Tolerance,
        _ => SingleTolerance,
    };

    private static bool IsWithin(Examination e, NumberBuffer numbers, int token, double deviation, Func<ElementType, double> tolerance)
    {
        if (deviation <= tolerance(numbers.Type))
        {
            return true;
        }

        bool mayBeRounded = deviation <= Math.Max(tolerance(ElementType.Float16), tolerance(ElementType.BFloat16));
        return mayBeRounded && (deviation <= tolerance(RoundedType(e.RowOf(numbers, token))));
    }

    /// <summary>The narrowest type that holds every number of a row.</summary>
    private static ElementType RoundedType(double[] row)
        => Array.TrueForAll(row, value => (BitConverter.SingleToUInt32Bits((float)value) & 0xFFFF) == 0 && (float)value == value)
                ? ElementType.BFloat16
            : Array.TrueForAll(row, value => (double)(Half)value == value) ? ElementType.Float16
            : ElementType.Float64;
}
