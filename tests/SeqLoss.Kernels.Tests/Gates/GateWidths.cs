using System;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests.Gates;

/// <summary>A check of a gate kernel that is made at every lane width.</summary>
internal interface IGateCheck
{
    void Run<TLanes>()
        where TLanes : struct, ILanes<TLanes, float>;
}

/// <summary>The lane widths, emulated where they must be.</summary>
internal static class GateWidths
{
    /// <summary>Rows shorter than the widest register, and several of them with every remainder.</summary>
    public const int LongestRow = 70;

    public static TheoryData<string> Names => ["512", "256", "128", "scalar"];

    public static void Run<TCheck>(string name, TCheck check)
        where TCheck : IGateCheck
    {
        switch (name)
        {
            case "512":
                check.Run<Vector512Lanes<float>>();
                break;
            case "256":
                check.Run<Vector256Lanes<float>>();
                break;
            case "128":
                check.Run<Vector128Lanes<float>>();
                break;
            case "scalar":
                check.Run<ScalarLanes<float>>();
                break;
            default:
                throw new ArgumentException(name);
        }
    }
}
