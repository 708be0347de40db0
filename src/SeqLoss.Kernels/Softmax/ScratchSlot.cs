namespace SeqLoss.Kernels.Softmax;

/// <summary>The scratch arrays of a worker, by use.</summary>
internal static class ScratchSlot
{
    public const int Scores = 0;
    public const int Distribution = 1;
    public const int Gradient = 2;
    public const int Max = 3;
    public const int TargetMax = 4;
    public const int Excluded = 5;
    public const int Sum = 6;
    public const int Shift = 7;
    public const int SoftmaxFactor = 8;
    public const int MassFactor = 9;
    public const int Live = 10;
    public const int GapSum = 11;
    public const int ExactGradients = 12;
    public const int BlockMaxima = 13;
    public const int Shares = 14;
    public const int ProductTile = 15;
    public const int LiveRows = 16;
    public const int RoundedPanel = 17;
}
