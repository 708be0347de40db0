namespace SeqLoss;

/// <summary>The losses of other frameworks by their own names, with their arguments, divisors, empty rules and smoothing.</summary>
/// <remarks>
/// <para>
/// Each method maps its arguments onto <see cref="CrossEntropy"/> or <see cref="Regression"/> and computes nothing over classes
/// itself, so a framework's number comes with SeqLoss's exactness: positions that do not count are selected away where a framework
/// multiplies them by 0, and 0·ln 0 = 0 where a framework gives NaN. Everything else, the contradictory flags it refuses and the
/// NaN of an empty mean included, is as in the framework.
/// </para>
/// <para>
/// Where a method takes a <see cref="Gradient"/>, it receives ∂(value)/∂scores; for array results set
/// <see cref="Gradient.Upstream"/> or leave it at ones. Facts and sources: <c>docs/conventions.md</c>.
/// </para>
/// </remarks>
public static partial class Conventions;
