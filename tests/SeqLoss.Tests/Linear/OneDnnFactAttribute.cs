using SeqLoss.Kernels.Matmul;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>A test of oneDNN; where the library is not found it says that it was skipped.</summary>
internal sealed class OneDnnFactAttribute : FactAttribute
{
    public OneDnnFactAttribute()
    {
        if (OneDnn.Instance is null)
        {
            Skip = $"None of {string.Join(", ", OneDnn.FileNames)} is found (Debian: libdnnl2).";
        }
    }
}
