using System.Collections.Generic;

namespace SeqLoss.Diagnostics;

/// <summary>What <see cref="LossCheck"/> found, and what it looked at.</summary>
/// <param name="Findings">The findings, by their ids.</param>
/// <param name="Positions">The number of positions, B·T; 0 where the shapes do not fit and nothing was looked at.</param>
/// <param name="Counted">The number of positions that count.</param>
/// <param name="Loss">
/// The mean loss of what counts in nats, ΣWℓ/ΣD, without rows that have no loss; NaN where there is nothing to divide by.
/// </param>
public sealed record CheckReport(IReadOnlyList<Finding> Findings, long Positions, long Counted, double Loss)
{
    /// <summary>Whether a finding is an error.</summary>
    public bool HasError
    {
        get
        {
            foreach (Finding finding in Findings)
            {
                if (finding.Severity == FindingSeverity.Error)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
