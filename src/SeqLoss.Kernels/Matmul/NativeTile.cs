using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>One tile of a product by oneDNN, which knows neither bias nor factors of rows.</summary>
internal static class NativeTile
{
    /// <summary>Computes <c>C[firstRow.., firstColumn..]</c>.</summary>
    public static void Run(OneDnn library, in ProductTask task, int firstRow, int rowCount, int firstColumn, int columnCount)
    {
        Matrix left = task.Left.From(firstRow, 0);
        Matrix right = task.Right.Source.From(0, firstColumn);
        NumberBuffer result = task.Result.From((firstRow * task.ResultStride) + firstColumn);
        if (task.RowScale.IsNull)
        {
            // The bias is there before the product is added to it: no second pass over a product that may have left the caches.
            float beta = task.Beta;
            if (!task.Bias.IsNull)
            {
                WriteBias(task, rowCount, firstColumn, columnCount, result);
                beta = 1;
            }

            library.Multiply(rowCount, columnCount, task.Depth, task.Alpha, left, right, beta, result, task.ResultStride);
            return;
        }

        Span<float> product = WorkerBuffers<float>.OfThread.Get(ScratchSlot.ProductTile, rowCount * columnCount);
        library.Multiply(rowCount, columnCount, task.Depth, task.Alpha, left, right, product);
        for (int row = 0; row < rowCount; row++)
        {
            Span<float> sums = product.Slice(row * columnCount, columnCount);
            TensorPrimitives.Multiply(sums, task.RowScale.View<float>(firstRow + row, 1)[0], sums);
            if (!task.Bias.IsNull)
            {
                TensorPrimitives.Add(sums, task.Bias.View<float>(firstColumn, columnCount), sums);
            }

            Span<float> values = result.View<float>(row * task.ResultStride, columnCount);
            if (task.Beta != 0)
            {
                TensorPrimitives.MultiplyAdd(values, task.Beta, sums, sums);
            }

            sums.CopyTo(values);
        }
    }
    /// <summary>C = β·C + bias.</summary>
    private static void WriteBias(in ProductTask task, int rowCount, int firstColumn, int columnCount, NumberBuffer result)
    {
        ReadOnlySpan<float> bias = task.Bias.View<float>(firstColumn, columnCount);
        for (int row = 0; row < rowCount; row++)
        {
            Span<float> values = result.View<float>(row * task.ResultStride, columnCount);
            if (task.Beta == 0)
            {
                bias.CopyTo(values);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(values, task.Beta, bias, values);
            }
        }
    }
}
