using SeqLoss.Models.Autograd;
using SeqLoss.Tests;
using Xunit;

namespace SeqLoss.Models.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void ExportedSurface_IsTheListedOne() => AssemblyRules.AssertSurfaceIsListed(typeof(Tape).Assembly, "SeqLoss.Models.Tests");

    [Fact]
    public void Types_AreSealedStaticOrAbstract() => AssemblyRules.AssertTypesAreSealedStaticOrAbstract(typeof(Tape).Assembly);
}
