using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Text;

namespace SeqLoss.Models.Files;

/// <summary>A trained model on disk: a folder with <c>config.json</c>, <c>tokenizer.json</c> and <c>model.safetensors</c>.</summary>
/// <remarks>
/// <c>config.json</c> holds the options that the model is made from, <c>tokenizer.json</c> its tokens, <c>model.safetensors</c> its
/// parameters by name: float32, matrices <c>[out, in]</c>, biases and gains <c>[n]</c>. docs/files.md shows how Python reads them.
/// </remarks>
public static class ModelDirectory
{
    private const string FormatName = "seqloss-model";
    private const int Version = 1;

    /// <summary>Writes a model; each file appears when it is complete, the parameters last.</summary>
    /// <param name="path">The folder; it is created if it is missing, and files of other names in it are left alone.</param>
    /// <param name="trained">What to write.</param>
    /// <exception cref="ArgumentException">The tokenizers do not fit the model.</exception>
    /// <exception cref="ModelFileException">A file cannot be written; that file is as it was before.</exception>
    public static void Save(string path, TrainedModel trained)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(trained);
        if (FindMismatch(trained) is { } mismatch)
        {
            throw new ArgumentException(mismatch, nameof(trained));
        }

        Create(path);
        trained.Tokenizers.Save(TokenizerFile(path));
        ModelJson.File.Write(
            ConfigurationFile(path), new ModelJson { Format = FormatName, Version = Version, Model = trained.Model.Options });
        ParameterSet parameters = trained.Model.Parameters;
        using SafeTensorsWriter writer = new(
            ParameterFile(path),
            parameters.Select(parameter => new SafeTensor(parameter.Name, SafeTensorType.F32, parameter.Shape)),
            new Dictionary<string, string> { ["format"] = FormatName });
        foreach (Parameter parameter in parameters)
        {
            writer.Write(parameter.Name, parameter.Values);
        }

        writer.Complete();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ModelFileException">
    /// A file is missing, cannot be read, is of another version, or does not fit the others; one sentence with the file and the cure.
    /// </exception>
    public static TrainedModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
        {
            throw new ModelFileException(File.Exists(path)
                ? $"{path}: this is a file; name the folder of a trained model"
                : $"{path}: there is no such folder; name the folder of a trained model");
        }

        if (!File.Exists(ParameterFile(path)))
        {
            string holds = File.Exists(TokenizerFile(path))
                ? "a training that has not ended; let it end"
                : "no trained model; name another";
            throw new ModelFileException($"{path}: there is no {Path.GetFileName(ParameterFile(path))}, the folder holds {holds}");
        }

        EncoderDecoder model = CreateModel(ConfigurationFile(path));
        TrainedModel trained = new(model, TokenizerPair.Load(TokenizerFile(path)));
        if (FindMismatch(trained) is { } mismatch)
        {
            throw new ModelFileException($"{TokenizerFile(path)}: {mismatch}; copy all files of the folder from one training");
        }

        using SafeTensorsReader reader = SafeTensorsReader.Open(ParameterFile(path));
        reader.RequireNames([.. model.Parameters.Select(parameter => parameter.Name)]);
        foreach (Parameter parameter in model.Parameters)
        {
            reader.Read(parameter.Name, parameter.Shape, parameter.Values);
        }

        return trained;
    }

    internal static string ConfigurationFile(string path) => Path.Combine(path, "config.json");

    internal static string TokenizerFile(string path) => Path.Combine(path, "tokenizer.json");

    internal static string ParameterFile(string path) => Path.Combine(path, "model.safetensors");

    /// <exception cref="ModelFileException">The folder cannot be created.</exception>
    internal static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnWrite(path, refusal);
        }
    }

    private static EncoderDecoder CreateModel(string file)
    {
        ModelJson contents = ModelJson.File.Read<ModelJson>(file);
        if (contents.Format != FormatName)
        {
            throw new ModelFileException($"{file}: the format is {Quoted.Of(contents.Format)}, not '{FormatName}'; name a trained model");
        }

        if (contents.Version != Version)
        {
            throw new ModelFileException($"{file}: the version of the format is {contents.Version}, not {Version}; update SeqLoss");
        }

        try
        {
            return contents.Model.Create();
        }
        catch (Exception refusal) when (refusal is ArgumentException or OverflowException)
        {
            string fault = Quoted.Printable(refusal.Message.TrimEnd('.'));
            throw new ModelFileException($"{file}: no model has these options ({fault}); copy the file from the training again", refusal);
        }
    }

    private static string? FindMismatch(TrainedModel trained)
        => FindMismatch(trained.Tokenizers.Source, trained.Model.Options.Source, "source")
        ?? FindMismatch(trained.Tokenizers.Target, trained.Model.Options.Target, "target");

    private static string? FindMismatch(Tokenizer? tokenizer, StepForm form, string side)
    {
        int count = tokenizer?.Vocabulary.Count ?? 0;
        return count == form.VocabularySize ? null
            : $"the {side} has {count} tokens, special ones included, but the model has {form.VocabularySize}";
    }
}
