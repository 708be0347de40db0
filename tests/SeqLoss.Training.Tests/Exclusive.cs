using Xunit;

namespace SeqLoss.Training.Tests;

/// <summary>Tests that measure the process or need the worker threads for themselves: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Exclusive
{
    public const string Name = "Exclusive";
}
