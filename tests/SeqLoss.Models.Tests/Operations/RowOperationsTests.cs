using System;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using Xunit;

namespace SeqLoss.Models.Tests.Operations;

public sealed class RowOperationsTests
{
    [Fact]
    public void Concatenate_PutsFeaturesSideBySide()
    {
        OperationCheck check = new();
        Parameter left = check.Input(4, 3);
        Parameter right = check.Input(4, 2);

        check.Run(
            tape => [ConcatenateOperation.Apply(tape, left, right)],
            values => [[.. Enumerable.Range(0, 4).SelectMany(row => Row(values[0], row, 3).Concat(Row(values[1], row, 2)))]]);
    }

    [Fact]
    public void Concatenate_OfOneMatrixTwice_AddsBothGradients()
    {
        OperationCheck check = new();
        Parameter x = check.Input(3, 2);

        check.Run(
            tape => [ConcatenateOperation.Apply(tape, x, x)],
            values => [[.. Enumerable.Range(0, 3).SelectMany(row => Row(values[0], row, 2).Concat(Row(values[0], row, 2)))]]);
    }

    [Fact]
    public void Rows_AreCutOut_AndStacked()
    {
        OperationCheck check = new();
        Parameter x = check.Input(6, 3);
        Parameter y = check.Input(1, 3);

        check.Run(
            tape => [StackOperation.Apply(tape, RowsOperation.Apply(tape, x, 4, 2), y, RowsOperation.Apply(tape, x, 3, 2))],
            values => [[.. values[0][12..18], .. values[1], .. values[0][9..15]]]);
    }

    [Fact]
    public void ShapesThatDoNotFit_AreRefused()
    {
        using Tape tape = new();
        Activation wide = tape.Create(2, 3);
        Activation tall = tape.Create(3, 2);

        Assert.Throws<ArgumentException>(() => ConcatenateOperation.Apply(tape, wide, tall));
        Assert.Throws<ArgumentException>(() => StackOperation.Apply(tape, wide, tall));
        Assert.Throws<ArgumentException>(() => StackOperation.Apply(tape));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowsOperation.Apply(tape, wide, 1, 2));
    }

    private static double[] Row(double[] matrix, int row, int columns) => matrix[(row * columns)..((row + 1) * columns)];
}
