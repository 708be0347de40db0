namespace SeqLoss.Models.Files;

/// <summary>Words of a file in sentences: cut short, and nothing in them that a terminal would act on.</summary>
internal static class Quoted
{
    private const int MostCharacters = 100;

    internal static string Of(string text, char quote = '\'') => $"{quote}{Printable(text)}{quote}";

    internal static string Printable(string text)
    {
        string shown = text.Length <= MostCharacters ? text : text[..MostCharacters] + "…";
        return string.Create(shown.Length, shown, static (span, shown) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(shown[i]) ? '\uFFFD' : shown[i];
            }
        });
    }
}
