using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Tests.EncoderDecoders;
using SeqLoss.Models.Text;
using Xunit;

namespace SeqLoss.Models.Tests.Decoding;

public sealed class TranslatorTests
{
    private static readonly TokenizerPair Characters = Pair(TokenizerKind.Characters, "abcdefg");

    /// <summary>A model that writes its source backwards.</summary>
    private static ScriptedModel Backwards => new(11, (source, prefix) =>
    {
        float[] logits = new float[11];
        logits[prefix.Length < source.Length - 1 ? source[^(2 + prefix.Length)] : SpecialTokens.End] = 20;
        return logits;
    });

    [Fact]
    public void Lines_StayInOrder_AndEmptyOnesEmpty()
    {
        static string Line(int i) => string.Concat(Enumerable.Range(0, i * 5 % 9).Select(t => (char)('a' + ((i + t) % 7))));
        string[] lines = [.. Enumerable.Range(0, 700).Select(Line)];
        ScriptedModel model = Backwards;
        using Translator translator = new(model, Characters);

        string[] translated = [.. translator.Translate(lines).Select(best => Assert.Single(best).Text)];

        Assert.Equal(lines.Select(line => new string([.. line.Reverse()])), translated);
        Assert.Contains("", lines);

        // Together: 622 lines that are not empty are three batches, the first of 8 tokens and an end.
        Assert.Equal(256, model.RowsOfSteps[0]);
        Assert.InRange(model.RowsOfSteps.Count, 3, 3 * 9);
    }

    [Fact]
    public void AnEmptyLine_IsNotSearched()
    {
        ScriptedModel model = Backwards;
        using Translator translator = new(model, Characters, new DecodingOptions { BeamSize = 3, NBest = 3 });
        Translation[][] translated = translator.Translate(["", "ab", ""]);
        Assert.Equal([1, 3, 1], translated.Select(best => best.Length));
        Assert.Equal(Translation.Empty, translated[0][0]);
        Assert.Equal(Translation.Empty, translated[2][0]);
        Assert.Equal(1, model.RowsOfSteps[0]);
        Assert.Empty(translator.Translate([]));
        using Translator words = new(model, Pair(TokenizerKind.Words, "a b c d e f g".Split(' ')));
        Assert.Equal(["", "", "g a"], words.Translate(["", "   ", " a  g "]).Select(best => best[0].Text));
    }

    [Fact]
    public void ManyTranslations_AreThoseOfTheSearch()
    {
        TransformerEncoderDecoder model = new(TransformerTests.Small with { Target = StepForm.Tokens(11) });
        DecodingOptions options = new() { BeamSize = 4, NBest = 3, MaxLength = 8, LengthPenalty = LengthPenalty.Google(1) };
        string[] lines = ["abc", "g", "", "ffedcba", "abd", "?"];
        using Translator translator = new(model, Characters, options);
        using BeamSearch search = new(model, options);
        Translation[][] translated = translator.Translate(lines);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            int[] source = Characters.Source!.Encode(lines[i]);
            Hypothesis[] expected = search.Search(BeamSearchTests.Batch(source))[0];
            Assert.Equal(
                expected.Select(h => new Translation(Characters.Target!.Decode(h.Tokens.AsSpan()), h.LogProbability, h.Score, h.HasEnded)),
                translated[i]);
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsRefusedByASentence()
    {
        TransformerOptions small = TransformerTests.Small with { Target = StepForm.Tokens(11), LearnedPositions = 5 };
        TransformerEncoderDecoder model = new(small);
        using Translator translator = new(model, Characters);
        Assert.Contains("Line 2 has 6 tokens", Assert.Throws<ArgumentException>(() => translator.Translate(["abcd", "abcde"])).Message);
        Assert.False(translator.Translate(["abcd"])[0][0].HasEnded); // stopped by the positions, not by an exception
        Assert.Equal(5, translator.MaxLineLength);
        using Translator cautious = new(model, Characters, new DecodingOptions { MaxSourceLength = 4 });
        Assert.Equal(4, cautious.MaxLineLength);
        Assert.Single(cautious.Translate(["abc"]));
        Refused("Line 1 has 5 tokens", () => cautious.Translate(["abcd"]));
        Refused("at least 6 steps", () => new Translator(model, Characters, new DecodingOptions { MinLength = 6 }));
        Refused("source tokenizer has 6 tokens, the model 11", () => new Translator(model, Pair(TokenizerKind.Characters, "ab")));
        Refused("The target is features", () => new Translator(model, Characters with { Target = null }));
        TransformerEncoderDecoder features = new(small with { Source = StepForm.Features(2) });
        Refused("The source is features", () => new Translator(features, Characters));

        static void Refused(string part, Func<object> make) => Assert.Contains(part, Assert.Throws<ArgumentException>(make).Message);
    }

    private static TokenizerPair Pair(TokenizerKind kind, string characters) => Pair(kind, characters.Select(c => c.ToString()));

    private static TokenizerPair Pair(TokenizerKind kind, IEnumerable<string> tokens)
    {
        Tokenizer tokenizer = new(kind, new Vocabulary(tokens));
        return new TokenizerPair(tokenizer, tokenizer);
    }
}
