namespace SeqLoss.Planning;

/// <summary>Checks the sizes of what a loss is asked to write.</summary>
internal static class OutputCheck
{
    /// <summary>An output is empty (not wanted) or of exactly the right length.</summary>
    public static void Check(int length, int needed, string name)
    {
        if (length != 0 && length != needed)
        {
            throw new LossInputException($"the {name} has {length} elements, {needed} are needed.");
        }
    }
}
