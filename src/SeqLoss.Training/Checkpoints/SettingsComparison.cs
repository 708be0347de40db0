using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace SeqLoss.Training.Checkpoints;

/// <summary>Which settings of a training are not as they were when its checkpoint was written.</summary>
internal static class SettingsComparison
{
    /// <summary>A sentence for each key whose value differs.</summary>
    /// <param name="before">An object of settings.</param>
    /// <param name="now">The same kind of object.</param>
    /// <param name="used">What of <paramref name="now"/> is used; <see langword="null"/>: all.</param>
    public static IEnumerable<string> Differences(JsonNode? before, JsonNode? now, JsonNode? used = null)
    {
        SortedDictionary<string, string> old = Flatten(before);
        SortedDictionary<string, string> current = Flatten(now);
        SortedDictionary<string, string> effective = used is null ? current : Flatten(used);
        foreach (string key in new SortedSet<string>([.. old.Keys, .. current.Keys], System.StringComparer.Ordinal))
        {
            string was = old.GetValueOrDefault(key, "null");
            string isNow = current.GetValueOrDefault(key, "null");
            if (was != isNow)
            {
                bool isUsed = isNow == effective.GetValueOrDefault(key, "null");
                string use = isUsed ? "which is used" : "which is not used: the vocabulary and the weights are those that there are";
                yield return $"{key} was {was} and is {isNow} now, {use}";
            }
        }
    }

    private static SortedDictionary<string, string> Flatten(JsonNode? node)
    {
        SortedDictionary<string, string> values = new(System.StringComparer.Ordinal);
        Flatten(node, "", values);
        return values;
    }

    private static void Flatten(JsonNode? node, string place, SortedDictionary<string, string> values)
    {
        if (node is not JsonObject settings)
        {
            values.Add(place, node?.ToJsonString() ?? "null");
            return;
        }

        foreach ((string key, JsonNode? value) in settings)
        {
            Flatten(value, place.Length == 0 ? key : $"{place}.{key}", values);
        }
    }
}
