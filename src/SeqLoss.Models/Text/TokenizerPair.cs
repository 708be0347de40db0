using System;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.Text;

/// <summary>The tokenizers of a model, and their file <c>tokenizer.json</c>.</summary>
/// <param name="Source">Of what the encoder reads, or <see langword="null"/> where that is continuous.</param>
/// <param name="Target">Of what the decoder writes, or <see langword="null"/> where that is continuous.</param>
public sealed record TokenizerPair(Tokenizer? Source, Tokenizer? Target)
{
    private const string FormatName = "seqloss-tokenizer";
    private const int Version = 1;

    /// <summary>Writes UTF-8 JSON: format, version, and for each side its kind and its tokens without the special ones.</summary>
    /// <param name="path">The file; it appears when it is complete, in place of one that is there.</param>
    /// <exception cref="ModelFileException">The file cannot be written; what was there before is untouched.</exception>
    public void Save(string path) => TokenizerJson.File.Write(
        path, new TokenizerJson { Format = FormatName, Version = Version, Source = ToJson(Source), Target = ToJson(Target) });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ModelFileException">
    /// The file cannot be read, is no JSON, lacks a key, has one that is not known, is of another version, or its tokens make no
    /// vocabulary.
    /// </exception>
    public static TokenizerPair Load(string path)
    {
        TokenizerJson contents = TokenizerJson.File.Read<TokenizerJson>(path);
        if (contents.Format != FormatName)
        {
            throw new ModelFileException($"{path}: the format is {Quoted.Of(contents.Format)}, not '{FormatName}'; name a tokenizer.json");
        }

        if (contents.Version != Version)
        {
            throw new ModelFileException($"{path}: the version of the format is {contents.Version}, not {Version}; update SeqLoss");
        }

        return new TokenizerPair(FromJson(contents.Source, path, "source"), FromJson(contents.Target, path, "target"));
    }

    private static TokenizerSideJson? ToJson(Tokenizer? tokenizer) => tokenizer is null
        ? null
        : new TokenizerSideJson { Kind = tokenizer.Kind, Tokens = [.. tokenizer.Vocabulary.Tokens] };

    private static Tokenizer? FromJson(TokenizerSideJson? side, string path, string name)
    {
        try
        {
            return side is null ? null : new Tokenizer(side.Kind, new Vocabulary(side.Tokens));
        }
        catch (ArgumentException refusal)
        {
            // An argument's message ends with the name of the parameter, which no reader of a file knows.
            string fault = refusal.Message.Split(" (Parameter ")[0];
            throw new ModelFileException($"{path}: {name}: {Quoted.Printable(fault)}; copy the file from the training run again", refusal);
        }
    }
}
