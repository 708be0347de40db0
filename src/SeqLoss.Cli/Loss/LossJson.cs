using System.IO;
using System.Text.Json;
using SeqLoss.Cli.Frameworks;

namespace SeqLoss.Cli.Loss;

/// <summary>The result as one JSON object.</summary>
internal static class LossJson
{
    internal static void Write(TextWriter output, LossRequest request, LossResult result)
    {
        LossSum sum = result.Sum;
        bool isArray = LossChoices.IsArray(request.Reduction);
        output.WriteLine(JsonText.Of(writer =>
        {
            writer.WriteReal("loss", isArray ? null : result.Reduced[0]);
            writer.WriteString("reduction", LossChoices.Reductions.NameOf(request.Reduction));
            writer.WriteReal("divisor", isArray || request.Reduction == Reduction.Sum ? null : result.Divisor);
            WriteSum(writer, sum, MeanOf(sum, request.Empty));
        }));
    }

    /// <summary>Writes the number of a framework's loss: the same object, and its name.</summary>
    internal static void Write(TextWriter output, string convention, ReductionNote note, ConventionLoss loss)
        => output.WriteLine(JsonText.Of(writer =>
        {
            writer.WriteReal("loss", loss.Values is null ? loss.Value : null);
            writer.WriteString("reduction", note.Word);
            writer.WriteReal("divisor", note.Divisor is null || double.IsNaN(loss.Divisor) ? null : loss.Divisor);
            WriteSum(writer, loss.Sum, loss.Sum.Weight == 0 ? null : loss.Sum.Mean);
            writer.WriteString("convention", convention);
        }));

    private static void WriteSum(Utf8JsonWriter writer, LossSum sum, double? mean)
    {
        // Perplexity and accuracy are of tokens: nothing counted, nothing to say.
        bool areMeant = sum.NegativeLogLikelihood is not null && sum.Tokens > 0;
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
        writer.WriteReal("mean", mean);
        writer.WriteReal("perplexity", areMeant ? sum.Perplexity : null);
        writer.WriteReal("bitsPerToken", areMeant ? sum.BitsPerToken : null);
        writer.WriteReal("accuracy", areMeant ? sum.Accuracy : null);
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
