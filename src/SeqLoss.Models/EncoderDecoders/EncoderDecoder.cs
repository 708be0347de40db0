using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>A model that reads a source and gives, for each step of a target, what to predict the next step from.</summary>
/// <remarks>It keeps scratch from call to call: one thread at a time for each object.</remarks>
public abstract class EncoderDecoder
{
    private protected EncoderDecoder(EncoderDecoderOptions options)
    {
        options.Check();
        Options = options;
        Parameters = new ParameterSet(options.Seed);
    }

    /// <summary>What it was made from.</summary>
    public EncoderDecoderOptions Options { get; }

    /// <summary>Its parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The last layer: from a row of hidden features to scores of tokens, or to features.</summary>
    public OutputLayer Output { get; private protected init; } = null!;

    /// <summary>The order of the rows that <see cref="Forward"/> returns.</summary>
    public abstract RowOrder RowOrder { get; }

    /// <summary>The most steps that a source or a target may have.</summary>
    public virtual int MaxLength => int.MaxValue;

    /// <summary>Reads sources and decoder inputs: training, or scores of given targets.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="source">What the encoder reads.</param>
    /// <param name="decoderInput">
    /// What the decoder reads: the targets one step later, beginning with <see cref="SpecialTokens.Begin"/>.
    /// </param>
    /// <returns>Hidden features for each target step, <c>[B·T, D]</c> in <see cref="RowOrder"/>.</returns>
    public abstract Variable Forward(Tape tape, SequenceBatch source, SequenceBatch decoderInput);

    /// <summary>Reads sources, to write targets step by step.</summary>
    /// <param name="tape">The tape, which the state uses from now on; it is reset by each step.</param>
    /// <param name="source">What the encoder reads.</param>
    /// <param name="maxLength">The most steps that will be written.</param>
    /// <returns>One row for each source.</returns>
    public abstract DecoderState BeginDecoding(Tape tape, SequenceBatch source, int maxLength);
}
