using SeqLoss.Kernels.Matmul;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>A test of products on panels; where no library computes them it says that it was skipped.</summary>
internal sealed class PanelFactAttribute : FactAttribute
{
    public PanelFactAttribute()
    {
        if (OneDnn.Instance?.Panels is null)
        {
            Skip = $"No oneDNN that packs BF16 is found, or this processor does not multiply it ({string.Join(", ", OneDnn.FileNames)}).";
        }
    }
}
