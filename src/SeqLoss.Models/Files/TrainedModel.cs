using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Text;

namespace SeqLoss.Models.Files;

/// <summary>A model and the tokenizers that it was trained with: what a <see cref="ModelDirectory"/> holds.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tokenizers">Its tokenizers, each with as many tokens as the model.</param>
public sealed record TrainedModel(EncoderDecoder Model, TokenizerPair Tokenizers);
