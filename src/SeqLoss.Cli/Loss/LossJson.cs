using System.IO;

namespace SeqLoss.Cli.Loss;

/// <summary>The result as one JSON object.</summary>
internal static class LossJson
{
    internal static void Write(TextWriter output, LossRequest request, LossResult result)
    {
        LossSum sum = result.Sum;
        bool isArray = LossChoices.IsArray(request.Reduction);
        // Perplexity and accuracy are of tokens: nothing counted, nothing to say.
        bool areMeant = !request.IsRegression && sum.Tokens > 0;
        output.WriteLine(JsonText.Of(writer =>
        {
            writer.WriteReal("loss", isArray ? null : result.Reduced[0]);
            writer.WriteString("reduction", LossChoices.Reductions.NameOf(request.Reduction));
            writer.WriteReal("divisor", isArray || request.Reduction == Reduction.Sum ? null : result.Divisor);
            writer.WriteReal("sum", sum.Sum);
            writer.WriteReal("weight", sum.Weight);
            writer.WriteNumber("nonZero", sum.NonZero);
            writer.WriteNumber("elements", sum.Elements);
            writer.WriteNumber("sequences", sum.Sequences);
            writer.WriteNumber("valid", sum.Valid);
            writer.WriteNumber("tokens", sum.Tokens);
            writer.WriteReal("tokenWeight", sum.TokenWeight);
            writer.WriteReal("negativeLogLikelihood", sum.NegativeLogLikelihood);
            writer.WriteReal("correct", sum.Correct);
            writer.WriteReal("mean", MeanOf(sum, request.Empty));
            writer.WriteReal("perplexity", areMeant ? sum.Perplexity : null);
            writer.WriteReal("bitsPerToken", areMeant ? sum.BitsPerToken : null);
            writer.WriteReal("accuracy", areMeant ? sum.Accuracy : null);
        }));
    }

    /// <summary>The token mean, by the policy where there is no weight.</summary>
    /// <remarks>Under <c>throw</c> another reduction was asked for, and this mean has no meaning.</remarks>
    private static double? MeanOf(LossSum sum, EmptyPolicy empty) => sum.Weight != 0 ? sum.Mean : empty switch
    {
        EmptyPolicy.Zero => 0,
        EmptyPolicy.NaN => double.NaN,
        _ => null,
    };
}
