using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

public sealed class ConfigurationFormatTests : IDisposable
{
    private static readonly ConfigurationFormat _format = new(
        SampleContext.Default,
        new SampleOptions { Name = "" },
        new SampleCorpus { Path = "" },
        new SampleAdam(),
        new SampleSgd { Momentum = 0 });

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void WhatIsLeftOut_KeepsItsDefault()
    {
        SampleOptions options = Parse("""{"name": "x"}""");
        Assert.Equal(new SampleOptions { Name = "x", Corpora = options.Corpora }, options);
        Assert.Empty(options.Corpora);
        Assert.Equal(0.1f, options.Dropout);
    }

    [Fact]
    public void WhatIsWritten_Counts()
    {
        SampleOptions options = Parse("""
            {
              // A comment, and commas at the ends.
              "layers": 6, "seed": 9007199254740993, "learningRate": 5e-4, "dropout": 0.3, "isTied": false, "cell": "gru",
              "comment": "é\"", "budget": null, /* another */ "name": "x",
              "corpora": [{"path": "a", "weight": 2}, {"path": "b"},],
              "optimizer": {"clip": 5}, "second": {"momentum": 0.5, "kind": "sgd"},
            }
            """);
        Assert.Equal(
            new SampleOptions
            {
                Name = "x",
                Layers = 6,
                Seed = 9007199254740993,
                LearningRate = 5e-4,
                Dropout = 0.3f,
                IsTied = false,
                Cell = SampleCell.Gru,
                Comment = "é\"",
                Budget = null,
                Corpora = options.Corpora,
                // Of the outer record's own default, not of the type's.
                Optimizer = new SampleAdam { Clip = 5, Beta = 0.98 },
                Second = new SampleSgd { Momentum = 0.5 },
            },
            options);
        Assert.Equal([new SampleCorpus { Path = "a", Weight = 2 }, new SampleCorpus { Path = "b" }], options.Corpora);
    }

    [Fact]
    public void OtherKind_HasTheDefaultsOfItsType()
        => Assert.Equal(new SampleAdam(), Parse("""{"name": "x", "second": {"kind": "adam"}}""").Second);

    [Fact]
    public void WrittenRecords_ReadTheSame()
    {
        var options = new SampleOptions
        {
            Name = "é+'\"\\",
            Dropout = 1 / 3f,
            LearningRate = 1 / 3.0,
            Comment = "",
            Corpora = [new SampleCorpus { Path = "a", Weight = 0.1 }],
            Optimizer = new SampleSgd { Momentum = -0.5 },
            Second = new SampleAdam(),
        };
        string path = folder.PathOf("config.json");
        _format.Write(path, options);
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
        SampleOptions again = _format.Read<SampleOptions>(path);
        Assert.Equal(options with { Corpora = again.Corpora }, again);
        Assert.Equal(options.Corpora, again.Corpora);
        Assert.Equal(File.ReadAllText(path), _format.Format(again));
    }

