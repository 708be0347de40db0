using System;
using System.Numerics;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests;

/// <summary>A check that is made at every lane width, in both precisions.</summary>
internal interface IWidthCheck
{
    void Run<TLanes, T>()
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Every width computes correctly on every processor, emulated where it must be: one run on any machine covers all.</summary>
internal static class Widths
{
    public static TheoryData<string> Names =>
    [
        "512 float", "256 float", "128 float", "scalar float", "512 double", "256 double", "128 double", "scalar double",
    ];

    public static void Run<TCheck>(string name, TCheck check)
        where TCheck : IWidthCheck
    {
        switch (name)
        {
            case "512 float":
                check.Run<Vector512Lanes<float>, float>();
                break;
            case "256 float":
                check.Run<Vector256Lanes<float>, float>();
                break;
            case "128 float":
                check.Run<Vector128Lanes<float>, float>();
                break;
            case "scalar float":
                check.Run<ScalarLanes<float>, float>();
                break;
            case "512 double":
                check.Run<Vector512Lanes<double>, double>();
                break;
            case "256 double":
                check.Run<Vector256Lanes<double>, double>();
                break;
            case "128 double":
                check.Run<Vector128Lanes<double>, double>();
                break;
            case "scalar double":
                check.Run<ScalarLanes<double>, double>();
                break;
            default:
                throw new ArgumentException(name);
        }
    }
}
