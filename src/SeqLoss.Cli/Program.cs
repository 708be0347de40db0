using SeqLoss.Cli;
using SeqLoss.Cli.Terminals;

using var interruption = new Interruption();
return new CommandLineTool(Terminal.OfProcess(), interruption.Token).Run(args);
