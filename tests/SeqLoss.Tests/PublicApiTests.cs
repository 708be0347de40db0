using Xunit;

namespace SeqLoss.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void ExportedSurface_IsTheListedOne() => AssemblyRules.AssertSurfaceIsListed(typeof(CrossEntropy).Assembly, "SeqLoss.Tests");
}
