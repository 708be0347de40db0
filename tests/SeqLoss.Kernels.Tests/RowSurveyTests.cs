using System;
using System.Linq;
using System.Threading;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Surveys;
using Xunit;

namespace SeqLoss.Kernels.Tests;

/// <summary>Least, greatest and sum of each row, however the class axis lies.</summary>
public sealed class RowSurveyTests
{
    [Theory]
    [InlineData(7, 1, 1)]
    [InlineData(5, 3, 1)]
    [InlineData(3, 5000, 1)]
    [InlineData(2, 4, 9)]
    [InlineData(2, 3, 2048)]
    [InlineData(3, 2, 5001)]
    [InlineData(400, 1000, 1)]
    public unsafe void Rows_AreThoseOfBruteForce(int groups, int classes, int width)
    {
        Random random = new(groups + classes + width);
        float[] numbers = Array.ConvertAll(new float[groups * classes * width], _ => (float)(random.NextDouble() - 0.5));
        numbers[random.Next(numbers.Length)] = float.NegativeInfinity;
        double[] weight = Array.ConvertAll(new double[groups * width], _ => random.Next(4) == 0 ? 0.0 : 1.5);
        ScoreShape shape = new(groups, classes, width);
        fixed (float* address = numbers)
        {
            RowSurvey survey = RowSurvey.Of(new(address, ElementType.Float32), shape, weight, threads: 2, CancellationToken.None);
            foreach (int token in Enumerable.Range(0, groups * width).Where(token => weight[token] != 0))
            {
                double[] row =
                [
                    .. Enumerable.Range(0, classes)
                        .Select(index => (double)numbers[(((token / width * classes) + index) * width) + (token % width)]),
                ];
                Assert.Equal(row.Min(), survey.Min[token]);
                Assert.Equal(row.Max(), survey.Max[token]);
                Assert.Equal(row.Sum(), survey.Sum[token], 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public unsafe void NaN_ReachesLeastAndGreatestOfItsRowAlone(int width)
    {
        double[] numbers = [.. Enumerable.Range(0, 2 * 3 * width).Select(i => (double)i)];
        numbers[width] = double.NaN;
        fixed (double* address = numbers)
        {
            RowSurvey survey = RowSurvey.Of(
                new(address, ElementType.Float64), new(2, 3, width), [.. Enumerable.Repeat(1.0, 2 * width)], 1, CancellationToken.None);
            Assert.True(double.IsNaN(survey.Min[0]) && double.IsNaN(survey.Max[0]));
            Assert.All(survey.Min[1..], min => Assert.False(double.IsNaN(min)));
        }
    }

    [Fact]
    public unsafe void Cancelled_StopsBetweenChunks()
    {
        double[] numbers = new double[8];
        fixed (double* address = numbers)
        {
            NumberBuffer buffer = new(address, ElementType.Float64);
            Assert.Throws<OperationCanceledException>(
                () => RowSurvey.Of(buffer, new(4, 2, 1), [1, 1, 1, 1], 1, new CancellationToken(canceled: true)));
        }
    }
}
