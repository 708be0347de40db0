namespace SeqLoss.Kernels.Drivers;

/// <summary>A constant of the type system, so that a loop is compiled without what it does not use.</summary>
internal interface IConstant
{
    static abstract bool Value { get; }
}

/// <summary>True.</summary>
internal readonly struct Present : IConstant
{
    public static bool Value => true;
}

/// <summary>False.</summary>
internal readonly struct Absent : IConstant
{
    public static bool Value => false;
}
