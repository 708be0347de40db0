using SeqLoss.Tests;
using Xunit;

namespace SeqLoss.Training.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void ExportedSurface_IsTheListedOne() => AssemblyRules.AssertSurfaceIsListed(typeof(Trainer).Assembly, "SeqLoss.Training.Tests");

    [Fact]
    public void Types_AreSealedStaticOrAbstract() => AssemblyRules.AssertTypesAreSealedStaticOrAbstract(typeof(Trainer).Assembly);
}
