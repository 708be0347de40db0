using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Rules for each assembly that no analyzer checks.</summary>
internal static class AssemblyRules
{
    /// <summary>The exported surface is that of PublicApi.txt in the folder of the tests, so that no change to it goes unnoticed.</summary>
    /// <remarks>After an intended change: <c>SEQLOSS_UPDATE_PUBLIC_API=1 dotnet test --filter PublicApi</c>, and commit the file.</remarks>
    public static void AssertSurfaceIsListed(Assembly assembly, string testFolder)
    {
        string listing = Repository.PathOf("tests", testFolder, "PublicApi.txt");
        string[] actual = [.. PublicSurface.Render(assembly)];
        if (Environment.GetEnvironmentVariable("SEQLOSS_UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(listing, string.Join('\n', actual) + "\n");
        }

        string[] listed = File.ReadAllLines(listing);
        IEnumerable<string> missing = listed.Except(actual).Select(line => "- " + line);
        IEnumerable<string> difference = missing.Concat(actual.Except(listed).Select(line => "+ " + line));
        Assert.True(
            listed.SequenceEqual(actual), $"{listing} is not the surface of {assembly.GetName().Name}:\n{string.Join('\n', difference)}");
    }

    public static void AssertTypesAreSealedStaticOrAbstract(Assembly assembly)
    {
        IEnumerable<string> open = assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract)
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(type => type.FullName!);
        Assert.Empty(open);
    }
}
