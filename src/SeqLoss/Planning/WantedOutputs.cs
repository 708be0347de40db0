namespace SeqLoss.Planning;

/// <summary>Which of the outputs that cost something are asked for.</summary>
internal readonly ref struct WantedOutputs(LossOutputs outputs)
{
    public readonly bool LogSumExp = !outputs.LogSumExp.IsEmpty;
    public readonly bool Entropy = !outputs.Entropy.IsEmpty;
}
