using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace SeqLoss.Models.Files;

/// <summary>Checks a JSON text against a record, key by key, and completes it with the defaults.</summary>
internal ref struct ConfigurationParser
{
    private readonly ConfigurationFormat _format;
    private readonly ConfigurationPlace _place;
    private Utf8JsonReader _reader;

    internal ConfigurationParser(ConfigurationFormat format, string path, ReadOnlySpan<byte> text)
    {
        _format = format;
        _place = new ConfigurationPlace(path, text);
        _reader = new Utf8JsonReader(
            text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <exception cref="ModelFileException">The text is no JSON, or not what the type describes.</exception>
    internal JsonNode Parse(JsonTypeInfo type)
    {
        try
        {
            _reader.Read();
            JsonObject complete = ReadObject(type, "", inherited: null);
            _reader.Read();
            return complete;
        }
        catch (JsonException refusal)
        {
            throw _place.BadSyntax(refusal);
        }
        catch (InvalidOperationException refusal) when (refusal.InnerException is ArgumentException)
        {
            // A text that is no UTF-8.
            throw _place.Bad(_reader.TokenStartIndex, "the text is no UTF-8", "save the file as UTF-8", refusal);
        }
    }

    private JsonObject ReadObject(JsonTypeInfo type, string place, JsonObject? inherited)
    {
        long start = _reader.TokenStartIndex;
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw WrongType(place, "an object in braces");
        }

        JsonObject complete = Start(ref type, place, inherited, out string? discriminator);
        Dictionary<string, JsonPropertyInfo> keys =
            type.Properties.Where(property => property.Set is not null).ToDictionary(property => property.Name);
        var lines = new Dictionary<string, int>();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = _reader.GetString()!;
            string keyPlace = PlaceOf(place, key);
            long keyStart = _reader.TokenStartIndex;
            if (!keys.TryGetValue(key, out JsonPropertyInfo? property) && key != discriminator)
            {
                throw UnknownKey(keyPlace, key, discriminator is null ? keys.Keys : keys.Keys.Prepend(discriminator));
            }

            if (!lines.TryAdd(key, _place.LineOf(keyStart)))
            {
                throw _place.Bad(keyStart, $"{Quoted.Of(keyPlace)} is given twice, first on line {lines[key]}", "remove one");
            }

            _reader.Read();
            if (property is not null)
            {
                complete[key] = ReadValue(property.PropertyType, keyPlace, property.IsSetNullable, complete[key]);
            }
        }

        if (keys.Values.FirstOrDefault(property => property.IsRequired && !lines.ContainsKey(property.Name)) is { } missing)
        {
            throw _place.Bad(start, $"the key {Quoted.Of(PlaceOf(place, missing.Name))} is missing", "add it");
        }

        return complete;
    }

    /// <summary>The defaults to begin with; of a polymorphic record, those of the type that the object names.</summary>
    private readonly JsonObject Start(ref JsonTypeInfo type, string place, JsonObject? inherited, out string? discriminator)
    {
        discriminator = type.PolymorphismOptions?.TypeDiscriminatorPropertyName;
        if (discriminator is null)
        {
            return (JsonObject?)inherited?.DeepClone() ?? _format.DefaultsOf(type);
        }

        string? inheritedWord = (string?)inherited?[discriminator];
        JsonDerivedType chosen = Choose(type.PolymorphismOptions!, discriminator, place, inheritedWord);
        type = _format.TypeOf(chosen.DerivedType);
        string word = (string)chosen.TypeDiscriminator!;
        if (inheritedWord == word)
        {
            return (JsonObject)inherited!.DeepClone();
        }

        // The serialiser wants the discriminator in front.
        JsonObject defaults = _format.DefaultsOf(type);
        defaults.Remove(discriminator);
        defaults.Insert(0, discriminator, word);
        return defaults;
    }

    private readonly JsonDerivedType Choose(JsonPolymorphismOptions options, string discriminator, string place, string? inherited)
    {
        string keyPlace = PlaceOf(place, discriminator);
        Utf8JsonReader ahead = _reader;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            bool isDiscriminator = ahead.ValueTextEquals(discriminator);
            ahead.Read();
            if (isDiscriminator)
            {
                string? word = ahead.TokenType == JsonTokenType.String ? ahead.GetString() : null;
                JsonDerivedType[] matches = [.. options.DerivedTypes.Where(type => (string?)type.TypeDiscriminator == word)];
                return matches.Length > 0 ? matches[0] : throw UnknownWord(ahead, keyPlace, Words(options));
            }

            ahead.Skip();
        }

        if (inherited is not null)
        {
            return options.DerivedTypes.Single(type => (string?)type.TypeDiscriminator == inherited);
        }

        string cure = $"add it, with one of {string.Join(", ", Words(options))}";
        throw _place.Bad(_reader.TokenStartIndex, $"the key {Quoted.Of(keyPlace)} is missing", cure);
    }

    private JsonNode? ReadValue(Type type, string place, bool isNullable, JsonNode? inherited)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            (type, isNullable) = (underlying, true);
        }

        if (_reader.TokenType == JsonTokenType.Null)
        {
            return isNullable ? null : throw _place.Bad(
                _reader.TokenStartIndex, $"{Quoted.Of(place)} is null", "give a value, or leave the key out for its default");
        }

        if (type.IsEnum)
        {
            string[] words = [.. Enum.GetNames(type).Select(ConfigurationFormat.WordPolicy.ConvertName)];
            string? word = _reader.TokenType == JsonTokenType.String ? _reader.GetString() : null;
            return words.Contains(word) ? JsonValue.Create(word) : throw UnknownWord(_reader, place, words);
        }

        return ReadScalar(type, place) ?? ReadComposite(_format.TypeOf(type), place, inherited);
    }

    /// <returns><see langword="null"/> if the type is none of the simple ones.</returns>
    private readonly JsonValue? ReadScalar(Type type, string place)
    {
        JsonTokenType token = _reader.TokenType;
        bool isNumber = token == JsonTokenType.Number;
        if (type == typeof(bool))
        {
            return token is JsonTokenType.True or JsonTokenType.False ? JsonValue.Create(token == JsonTokenType.True)
                : throw WrongType(place, "true or false");
        }

        if (type == typeof(string))
        {
            return token == JsonTokenType.String ? JsonValue.Create(_reader.GetString()) : throw WrongType(place, "a text in quotes");
        }

        if (type == typeof(int))
        {
            return isNumber && _reader.TryGetInt32(out int value) ? JsonValue.Create(value)
                : throw WrongType(place, $"a whole number in {int.MinValue}..{int.MaxValue}");
        }

        if (type == typeof(long))
        {
            return isNumber && _reader.TryGetInt64(out long value) ? JsonValue.Create(value)
                : throw WrongType(place, $"a whole number in {long.MinValue}..{long.MaxValue}");
        }

        if (type == typeof(ulong))
        {
            return isNumber && _reader.TryGetUInt64(out ulong value) ? JsonValue.Create(value)
                : throw WrongType(place, $"a whole number in 0..{ulong.MaxValue}");
        }

        if (type == typeof(float) || type == typeof(double))
        {
            double largest = type == typeof(float) ? float.MaxValue : double.MaxValue;
            return isNumber && _reader.TryGetDouble(out double value) && Math.Abs(value) <= largest ? JsonValue.Create(value)
                : throw WrongType(place, "a number");
        }

        return null;
    }

    private JsonNode ReadComposite(JsonTypeInfo type, string place, JsonNode? inherited)
    {
        if (type.Kind == JsonTypeInfoKind.Object)
        {
            return ReadObject(type, place, inherited as JsonObject);
        }

        if (type.Kind != JsonTypeInfoKind.Enumerable)
        {
            throw new NotSupportedException($"{type.Type} is no type of configuration files.");
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw WrongType(place, "a list in brackets");
        }

        var items = new JsonArray();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(type.ElementType!, $"{place}[{items.Count}]", isNullable: false, inherited: null));
        }

        return items;
    }

    private static string PlaceOf(string owner, string key) => owner.Length == 0 ? key : $"{owner}.{key}";

    private static string[] Words(JsonPolymorphismOptions options)
        => [.. options.DerivedTypes.Select(type => (string)type.TypeDiscriminator!)];

    private readonly ModelFileException WrongType(string place, string wanted)
    {
        string subject = place.Length == 0 ? "the file" : Quoted.Of(place);
        return _place.Bad(_reader.TokenStartIndex, $"{subject} is {ConfigurationPlace.Show(_reader)}, but must be {wanted}", "correct it");
    }

    private readonly ModelFileException UnknownWord(Utf8JsonReader reader, string place, string[] words)
    {
        string nearest = reader.TokenType == JsonTokenType.String && Spelling.Nearest(reader.GetString()!, words) is { } word
            ? $", perhaps \"{word}\"" : "";
        string fault = $"{Quoted.Of(place)} is {ConfigurationPlace.Show(reader)}{nearest}";
        return _place.Bad(reader.TokenStartIndex, fault, $"it is one of {string.Join(", ", words)}");
    }

    private readonly ModelFileException UnknownKey(string place, string key, IEnumerable<string> keys)
    {
        string cure = Spelling.Nearest(key, keys) is { } nearest ? $"perhaps '{nearest}' is meant"
            : $"remove it: there are {string.Join(", ", keys)}";
        return _place.Bad(_reader.TokenStartIndex, $"the key {Quoted.Of(place)} is unknown", cure);
    }
}
