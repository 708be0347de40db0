using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Terminals;
using SeqLoss.Planning;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace SeqLoss.Cli.Info;

/// <summary><c>seqloss info</c>: what the losses run on, for reports of bugs and of speed.</summary>
internal sealed class InfoCommand : Verb
{
    private readonly Option<bool> json = OptionGroup.Flag("--json", "Print one JSON object instead of a table.");

    internal InfoCommand()
        : base("info", "Show the instruction set, the threads, the matrix multiply and the versions in use.")
    {
    }

    internal override IReadOnlyList<OptionGroup> Groups => [new("Result", [json])];

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
        [
            ("seqloss info", "what to put into a report of a bug"),
            ("SEQLOSS_MATMUL=auto seqloss info", "whether oneDNN would multiply matrices; managed (default), onednn or auto"),
        ];

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        if (values.Flag(json))
        {
            terminal.Output.WriteLine(JsonText.Of(writer =>
            {
                writer.WriteString("instructionSet", MachineInfo.InstructionSet);
                writer.WriteNumber("laneBits", MachineInfo.LaneBits);
                writer.WriteString("processor", MachineInfo.Processor);
                writer.WriteNumber("threads", Environment.ProcessorCount);
                writer.WriteString("matrixMultiply", MatrixMultiply.InUse);
                writer.WriteString("seqLoss", Versions.Library);
                writer.WriteString("runtime", RuntimeInformation.FrameworkDescription);
                writer.WriteString("tensors", Versions.Tensors);
                writer.WriteString("operatingSystem", RuntimeInformation.OSDescription);
                writer.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
            }));
            return ExitStatus.Success;
        }

        Table table = new Table().RoundedBorder().HideHeaders().AddColumns("name", "value");
        void Add(string name, string value) => table.AddRow(new Cell(name, new Style(Color.Grey)), new Cell(value));
        Add("instruction set", MachineInfo.InstructionSet);
        Add("lanes", MachineInfo.Lanes);
        Add("processor", MachineInfo.Processor);
        Add("threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        Add("matrix multiply", MatrixMultiply.InUse);
        Add("SeqLoss", Versions.Library);
        Add("runtime", RuntimeInformation.FrameworkDescription);
        Add("tensors", $"System.Numerics.Tensors {Versions.Tensors}");
        Add("operating system", $"{RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture})");
        terminal.OutputConsole().Write(table);
        return ExitStatus.Success;
    }
}
