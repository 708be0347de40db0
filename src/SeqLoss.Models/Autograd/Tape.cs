using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Projection;

namespace SeqLoss.Models.Autograd;

/// <summary>Remembers the operations of a step and goes back through them: reverse-mode differentiation.</summary>
/// <remarks>
/// <para>
/// A step is <c>forward</c>, <see cref="Backward()"/>, <see cref="Reset"/>. The memory and the objects of a step are used again by the
/// next: after the first steps nothing is allocated. Results have the same bits for any number of threads.
/// </para>
/// <para>One step at a time for each tape. A model keeps scratch of its own: one call at a time for each model, too.</para>
/// </remarks>
public sealed class Tape : IDisposable
{
    private static int _operationTypes;

    private readonly StepArena _arena = new();
    private readonly TapeProducts _products;
    private readonly ColumnSums _columnSums = new();
    private readonly List<Operation> _operations = [];
    private readonly List<Activation> _activations = [];
    private readonly List<Pool?> _pools = [];
    private int _activationCount;
    private uint _dropoutCount;

    /// <summary>Creates an empty tape.</summary>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public Tape(int? threads = null)
        : this(threads, ProductLibraryChoice.OfProcess)
    {
    }

    internal Tape(int? threads, ProductLibrary library)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        Threads = threads ?? Environment.ProcessorCount;
        _products = new TapeProducts(_arena, library, Threads);
        Workspace = new StepWorkspace(_arena);
    }

    /// <summary>The most threads that operations use.</summary>
    public int Threads { get; }

    /// <summary>Whether the step is one of training: gradients will be asked for, and dropout acts.</summary>
    public bool IsTraining { get; set; } = true;

    /// <summary>The precision of the operands of products with weights; <see cref="ProductPrecision.AsGiven"/> is float32.</summary>
    /// <remarks>
    /// It acts on the products that follow, forward and backward, and on the loss of tokens. The products of attention, sums, values and
    /// gradients are float32 in either case.
    /// </remarks>
    public ProductPrecision Precision
    {
        get => _products.Precision;
        set => _products.Precision = value;
    }

    /// <summary>Whether every result is looked at, so that the first NaN or infinity is an error that names its layer.</summary>
    public bool ChecksFinite { get; set; }

    /// <summary>What dropout draws from: another mask for each number, the same for the same.</summary>
    public ulong DropoutSeed { get; set; }

    /// <summary>The name under which operations are recorded; layers set it as they begin.</summary>
    public string Layer { get; set; } = "";

    /// <summary>The bytes that a step needed at most so far.</summary>
    public long PeakBytes => _arena.PeakBytes;

    /// <summary>The bytes that are kept for steps.</summary>
    internal long HeldBytes => _arena.Bytes;

    /// <summary>Memory of the step for a loss, which gives it back when it has been computed.</summary>
    internal StepWorkspace Workspace { get; }

    /// <summary>A matrix of this step, its values unspecified.</summary>
    public Activation Create(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((long)rows * columns > int.MaxValue)
        {
            throw new ArgumentException($"A result of {rows} rows of {columns} features in {Layer} is too large; make batches smaller.");
        }

        if (_activationCount == _activations.Count)
        {
            _activations.Add(new Activation());
        }

        Activation activation = _activations[_activationCount++];
        activation.Begin(_arena, rows, columns);
        return activation;
    }

    /// <summary>An operation object to be filled in, which later steps use again.</summary>
    /// <typeparam name="T">The operation.</typeparam>
    public T Rent<T>()
        where T : Operation, new()
    {
        while (_pools.Count <= PoolIndex<T>.Value)
        {
            _pools.Add(null);
        }

        Pool pool = _pools[PoolIndex<T>.Value] ??= new Pool();
        if (pool.Used == pool.Objects.Count)
        {
            pool.Objects.Add(new T());
        }

        T operation = (T)pool.Objects[pool.Used++];
        operation.Begin(this, Layer);
        return operation;
    }

    /// <summary>Puts an operation on the tape.</summary>
    /// <param name="operation">What computed <paramref name="output"/>.</param>
    /// <param name="output">The result.</param>
    /// <param name="needsGradient">Whether one of the inputs needs a gradient.</param>
    /// <returns><paramref name="output"/>.</returns>
    /// <exception cref="NonFiniteException">The result is not finite, and <see cref="ChecksFinite"/> is set.</exception>
    public Variable Record(Operation operation, Activation output, bool needsGradient)
    {
        Record(operation, needsGradient, output);
        return output;
    }

    /// <summary>Puts an operation of several results on the tape.</summary>
    /// <param name="operation">What computed <paramref name="outputs"/>; it goes back where at least one of them has a gradient.</param>
    /// <param name="needsGradient">Whether one of the inputs needs a gradient.</param>
    /// <param name="outputs">The results; none for one that does not apply.</param>
    /// <exception cref="NonFiniteException">A result is not finite, and <see cref="ChecksFinite"/> is set.</exception>
    public void Record(Operation operation, bool needsGradient, params ReadOnlySpan<Activation?> outputs)
    {
        ArgumentNullException.ThrowIfNull(operation);
        foreach (Activation? output in outputs)
        {
            if (ChecksFinite && output is not null)
            {
                NonFiniteException.ThrowIfNotFinite(output.Values, operation, "result");
            }

            if (IsTraining && needsGradient && output is not null)
            {
                output.Require();
                operation.Outputs.Add(output);
            }
        }

        if (operation.Outputs.Count > 0)
        {
            _operations.Add(operation);
        }
    }

    /// <summary>Goes back from one result to the parameters.</summary>
    /// <param name="output">The result L depends on.</param>
    /// <param name="gradient">∂L/∂output, as long as its values.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Backward(Variable output, ReadOnlySpan<float> gradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (gradient.Length != output.Length)
        {
            throw new ArgumentException($"The gradient has {gradient.Length} values, the result {output.Length}.", nameof(gradient));
        }

        TensorPrimitives.Add(output.Gradient, gradient, output.Gradient);
        Backward();
    }

    /// <summary>Goes back from the losses of this step, which have left their gradients, to the parameters.</summary>
    /// <exception cref="NonFiniteException">A gradient is not finite, and <see cref="ChecksFinite"/> is set.</exception>
    public void Backward()
    {
        for (int i = _operations.Count - 1; i >= 0; i--)
        {
            Operation operation = _operations[i];
            if (HaveGradient(operation))
            {
                operation.Backward();
            }

            // Whatever read the results has been passed on the way back.
            foreach (Activation output in operation.Outputs)
            {
                output.Release();
            }
        }

        _operations.Clear();
    }

    /// <summary>Ends the step: its matrices are void, its memory serves the next one.</summary>
    public void Reset()
    {
        _operations.Clear();
        _activationCount = 0;
        _dropoutCount = 0;
        foreach (Pool? pool in _pools)
        {
            pool?.Used = 0;
        }

        _arena.Reset();
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    /// <summary>A key for the mask of the step's next dropout.</summary>
    internal ulong NextDropoutKey() => (DropoutSeed * 0x9E3779B97F4A7C15) + (++_dropoutCount * 0xD1B54A32D192ED03);

    /// <summary>Scratch that lasts until the step ends.</summary>
    internal NumberBuffer TakeScratch(long count) => _arena.Take(count);

    /// <summary>Gives scratch back early.</summary>
    internal void ReleaseScratch(NumberBuffer memory, long count) => _arena.Release(memory, count);

    /// <summary>A product, on the tape's threads.</summary>
    internal void Multiply(in ProductTask task) => _products.Run(task);

    /// <summary>The floats of storage that <see cref="Pack"/> needs for B[rows, columns].</summary>
    internal long PackedLength(int rowCount, int columnCount) => _products.PackedLength(rowCount, columnCount);

    /// <summary>Makes the right operand of several products ready for them, where that helps.</summary>
    /// <param name="source">B, which stays and does not change meanwhile.</param>
    /// <param name="rowCount">K.</param>
    /// <param name="columnCount">N.</param>
    /// <param name="storage">Room for <see cref="PackedLength"/> floats, which stays as long.</param>
    internal RightMatrix Pack(Matrix source, int rowCount, int columnCount, NumberBuffer storage)
        => _products.Pack(source, rowCount, columnCount, storage);

    /// <summary>The floats of storage that <see cref="Round"/> needs for an operand [rows, columns].</summary>
    internal long RoundedLength(int rowCount, int columnCount) => _products.RoundedLength(rowCount, columnCount);

    /// <summary>Makes an operand of several products ready for them: rounds it once where each would.</summary>
    /// <param name="source">The operand, which stays and does not change meanwhile.</param>
    /// <param name="rowCount">Its rows.</param>
    /// <param name="columnCount">Its columns.</param>
    /// <param name="storage">Room for <see cref="RoundedLength"/> floats, which stays as long.</param>
    internal Matrix Round(Matrix source, int rowCount, int columnCount, NumberBuffer storage)
        => _products.Round(source, rowCount, columnCount, storage);

    /// <summary>Adds the sums of columns to the gradient of a vector: the gradient of a bias.</summary>
    internal void AddColumnSums(NumberBuffer rows, int rowCount, int columnCount, Variable vector)
    {
        float beta = vector.AddToGradient(out NumberBuffer gradient);
        _columnSums.Run(rows, rowCount, columnCount, gradient, adds: beta != 0, Threads);
    }

    private bool HaveGradient(Operation operation)
    {
        bool haveGradient = false;
        foreach (Activation output in operation.Outputs)
        {
            haveGradient |= output.HasGradient;
            if (ChecksFinite && output.HasGradient)
            {
                NonFiniteException.ThrowIfNotFinite(output.Gradient, operation, "gradient");
            }
        }

        return haveGradient;
    }

    private static class PoolIndex<T>
    {
        public static readonly int Value = Interlocked.Increment(ref _operationTypes) - 1;
    }

    private sealed class Pool
    {
        public List<Operation> Objects { get; } = [];

        public int Used { get; set; }
    }
}