    [Fact]
    public void Text_IsForPeople()
    {
        string text = _format.Format(new SampleOptions { Name = "é+", Corpora = [new SampleCorpus { Path = "a" }] });
        Assert.Equal(
            """
            {
              "name": "é+",
              "layers": 3,
              "seed": 1,
              "learningRate": 0.001,
              "dropout": 0.1,
              "isTied": true,
              "cell": "plain-rnn",
              "comment": null,
              "budget": 4096,
              "corpora": [
                {
                  "path": "a",
                  "weight": 1
                }
              ],
              "optimizer": {
                "kind": "adam",
                "beta": 0.98,
                "clip": 1
              },
              "second": null
            }

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Theory]
    [InlineData("{\"name\": \"x\",\n \"layrs\": 6}", "line 2: the key 'layrs' is unknown; perhaps 'layers' is meant")]
    [InlineData("{\"Name\": \"x\"}", "line 1: the key 'Name' is unknown; perhaps 'name' is meant")]
    [InlineData("{\"computed\": 6}", "line 1: the key 'computed' is unknown; remove it: there are name, layers, seed, learningRate, "
        + "dropout, isTied, cell, comment, budget, corpora, optimizer, second")]
    [InlineData(
        "{\"name\": \"x\",\n \"corpora\": [{\"path\": \"a\"},\n  {\"zzzzzzzzz\": 1}]}",
        "line 3: the key 'corpora[1].zzzzzzzzz' is unknown; remove it: there are path, weight")]
    [InlineData("{\"name\": \"x\", \"optimizer\": {\"kind\": \"sgd\", \"beta\": 1}}", "line 1: the key 'optimizer.beta' is unknown; "
        + "remove it: there are kind, momentum, clip")]
    [InlineData("\n{\"layers\": 6}", "line 2: the key 'name' is missing; add it")]
    [InlineData("{\"name\": \"x\", \"corpora\": [{}]}", "line 1: the key 'corpora[0].path' is missing; add it")]
    [InlineData("{\"name\": \"x\",\n\"second\": {}}", "line 2: the key 'second.kind' is missing; add it, with one of adam, sgd")]
    [InlineData("{\"name\": \"x\",\n\"optimizer\": {\"kind\": \"sgd\"}}", "line 2: the key 'optimizer.momentum' is missing; add it")]
    [InlineData("{\"optimizer\": {\"kind\": \"adm\"}}", "line 1: 'optimizer.kind' is \"adm\", perhaps \"adam\"; it is one of adam, sgd")]
    [InlineData("{\"optimizer\": {\"clip\": {},\n\"kind\": 3}}", "line 2: 'optimizer.kind' is 3; it is one of adam, sgd")]
    [InlineData("{\"name\": \"x\",\n\"layers\": 1,\n\"name\": \"y\"}", "line 3: 'name' is given twice, first on line 1; remove one")]
    [InlineData("{\"name\": 3}", "line 1: 'name' is 3, but must be a text in quotes; correct it")]
    [InlineData("{\"name\": null}", "line 1: 'name' is null; give a value, or leave the key out for its default")]
    [InlineData("{\"layers\": null}", "line 1: 'layers' is null; give a value, or leave the key out for its default")]
    [InlineData("{\"layers\": \"six\"}", "line 1: 'layers' is \"six\", but must be a whole number in -2147483648..2147483647; correct it")]
    [InlineData("{\"layers\": 2.0}", "line 1: 'layers' is 2.0, but must be a whole number in -2147483648..2147483647; correct it")]
    [InlineData(
        "{\"seed\": 9223372036854775808}",
        "line 1: 'seed' is 9223372036854775808, but must be a whole number in -9223372036854775808..9223372036854775807; correct it")]
    [InlineData("{\"dropout\": 1e39}", "line 1: 'dropout' is 1e39, but must be a number; correct it")]
    [InlineData("{\"learningRate\": 1e309}", "line 1: 'learningRate' is 1e309, but must be a number; correct it")]
    [InlineData("{\"isTied\": 1}", "line 1: 'isTied' is 1, but must be true or false; correct it")]
    [InlineData("{\"cell\": \"plainrnn\"}", "line 1: 'cell' is \"plainrnn\", perhaps \"plain-rnn\"; it is one of gru, plain-rnn")]
    [InlineData("{\"cell\": 0}", "line 1: 'cell' is 0; it is one of gru, plain-rnn")]
    [InlineData("{\"corpora\": {}}", "line 1: 'corpora' is an object, but must be a list in brackets; correct it")]
    [InlineData("{\"corpora\": [[]]}", "line 1: 'corpora[0]' is a list, but must be an object in braces; correct it")]
    [InlineData("{\"corpora\": [null]}", "line 1: 'corpora[0]' is null; give a value, or leave the key out for its default")]
    [InlineData("[]", "line 1: the file is a list, but must be an object in braces; correct it")]
    [InlineData("{\"\\u001b\": 3}", "line 1: the key '\uFFFD' is unknown; remove it: there are name, layers, seed, learningRate, dropout, "
        + "isTied, cell, comment, budget, corpora, optimizer, second")]
    public void Mistakes_AreOneSentence(string text, string sentence)
        => Assert.Equal($"config.json: {sentence}", Assert.Throws<ModelFileException>(() => Parse(text)).Message);

    [Theory]
    [InlineData("{\n  \"layers\": 6\n  \"seed\": 1\n}", "line 3, column 3")]
    [InlineData("{\n", "line 2, column 1")]
    [InlineData("", "line 1, column 1")]
    [InlineData("{\"name\": \"x\"}\n}", "line 2, column 1")]
    [InlineData("{\"name\": 'x'}", "line 1, column 10")]
    public void Syntax_NamesLineAndColumn(string text, string place)
    {
        string message = Assert.Throws<ModelFileException>(() => Parse(text)).Message;
        Assert.StartsWith($"config.json: {place}: this is no valid JSON (", message, StringComparison.Ordinal);
        Assert.EndsWith("); correct the text here or just before", message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherEncodings_AreNamed()
    {
        Assert.Equal("x", _format.Parse<SampleOptions>("config.json", [0xEF, 0xBB, 0xBF, .. "{\"name\":\"x\"}"u8]).Name);
        Assert.Equal(
            "config.json: line 2: the text is no UTF-8; save the file as UTF-8",
            Assert.Throws<ModelFileException>(
                () => _format.Parse<SampleOptions>("config.json", [.. "{\n\"name\":\""u8, 0xE9, .. "\"}"u8])).Message);
    }

    [Fact]
    public void DamagedTexts_AreARecordOrASentence()
    {
        const int Seed = 1;
        byte[] original = Encoding.UTF8.GetBytes(_format.Format(new SampleOptions
        {
            Name = "é",
            Corpora = [new SampleCorpus { Path = "a" }],
            Second = new SampleSgd { Momentum = 1 },
        }));
        var random = new Random(Seed);
        int records = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var text = new List<byte>(original);
            int at = random.Next(text.Count);
            switch (random.Next(4))
            {
                case 0:
                    text[at] = (byte)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(at, Math.Min(random.Next(1, 12), text.Count - at));
                    break;
                case 2:
                    int from = random.Next(text.Count);
                    text.InsertRange(at, original.AsSpan(from, Math.Min(random.Next(1, 30), original.Length - from)));
                    break;
                default:
                    text[at] = (byte)"0123456789 ,:{}[]\"-."[random.Next(20)];
                    break;
            }

            try
            {
                _format.Parse<SampleOptions>("config.json", [.. text]);
                records++;
            }
            catch (ModelFileException refusal)
            {
                Assert.StartsWith("config.json: line ", refusal.Message, StringComparison.Ordinal);
                Assert.Contains("; ", refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(refusal.Message, char.IsControl);
            }
            catch (Exception other) when (other is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, input {i}: {Encoding.UTF8.GetString([.. text])}: {other}");
            }
        }

        Assert.InRange(records, 500, 19_500);
    }

    [Fact]
    public void MissingDefaults_AreAMistakeOfTheProgram()
        => Assert.Equal(
            "No defaults of SampleOptions were handed in.",
            Assert.Throws<InvalidOperationException>(
                () => new ConfigurationFormat(SampleContext.Default).Parse<SampleOptions>("config.json", "{}"u8)).Message);

    private static SampleOptions Parse(string text) => _format.Parse<SampleOptions>("config.json", Encoding.UTF8.GetBytes(text));
}
