using System;
using System.IO;
using System.Text.Json;

namespace SeqLoss.Models.Text;

/// <summary>The tokenizers of a model, and their file <c>tokenizer.json</c>.</summary>
/// <param name="Source">Of what the encoder reads, or <see langword="null"/> where that is continuous.</param>
/// <param name="Target">Of what the decoder writes, or <see langword="null"/> where that is continuous.</param>
public sealed record TokenizerPair(Tokenizer? Source, Tokenizer? Target)
{
    private const string FormatName = "seqloss-tokenizer";
    private const int Version = 1;

    /// <summary>Writes UTF-8 JSON: format, version, and for each side its kind and its tokens without the special ones.</summary>
    /// <param name="path">The file, overwritten.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var contents = new TokenizerJson { Format = FormatName, Version = Version, Source = ToJson(Source), Target = ToJson(Target) };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(contents, TokenizerJsonContext.Strict.TokenizerJson);
        File.WriteAllBytes(path, [.. json, (byte)'\n']);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is no JSON, lacks a field, has one that is not known, is of a later version, or its tokens do not make a vocabulary.
    /// </exception>
    public static TokenizerPair Load(string path)
    {
        TokenizerJson? contents;
        try
        {
            contents = JsonSerializer.Deserialize(File.ReadAllBytes(path), TokenizerJsonContext.Strict.TokenizerJson);
        }
        catch (JsonException problem)
        {
            string place = problem.LineNumber is long line ? $", line {line + 1}" : "";
            string field = problem.Path is null or "$" ? "" : $", at {problem.Path}";
            throw new InvalidDataException($"{path}{place}{field}: this is no {FormatName} file; restore it from the training run.", problem);
        }

        if (contents?.Format != FormatName)
        {
            throw new InvalidDataException($"{path}: the format is '{contents?.Format}', not '{FormatName}'; restore it from the training run.");
        }

        if (contents.Version != Version)
        {
            throw new InvalidDataException($"{path}: version {contents.Version} of the format is not known, only {Version}; update SeqLoss.");
        }

        return new TokenizerPair(FromJson(contents.Source, path, "source"), FromJson(contents.Target, path, "target"));
    }

    private static TokenizerJson.Side? ToJson(Tokenizer? tokenizer) => tokenizer is null
        ? null
        : new TokenizerJson.Side { Kind = NameOf(tokenizer.Kind), Tokens = tokenizer.Vocabulary.Tokens };

    private static Tokenizer? FromJson(TokenizerJson.Side? side, string path, string name)
    {
        if (side is null)
        {
            return null;
        }

        TokenizerKind kind = side.Kind switch
        {
            "characters" => TokenizerKind.Characters,
            "words" => TokenizerKind.Words,
            _ => throw new InvalidDataException(
                $"{path}, {name}: the kind '{side.Kind}' is not known, only characters and words; update SeqLoss."),
        };
        try
        {
            return new Tokenizer(kind, new Vocabulary(side.Tokens));
        }
        catch (ArgumentException problem)
        {
            // An argument's message ends with the name of the parameter, which no reader of a file knows.
            string reason = problem.Message.Split(" (Parameter ")[0];
            throw new InvalidDataException($"{path}, {name}: {reason}; restore the file from the training run.", problem);
        }
    }

    private static string NameOf(TokenizerKind kind) => kind == TokenizerKind.Characters ? "characters" : "words";
}
