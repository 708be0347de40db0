using System;

namespace SeqLoss.Planning;

/// <summary>The checks of options that all losses share.</summary>
internal static class OptionChecks
{
    /// <summary>Checks the reduction, the policy and the number of threads.</summary>
    /// <exception cref="LossOptionException">One of them is out of range.</exception>
    public static void CheckCommon(Reduction reduction, EmptyPolicy empty, int? threads)
    {
        CheckDefined(reduction);
        CheckDefined(empty);
        if (threads < 1)
        {
            throw new LossOptionException($"the number of threads is {threads}: at least 1 is needed.");
        }
    }

    /// <summary>Checks that a choice is one of its type's.</summary>
    /// <exception cref="LossOptionException">It is not.</exception>
    public static void CheckDefined<TChoice>(TChoice choice)
        where TChoice : struct, Enum
    {
        if (!Enum.IsDefined(choice))
        {
            throw new LossOptionException($"{choice} is none of {typeof(TChoice).Name}: choose one of its names.");
        }
    }
}
