using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Referee;

// Reads a framework's calls and answers (torch_cases.py, tfjs_cases.mjs), makes the same calls and says where the answers differ.
string framework = RefereeCase.Parse(Console.ReadLine() ?? "{}").Framework ?? throw new InvalidOperationException("no cases came");
SortedDictionary<string, int> verdicts = [];
int wrong = 0, count = 0;
while (Console.ReadLine() is { } line)
{
    RefereeCase c = RefereeCase.Parse(line);
    (string verdict, string? evidence) = Judge.Of(c);
    verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
    count++;
    if (evidence is not null && wrong++ < 5)
    {
        Console.WriteLine($"case {count}, {verdict}: {evidence}\n{line}");
    }
}

Console.WriteLine($"{framework}: {count} cases, {wrong} wrong");
Console.WriteLine(string.Join('\n', verdicts.Select(verdict => $"{verdict.Value,6} {verdict.Key}")));
return wrong > 0 || count == 0 ? 1 : 0;
