using System;
using System.Text.Json.Serialization;

namespace SeqLoss.Models.Files;

/// <summary>Writes an enumeration as the command line does, in small letters and hyphens: <c>pre-norm</c>.</summary>
/// <typeparam name="T">An enumeration whose attribute names this converter.</typeparam>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(ConfigurationFormat.WordPolicy, allowIntegerValues: false)
    where T : struct, Enum;
