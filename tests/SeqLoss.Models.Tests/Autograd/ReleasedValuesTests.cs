using System;
using System.Linq;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Operations;
using Xunit;

namespace SeqLoss.Models.Tests.Autograd;

/// <summary>The values that a residual branch adds to its stream are given back at once.</summary>
public sealed class ReleasedValuesTests
{
    private const int Rows = 256;
    private const int Size = 64;
    private const long MatrixBytes = sizeof(float) * Rows * Size;

    private readonly ParameterSet _parameters = new(seed: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    public void Branches_KeepOnlyTheirSum(float dropoutRate)
    {
        // Each branch keeps the norm of x, the statistics of that and x + f; at the peak f and y exist besides.
        const int branches = 6;
        using Tape tape = new(threads: 1);
        Linear linear = new(_parameters, "linear", Size, Size);
        ResidualBranch branch = new(_parameters, "norm", Size, normFirst: true, dropoutRate);
        Variable x = Stream(tape);
        for (int i = 0; i < branches; i++)
        {
            x = branch.Leave(tape, x, linear.Apply(tape, branch.Enter(tape, x)));
        }

        long statistics = branches * 2 * sizeof(float) * Rows;
        Assert.Equal((((2 * branches) + 2) * MatrixBytes) + statistics, tape.PeakBytes);
        x.Gradient.Fill(1);
        tape.Backward();
        Assert.All(_parameters, parameter => Assert.Contains(parameter.Gradient.ToArray(), value => value != 0));
    }

    [Fact]
    public void Values_CannotBeReadAfterwards()
    {
        using Tape tape = new(threads: 1);
        ResidualBranch branch = new(_parameters, "norm", Size, normFirst: true, dropoutRate: 0.1f);
        Variable f = new Linear(_parameters, "linear", Size, Size).Apply(tape, Stream(tape));
        branch.Leave(tape, Stream(tape), f);

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => f.Values.Length);
        Assert.Equal("The values of [256, 64] are read after their last reader has given their memory back.", exception.Message);
        Assert.Throws<InvalidOperationException>(() => f.Row(0).Length);
        Assert.Throws<InvalidOperationException>(() => f.Matrix);
        Assert.Throws<InvalidOperationException>(() => f.Transposed);
        Assert.Throws<InvalidOperationException>(() => LinearOperation.Apply(tape, f, _parameters[2]));
    }

    [Fact]
    public void Values_CannotBeReadOnTheWayBack_ByAnEarlierReader()
    {
        using Tape tape = new(threads: 1);
        ResidualBranch branch = new(_parameters, "norm", Size, normFirst: true, dropoutRate: 0);
        Linear linear = new(_parameters, "linear", Size, Size);
        Variable f = linear.Apply(tape, Stream(tape));
        Variable other = linear.Apply(tape, f);
        branch.Leave(tape, Stream(tape), f);

        Assert.Throws<InvalidOperationException>(() => tape.Backward(other, new float[other.Length]));
    }

    [Theory]
    [InlineData(Nonlinearity.Relu, 0)]
    [InlineData(Nonlinearity.Tanh, 0)]
    [InlineData(Nonlinearity.None, 0.2f)]
    public void ValuesThatTheirOperationReads_Stay(Nonlinearity f, float dropoutRate)
    {
        using Tape tape = new(threads: 1);
        ResidualBranch branch = new(_parameters, "norm", Size, normFirst: true, dropoutRate: 0);
        Variable x = Stream(tape);
        Variable fed = new Linear(_parameters, "linear", Size, Size).Apply(tape, x, f, dropoutRate);
        float[] values = fed.Values.ToArray();
        Variable y = branch.Leave(tape, x, fed);

        Assert.Equal(values, fed.Values.ToArray());
        tape.Backward(y, [.. Enumerable.Repeat(1f, y.Length)]);
    }

