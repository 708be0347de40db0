using System.Linq;

namespace SeqLoss.Models.Files;

/// <summary>The names that the format gives to its types, and their sizes.</summary>
internal static class SafeTensorTypes
{
    private static readonly (SafeTensorType Type, string Name, int Size)[] _types =
    [
        (SafeTensorType.F32, "F32", 4),
        (SafeTensorType.I64, "I64", 8),
        (SafeTensorType.U8, "U8", 1),
        (SafeTensorType.F16, "F16", 2),
        (SafeTensorType.BF16, "BF16", 2),
        (SafeTensorType.F64, "F64", 8),
        (SafeTensorType.U64, "U64", 8),
        (SafeTensorType.I32, "I32", 4),
        (SafeTensorType.U32, "U32", 4),
        (SafeTensorType.I16, "I16", 2),
        (SafeTensorType.U16, "U16", 2),
        (SafeTensorType.I8, "I8", 1),
        (SafeTensorType.Bool, "BOOL", 1),
        (SafeTensorType.F8E4M3, "F8_E4M3", 1),
        (SafeTensorType.F8E5M2, "F8_E5M2", 1),
    ];

    internal static SafeTensorType? Find(string name)
        => _types.Any(entry => entry.Name == name) ? _types.First(entry => entry.Name == name).Type : null;

    internal static string NameOf(this SafeTensorType type) => _types[(int)type].Name;

    /// <summary>The bytes of one element.</summary>
    internal static int SizeOf(this SafeTensorType type) => _types[(int)type].Size;
}
