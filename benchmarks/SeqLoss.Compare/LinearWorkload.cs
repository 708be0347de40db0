using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Matmul;

namespace SeqLoss.Compare;

/// <summary>The operands and gradients of one loss of a projection, and the ways to compute it that are measured.</summary>
internal sealed unsafe class LinearWorkload : IDisposable
{
    private readonly Dictionary<string, LinearCrossEntropy> _losses = [];
    private float* _memory;
    private int _tokens;
    private int _depth;
    private int _classes;
    private int _threads;
    private int[] _targets = [];
    private TokenWeights? _half;

    /// <summary>Makes operands [tokens, depth] and [classes, depth].</summary>
    public void Prepare(int tokens, int depth, int classes, int threads)
    {
        // The code is compiled before it is measured: a small loss of each kind.
        Make(64, 32, 500, threads);
        foreach (string way in new[] { "managed", "onednn", "onednn-bf16", "managed-half", "managed-loss" })
        {
            for (int i = 0; i < 100 && IsThere(way); i++)
            {
                Run(way);
            }
        }

        Make(tokens, depth, classes, threads);
    }

    private void Make(int tokens, int depth, int classes, int threads)
    {
        Dispose();
        (_tokens, _depth, _classes, _threads) = (tokens, depth, classes, threads);
        long hidden = (long)tokens * depth, vocabulary = (long)classes * depth;
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(2 * (hidden + vocabulary) * sizeof(float)), 64);
        Random random = new(20);
        for (long i = 0; i < hidden + vocabulary; i++)
        {
            float uniform = (float)(random.NextDouble() - 0.5);
            _memory[i] = i < hidden ? 2 * uniform : 0.2f * uniform;
        }

        // Pages of the gradients are there before memory is measured.
        new Span<byte>(_memory + hidden + vocabulary, checked((int)((hidden + vocabulary) * sizeof(float)))).Clear();

        _targets = Array.ConvertAll(new int[tokens], _ => random.Next(classes));
        byte[] mask = new byte[tokens];
        for (int i = 0; i < tokens; i += 2)
        {
            mask[i] = 1;
        }

        _half = TokenWeights.FromMask<byte>(new ReadOnlyTensorSpan<byte>(mask));
    }

    /// <summary>Whether this machine can compute so.</summary>
    public bool IsThere(string way) => !way.StartsWith("onednn", StringComparison.Ordinal)
        || (OneDnn.Instance is { } library && (!way.Contains("bf16", StringComparison.Ordinal) || library.MultipliesBFloat16));

    /// <summary>Gives the memory of a way back, so that its next call is a first one.</summary>
    public void Forget(string way)
    {
        _losses.Remove(way);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Loss and gradients of hidden states and vocabulary; <c>loss</c> in the way's name: the loss alone.</summary>
    public void Run(string way)
    {
        if (!_losses.TryGetValue(way, out LinearCrossEntropy? loss))
        {
            bool isNative = way.StartsWith("onednn", StringComparison.Ordinal);
            LinearCrossEntropyOptions options = new()
            {
                Loss = new() { Layout = ScoreLayout.Nv, Threads = _threads },
                Precision = way.Contains("bf16", StringComparison.Ordinal) ? ProductPrecision.BFloat16 : ProductPrecision.AsGiven,
            };
            _losses[way] = loss = new(options, isNative ? ProductLibrary.OneDnn : ProductLibrary.Managed);
        }

        nint hidden = (nint)_tokens * _depth, vocabulary = (nint)_classes * _depth;
        float* ofHidden = _memory + hidden + vocabulary, ofVocabulary = ofHidden + hidden;
        loss.Compute(
            new ReadOnlyTensorSpan<float>(_memory, hidden, [_tokens, _depth]),
            new(new ReadOnlyTensorSpan<float>(_memory + hidden, vocabulary, [_classes, _depth])),
            new ReadOnlyTensorSpan<int>(_targets),
            way.EndsWith("-half", StringComparison.Ordinal) ? _half : null,
            way.EndsWith("-loss", StringComparison.Ordinal) ? default : new()
            {
                Hidden = new TensorSpan<float>(ofHidden, hidden, [_tokens, _depth]),
                Vocabulary = new TensorSpan<float>(ofVocabulary, vocabulary, [_classes, _depth]),
            });
    }

    public void Dispose()
    {
        _losses.Clear();
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
