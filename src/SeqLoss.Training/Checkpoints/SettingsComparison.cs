using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace SeqLoss.Training.Checkpoints;

/// <summary>Which settings of a training are not as they were when its checkpoint was written.</summary>
internal static class SettingsComparison
{
    /// <summary>A sentence for each key whose value differs.</summary>
    /// <param name="before">An object of settings.</param>
    /// <param name="now">The same kind of object.</param>
    public static IEnumerable<string> Differences(JsonNode? before, JsonNode? now)
    {
        SortedDictionary<string, string> old = Flatten(before);
        SortedDictionary<string, string> current = Flatten(now);
        foreach (string key in new SortedSet<string>([.. old.Keys, .. current.Keys], System.StringComparer.Ordinal))
        {
            string was = old.GetValueOrDefault(key, "null");
            string isNow = current.GetValueOrDefault(key, "null");
            if (was != isNow)
            {
                yield return $"{key} was {was} and is {isNow} now, which is used";
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
