using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SeqLoss.Cli.Terminals;
using Xunit;

namespace SeqLoss.Cli.Tests.Translate;

public sealed class TranslateCommandTests : IDisposable
{
    private readonly TranslateFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Lines_StayInTheirPlaces()
    {
        // Of many lengths, in no order, so that batches mix them; empty ones between.
        string[] lines = [.. Enumerable.Range(0, 300).Select(LineOf)];
        string[] Scored(params string[] some)
            => fixture.Translate(string.Join('\n', some), "--beam", "2", "--n-best", "1").Output.TrimEnd('\n').Split('\n');

        string[] all = Scored(lines);
        Assert.Equal(lines.Length, all.Length);
        Assert.Equal(lines.Select((_, i) => (i + 1).ToString(CultureInfo.InvariantCulture)), all.Select(row => row.Split('\t')[0]));
        Assert.All(lines.Index().Where(line => line.Item == ""), line => Assert.Equal($"{line.Index + 1}\t0\t", all[line.Index]));
        foreach (int i in new[] { 1, 2, 77, 150, 299 })
        {
            Assert.Equal(Scored(lines[i])[0].Split('\t')[1..], all[i].Split('\t')[1..]);
        }

        Assert.Equal(lines.Distinct().Count(), all.Select(row => row.Split('\t')[1]).Distinct().Count()); // else other orders would pass
    }

    private static string LineOf(int number)
        => string.Concat(Enumerable.Range(0, number * 7 % 12).Select(i => (char)('a' + (((number >> (3 * (i % 3))) + i) % 8))));

    [Theory]
    [InlineData("", 0)]
    [InlineData("\n", 1)]
    [InlineData("\n\nab\n\n", 4)]
    [InlineData("ab\r\n\r\ncd", 3)]
    public void EmptyLines_AreKept(string input, int count)
    {
        ToolRun run = fixture.Translate(input);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(count, run.Output.Count(character => character == '\n'));
        string[] inputs = input.ReplaceLineEndings("\n").Split('\n');
        string[] outputs = run.Output.Split('\n');
        Assert.All(Enumerable.Range(0, count).Where(i => inputs[i] == ""), i => Assert.Equal("", outputs[i]));
    }

