using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqLoss.Diagnostics.Findings;
using SeqLoss.Kernels.Memory;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics;

/// <summary>Looks at the input of a cross-entropy for the mistakes that people make: the loss computes what it was given, this asks
/// whether it was meant.</summary>
/// <remarks>
/// <para>
/// Errors: SL001 target id out of range, SL002 nothing counted, SL003 NaN or +∞ scores, SL004 probabilities given as logits, SL006
/// logits given as probabilities or log-probabilities, SL009 axes misplaced, SL010 targets shifted by one, SL012 target distributions
/// zero or impossible, SL013 weights NaN, SL015 lengths or mask impossible, SL016 targets of probability 0. Warnings: SL002 empty
/// sequences, SL004 uniform rows, SL007 padding counted, SL008 mask, lengths and padding disagree, SL011 worse than guessing, SL012
/// distributions that do not sum to one, SL013 weights negative or all zero, SL017 smoothed twice. Notes: SL005 log-probabilities given
/// as logits, SL014 one-hot targets where ids would do.
/// </para>
/// <para>
/// Reads the scores about as often as a loss does twice, on as many threads; a few times more where the loss is no better than a guess,
/// which is when shifts and other layouts are tried. Offsets are 64-bit: scores may be mapped files. A finding that another explains
/// is left out.
/// </para>
/// </remarks>
public static class LossCheck
{
    /// <summary>Checks the input of a cross-entropy.</summary>
    /// <param name="form">What the scores are said to be.</param>
    /// <param name="scores">Scores in the layout's order, for example <c>[B, T, V]</c>.</param>
    /// <param name="targets">Ids in the layout's order without the class axis, or distributions shaped as the scores.</param>
    /// <param name="weights">What counts, and how much, in its parts; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, smoothing and the rest as the loss takes them; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="cancellation">Stops the check between two parts of a pass.</param>
    /// <returns>The findings, and what was looked at.</returns>
    /// <exception cref="LossInputException">The shapes fit no layout.</exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply, as for the loss itself.</exception>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public static unsafe CheckReport Run(
        ScoreForm form,
        Scores scores,
        Targets targets,
        RawWeights? weights = null,
        CrossEntropyOptions? options = null,
        CancellationToken cancellation = default)
    {
        OptionChecks.CheckDefined(form);
        RawWeights given = weights ?? new RawWeights();
        CrossEntropyOptions usable = Usable(options ?? CrossEntropyOptions.Default, given);
        LossInputException? refused = ShapeFit.RefusalOf(form, scores.Shape, targets, usable, given);
        List<Reading> others = ShapeFit.Others(form, scores.Shape, targets, usable, given);
        if (refused is { } refusal)
        {
            return others.Count == 0
                ? throw refusal
                : new([MisplacedAxes.OfShapes(usable.Layout, refusal.Message, others)], Positions: 0, Counted: 0, double.NaN);
        }

        fixed (byte* scoreAddress = scores)
        fixed (byte* targetAddress = targets)
        {
            NumberBuffer distribution = targets.AreIds ? default : new(targetAddress, targets.Type);
            CheckInput input = new(form, scores.Shape, new(scoreAddress, scores.Type), distribution, usable, given, cancellation);
            Examination e = new(input, usable.Layout, IdsOf(targets));
            List<Finding> findings = [.. FindAll(e, others)];
            findings.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
            return new(findings, e.Count, e.CountTokens(e.Counts), e.MeanLoss());
        }
    }

    /// <summary>All findings, without those that others explain.</summary>
    private static IEnumerable<Finding> FindAll(Examination e, List<Reading> others)
    {
        IEnumerable<Finding?> ofInput =
        [
            TargetOutOfRange.Find(e), NothingCounted.Find(e), BrokenScores.Find(e), DisagreeingEnds.Find(e), UnusableLengths.Find(e),
            .. UnusableWeights.Find(e),
        ];
        Finding? axes = MisplacedAxes.Find(e, others.FindAll(
            other => other.IsTransposed || Reading.DifferInClassAxis(other.Layout, e.Grid.Layout)));
        if (axes is not null)
        {
            // Rows along the wrong axis look wrong in every way.
            return Present([.. ofInput, axes]);
        }

        Finding? impossible = ImpossibleTargets.Find(e);
        Finding? unnormalised = UnnormalisedScores.Find(e);
        Finding? shifted = ShiftedTargets.Find(e);
        bool isExplained = (impossible ?? unnormalised ?? shifted) is not null;
        return Present(
        [
            .. ofInput,
            ProbabilitiesAsLogits.Find(e), LogProbabilitiesAsLogits.Find(e), unnormalised, CountedPadding.Find(e), shifted,
            isExplained ? null : WorseThanGuessing.Find(e),
            .. UnusableTargets.Find(e),
            OneHotTargets.Find(e), impossible, SmoothedTwice.Find(e),
        ]);
    }

    private static IEnumerable<Finding> Present(IEnumerable<Finding?> findings) => findings.OfType<Finding>();

    /// <summary>The options with the class weights that were given apart, without those that are no numbers.</summary>
    private static CrossEntropyOptions Usable(CrossEntropyOptions options, RawWeights given)
    {
        if (given.ClassWeights is not { Count: > 0 } weights)
        {
            return options;
        }

        return options.ClassWeights is null
            ? options with { ClassWeights = ClassWeights.From(weights.Select(w => double.IsFinite(w) ? w : 1).ToArray()) }
            : throw new LossOptionException("class weights are given twice, in the options and apart: give them once.");
    }

    private static long[] IdsOf(Targets targets)
    {
        if (!targets.AreIds)
        {
            return [];
        }

        TargetIds ids = new(targets);
        long[] copy = new long[targets.Shape.Count];
        for (int token = 0; token < copy.Length; token++)
        {
            copy[token] = ids[token];
        }

        return copy;
    }
}
