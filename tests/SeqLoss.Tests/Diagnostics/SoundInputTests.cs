using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>Sound input has no errors, and warnings hardly ever.</summary>
public sealed class SoundInputTests(ITestOutputHelper output)
{
    private const int CaseCount = 3000;

    [Fact]
    public void SoundInput_HasNoErrorsAndOneWarningInAHundredAtMost()
    {
        List<string> errors = [];
        List<string> warnings = [];
        for (int seed = 0; seed < CaseCount; seed++)
        {
            CheckCase c = SoundCases.Draw(new Random(seed));
            foreach (Finding finding in c.Run().Findings.Where(finding => finding.Severity != FindingSeverity.Note))
            {
                string line = $"seed {seed}: {c}: {finding.Id} {finding.Severity} {finding.Position}: {finding.Message}";
                (finding.Severity == FindingSeverity.Error ? errors : warnings).Add(line);
            }
        }

        output.WriteLine($"{CaseCount} sound cases: {errors.Count} errors, {warnings.Count} warnings");
        warnings.ForEach(output.WriteLine);
        Assert.True(errors.Count == 0, string.Join('\n', errors.Take(20)));
        Assert.True(warnings.Count * 100 <= CaseCount, string.Join('\n', warnings.Take(40)));
    }
}