    [Fact]
    public void NBest_ComesBestFirst()
    {
        string output = fixture.Translate("abc\nh\n", "--beam", "4", "--n-best", "3").Output;
        string[][] rows = [.. output.TrimEnd('\n').Split('\n').Select(row => row.Split('\t'))];
        Assert.Equal(["1", "1", "1", "2", "2", "2"], rows.Select(row => row[0]));
        double[] scores = [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))];
        Assert.True(scores[0] >= scores[1] && scores[1] >= scores[2] && scores[0] < 0);
        Assert.Equal(3, rows[..3].Select(row => row[2]).Distinct().Count());
    }

    [Fact]
    public void LengthPenalty_DividesTheScore()
    {
        // All outputs are cut off at the same length n = 12 unless they end, so that only the divisor differs.
        string Best(params string[] options)
            => fixture.Translate("abc\n", ["--beam", "2", "--n-best", "1", .. options]).Output.Split('\n')[0];
        string[] plain = Best("--length-penalty", "power", "--alpha", "0").Split('\t');
        string[] power = Best("--length-penalty", "power").Split('\t');
        string[] google = Best("--length-penalty", "google", "--alpha", "1").Split('\t');
        Assert.Equal((plain[2], plain[2]), (power[2], google[2]));
        int length = plain[2].Length == 12 ? 12 : plain[2].Length + 1;
        double score = double.Parse(plain[1], CultureInfo.InvariantCulture);
        Assert.Equal(score / length, double.Parse(power[1], CultureInfo.InvariantCulture), 1e-12);
        Assert.Equal(score * 6 / (5 + length), double.Parse(google[1], CultureInfo.InvariantCulture), 1e-12);
    }

    [Fact]
    public void Files_AreReadAndWritten()
    {
        string input = fixture.Write("in.txt", "abc\n\nde\n");
        string output = fixture.PathOf("out.txt");
        ToolRun run = fixture.Translate("", "--input", input, "--output", output);
        Assert.Equal((0, "", ""), (run.Status, run.Output, run.Error));
        Assert.Equal(fixture.Translate("abc\n\nde\n").Output, File.ReadAllText(output));
    }

    [Fact]
    public void BadLine_EndsAfterThoseBeforeIt()
    {
        byte[] input = [.. "abc\nde\n"u8, 0xFF, (byte)'\n'];
        ToolRun run = fixture.Translate(input);
        Assert.Equal((3, 2), (run.Status, run.Output.Count(character => character == '\n')));
        Assert.Equal("seqloss: standard input: line 3: byte 1 of the line is not UTF-8; convert the text to UTF-8.\n", run.Error);

        string output = fixture.PathOf("out.txt");
        Assert.Equal(3, fixture.Translate(input, "--output", output).Status);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task Answer_ComesBeforeTheNextLine()
    {
        using Conversation conversation = new("abc\n");
        using StringWriter error = new();
        Terminal terminal = new(conversation.Output, error) { Input = conversation };
        Task<int> run = Task.Run(() => new CommandLineTool(terminal, CancellationToken.None).Run(["translate", "--model", fixture.Model]));
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.True(conversation.IsAnswered);
    }

    [Fact]
    public void Stopped_SaysHowFar()
    {
        ToolRun run = ToolRun.Cancelled("translate", "--model", fixture.Model);
        Assert.Equal((130, "seqloss: stopped after 0 lines, which are written.\n"), (run.Status, run.Error));
    }

    [Theory]
    [InlineData(2, "--beam 0", "--beam is 0: it is at least 1.")]
    [InlineData(2, "--n-best 2", "--n-best is 2: a beam of 1 has no more than 1, raise --beam.")]
    [InlineData(2, "--alpha 1", "--alpha is the exponent of --length-penalty, which is missing: add it.")]
    [InlineData(2, "--length-penalty google", "--length-penalty chooses among outputs, and a beam of 1 has one: raise --beam.")]
    [InlineData(2, "--beam 2 --length-penalty power --alpha 11", "--alpha is 11: it is in 0..10.")]
    [InlineData(3, "--input no-such-file", "no-such-file: there is no such file; check the path.")]
    [InlineData(2, "--input f --output f", "--output f is the file of --input: name another.")]
    public void Refusals_AreOneSentence(int status, string line, string sentence)
    {
        ToolRun run = fixture.Translate("abc\n", line.Split(' '));
        Assert.Equal((status, ""), (run.Status, run.Output));
        Assert.Equal($"seqloss: {sentence}", run.Error.Split('\n')[0]);
    }

    [Fact]
    public void FolderWithoutAModel_IsNamed()
    {
        ToolRun run = ToolRun.Of("translate", "--model", fixture.PathOf("none"));
        Assert.Equal(3, run.Status);
        Assert.Equal($"seqloss: {fixture.PathOf("none")}: there is no such folder; name the folder of a trained model.\n", run.Error);
    }

    [Fact]
    public void LineBeyondLearnedPositions_IsNamedByItsNumber()
    {
        using TranslateFixture learned = new(learnedPositions: 6);
        ToolRun run = ToolRun.WithInput(Encoding.UTF8.GetBytes("abcde\nabcdef\n"), "translate", "--model", learned.Model);
        Assert.Equal(3, run.Status);
        Assert.Equal(
            "seqloss: standard input: line 2: there are 7 tokens, the end included, the model reads at most 6; split the line.\n",
            run.Error);
    }

    [Fact]
    public void VeryLongLine_IsRefusedBeforeItTakesMemory()
    {
        ToolRun run = fixture.Translate($"abc\n{new string('a', 4096)}\n");
        Assert.Equal((3, ""), (run.Status, run.Output));
        Assert.Equal(
            "seqloss: standard input: line 2: there are 4097 tokens, the end included, the model reads at most 4096; "
            + "split the line, or raise --max-input.\n",
            run.Error);
        Assert.Equal(0, fixture.Translate("aaa", "--max-input", "4").Status);
        Assert.Contains(": line 1: there are 4 tokens", fixture.Translate("aaa", "--max-input", "3").Error, StringComparison.Ordinal);
    }

    /// <summary>An input that goes on when there is an answer to what was said before, as a person does.</summary>
    private sealed class Conversation(string question) : MemoryStream(Encoding.UTF8.GetBytes(question))
    {
        private readonly ManualResetEventSlim answered = new();

        internal StringWriter Output => field ??= new Answer(answered);

        internal bool IsAnswered { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position == Length)
            {
                IsAnswered = answered.Wait(TimeSpan.FromSeconds(30));
            }

            return base.Read(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            answered.Set();
        }

        private sealed class Answer(ManualResetEventSlim answered) : StringWriter
        {
            public override void Flush()
            {
                if (GetStringBuilder().Length > 0)
                {
                    answered.Set();
                }
            }
        }
    }
}
