using SeqLoss.Cli.CommandLine;
using SeqLoss.Models.Decoding;

namespace SeqLoss.Cli.Translate;

/// <summary>What a command line of <c>seqloss translate</c> asks for.</summary>
internal sealed record TranslateRequest
{
    internal required string Model { get; init; }

    internal string? Input { get; private init; }

    internal string? Output { get; private init; }

    internal required DecodingOptions Search { get; init; }

    /// <summary>Whether several outputs are written for each line, with number and score.</summary>
    internal bool WritesScores { get; private init; }

    internal int? Threads { get; private init; }

    /// <exception cref="UsageException">A value is malformed, or options do not go together.</exception>
    internal static TranslateRequest Read(TranslateOptions options, OptionValues values)
    {
        int beam = values.Count(options.Beam) ?? 1;
        int nBest = values.Count(options.NBest) ?? 1;
        if (nBest > beam)
        {
            throw new UsageException(
                $"{options.NBest.Name} is {nBest}: a beam of {beam} has no more than {beam}, raise {options.Beam.Name}");
        }

        DecodingOptions search = new() { BeamSize = beam, NBest = nBest, LengthPenalty = ReadPenalty(options, values, beam) };
        search = search with { MaxSourceLength = values.Count(options.MaxInput) ?? search.MaxSourceLength };
        return new TranslateRequest
        {
            Model = values.RequiredText(options.Model),
            Input = values.Text(options.Input),
            Output = values.Text(options.Output),
            Search = values.Count(options.MaxLength) is not { } most ? search
                : search with { MaxLength = most, MaxLengthFactor = 0, MaxLengthOffset = most },
            WritesScores = values.Has(options.NBest),
            Threads = values.Count(options.Threads),
        };
    }

    private static LengthPenalty ReadPenalty(TranslateOptions options, OptionValues values, int beam)
    {
        if (values.Choice(options.Penalty, TranslateOptions.Penalties) is not { } kind)
        {
            return values.Has(options.Alpha)
                ? throw new UsageException($"{options.Alpha.Name} is the exponent of {options.Penalty.Name}, which is missing: add it")
                : LengthPenalty.None;
        }

        if (beam == 1)
        {
            throw new UsageException($"{options.Penalty.Name} chooses among outputs, and a beam of 1 has one: raise {options.Beam.Name}");
        }

        double usual = kind == LengthPenaltyKind.Google ? TranslateOptions.DefaultGoogleAlpha : TranslateOptions.DefaultPowerAlpha;
        double alpha = values.Number(options.Alpha) ?? usual;
        return alpha is >= 0 and <= 10 ? new LengthPenalty(kind, alpha)
            : throw new UsageException($"{options.Alpha.Name} is {alpha}: it is in 0..10");
    }
}