    [Fact]
    public void Values_Stay_OutsideTraining_AndWhereTheBranchIsItsOwnStream()
    {
        using Tape tape = new(threads: 1) { IsTraining = false };
        ResidualBranch branch = new(_parameters, "norm", Size, normFirst: true, dropoutRate: 0);
        Linear linear = new(_parameters, "linear", Size, Size);
        Variable f = linear.Apply(tape, Stream(tape));
        branch.Leave(tape, Stream(tape), f);
        Assert.Equal(Rows * Size, f.Values.Length);

        tape.Reset();
        tape.IsTraining = true;
        Variable x = linear.Apply(tape, Stream(tape));
        Variable y = branch.Leave(tape, x, x);
        Assert.Equal(x.Values[7] * 2, y.Values[7]);
    }

    [Fact]
    public void GradientsOfReleasedValues_AreGivenBack()
    {
        using Tape tape = new(threads: 1);
        ResidualBranch branch = new(_parameters, "norm", Size, normFirst: true, dropoutRate: 0.1f);
        Linear linear = new(_parameters, "linear", Size, Size);
        Variable x = Stream(tape);
        Variable y = branch.Leave(tape, x, linear.Apply(tape, x));
        Assert.Equal(3 * MatrixBytes, tape.PeakBytes);
        tape.Backward(y, new float[y.Length]);

        // x, y and the gradients of y and f; afterwards there is room for three as large as those of y and f, and no more than before.
        Assert.Equal(4 * MatrixBytes, tape.PeakBytes);
        tape.Create(3 * Rows, Size);
        Assert.Equal(4 * MatrixBytes, tape.PeakBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3f)]
    public void Dropout_AddsToGradients_WhateverHoldsOneAlready(float rate)
    {
        float[] once = Gradients(rate, xFirst: false, residualFirst: false);
        Assert.Contains(once, value => value != 0);
        Assert.All(once, value => Assert.True(float.IsFinite(value)));
        foreach ((bool xFirst, bool residualFirst) in new[] { (true, false), (false, true), (true, true) })
        {
            float[] gradients = Gradients(rate, xFirst, residualFirst);
            for (int i = 0; i < once.Length; i++)
            {
                bool hasOne = i < once.Length / 2 ? xFirst : residualFirst;
                Assert.Equal(once[i] + (hasOne ? 5 : 0), gradients[i]);
            }
        }
    }

    [Fact]
    public void Dropout_OfItsOwnResidual_AddsBothGradients()
    {
        using Tape tape = new(threads: 1);
        DirtyMemory(tape);
        Activation x = tape.Create(4, Size);
        x.Require();
        Variable y = DropoutOperation.Apply(tape, x, 0.5f, residual: x);
        y.Gradient.Fill(1);
        tape.Backward();
        float[] gradient = x.Gradient.ToArray();
        Assert.Equal([1, 3], gradient.Distinct().Order());
    }

    private static float[] Gradients(float rate, bool xFirst, bool residualFirst)
    {
        using Tape tape = new(threads: 1) { DropoutSeed = 3 };
        DirtyMemory(tape);
        Activation x = tape.Create(4, Size), residual = tape.Create(4, Size);
        foreach ((Activation input, bool hasGradient) in new[] { (x, xFirst), (residual, residualFirst) })
        {
            input.Require();
            if (hasGradient)
            {
                input.Gradient.Fill(5);
            }
        }

        Variable y = DropoutOperation.Apply(tape, x, rate, residual);
        for (int i = 0; i < y.Length; i++)
        {
            y.Gradient[i] = i;
        }

        tape.Backward();
        return [.. x.Gradient, .. residual.Gradient];
    }

    /// <summary>What is taken afterwards holds no zeros by chance.</summary>
    private static void DirtyMemory(Tape tape)
    {
        const int count = 1 << 14;
        NumberBuffer memory = tape.TakeScratch(count);
        memory.View<float>(0, count).Fill(float.NaN);
        tape.ReleaseScratch(memory, count);
    }

    private static Variable Stream(Tape tape)
    {
        Variable x = tape.Create(Rows, Size);
        for (int i = 0; i < x.Length; i++)
        {
            x.Values[i] = MathF.Sin(i);
        }

        return x;
    }
}
