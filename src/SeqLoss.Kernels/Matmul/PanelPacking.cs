using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Projection;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Packs the panels of operands, rounded to BF16 on the way where they are float32.</summary>
/// <remarks>One object, used again for each product. A panel is rounded into the caches of the thread that packs it.</remarks>
internal sealed class PanelPacking(OneDnnPanels library) : IWork
{
    private Matrix _leftSource;
    private Matrix _rightSource;
    private OperandPanels _left;
    private OperandPanels _right;

    public int ChunkCount => _left.PanelCount + _right.PanelCount;

    /// <summary>Packs the operands of a product; one without panels is left out.</summary>
    public void Run(in Matrix leftSource, in OperandPanels left, in Matrix rightSource, in OperandPanels right, int threads)
    {
        (_leftSource, _left, _rightSource, _right) = (leftSource, left, rightSource, right);
        WorkPool.Run(this, threads);
    }

    public void Run(int chunk)
    {
        if (chunk < _left.PanelCount)
        {
            Pack(_leftSource.From((long)chunk * _left.PerPanel, 0), _left, chunk);
        }
        else
        {
            int panel = chunk - _left.PanelCount;
            Pack(_rightSource.From(0, (long)panel * _right.PerPanel), _right, panel);
        }
    }

    private unsafe void Pack(in Matrix source, in OperandPanels panels, int panel)
    {
        (int count, int depth) = (panels.CountOf(panel), panels.Depth);
        bool isStoredByCount = (panels.Side == ProductSide.Left) != source.IsTransposed;
        (int rows, int length) = isStoredByCount ? (count, depth) : (depth, count);
        if (!source.Elements.Holds<float>())
        {
            for (int row = 0; row < rows; row++)
            {
                Prefetch.Far(ref source.Elements.View<ushort>(row * source.LeadingDimension, 1)[0], 0, length);
            }

            library.Pack(panels.Side, source, count, depth, panels[panel]);
            return;
        }

        fixed (ushort* address = WorkerBuffers<ushort>.OfThread.Get(ScratchSlot.RoundedPanel, checked(rows * length)))
        {
            NumberBuffer rounded = new(address, ElementType.BFloat16);
            BFloat16Rounding.Round(source.Elements, source.LeadingDimension, rows, length, rounded);
            library.Pack(panels.Side, new Matrix(rounded, length, source.IsTransposed), count, depth, panels[panel]);
        }
    }
}
