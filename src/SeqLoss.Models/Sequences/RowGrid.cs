namespace SeqLoss.Models.Sequences;

/// <summary>Which row of a matrix holds which step of which sequence.</summary>
/// <param name="Order">The order of the rows.</param>
/// <param name="Count">The sequences B.</param>
/// <param name="Steps">The steps T that are stored for each.</param>
public readonly record struct RowGrid(RowOrder Order, int Count, int Steps)
{
    /// <summary>B·T.</summary>
    public int Rows => Count * Steps;

    /// <summary>From a step's row to the next step's.</summary>
    public int StepStride => Order == RowOrder.BatchMajor ? 1 : Count;

    /// <summary>The row of a step.</summary>
    public int RowOf(int sequence, int step)
        => Order == RowOrder.BatchMajor ? (sequence * Steps) + step : (step * Count) + sequence;
}
