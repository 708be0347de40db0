"""The models of the speed comparison as a PyTorch user writes them: nn.Transformer's layers, nn.LSTM, the fastest of what is idiomatic.

Measured alternatives that were not faster: attention written out with matmul, batch-first LSTMs, packed sequences (the batches of the
comparison are of one length; the mask of the source stays, as real batches need it).
"""
import math

import torch
from torch import nn

PADDING, BEGIN, END = 0, 2, 3
DROPOUT = 0.1


class Transformer(nn.Module):
    """Pre-norm, sinusoidal positions, nothing tied."""

    def __init__(self, vocabulary=8000, width=256, inner=1024, heads=4, layers=3, most_steps=64):
        super().__init__()
        options = {"dim_feedforward": inner, "dropout": DROPOUT, "batch_first": True, "norm_first": True}
        self.source_embedding = nn.Embedding(vocabulary, width)
        self.target_embedding = nn.Embedding(vocabulary, width)
        for embedding in (self.source_embedding, self.target_embedding):
            nn.init.normal_(embedding.weight, std=width**-0.5)
        self.dropout = nn.Dropout(DROPOUT)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, heads, **options), layers, nn.LayerNorm(width))
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(width, heads, **options), layers, nn.LayerNorm(width))
        self.output = nn.Linear(width, vocabulary)
        angles = torch.arange(most_steps)[:, None] / 10000 ** (torch.arange(0, width, 2) / width)
        self.register_buffer("positions", torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1))
        self.register_buffer("causal", torch.ones(most_steps, most_steps, dtype=torch.bool).triu(1))
        self.scale = math.sqrt(width)

    def embed(self, embedding, tokens, first=0):
        return self.dropout(embedding(tokens) * self.scale + self.positions[first : first + tokens.shape[1]])

    def encode(self, source):
        return self.encoder(self.embed(self.source_embedding, source), src_key_padding_mask=source == PADDING)

    def forward(self, source, target_input):
        steps = target_input.shape[1]
        rows = self.embed(self.target_embedding, target_input)
        mask = self.causal[:steps, :steps]
        return self.output(self.decoder(rows, self.encode(source), tgt_mask=mask, memory_key_padding_mask=source == PADDING))


class Greedy:
    """Greedy decoding of a Transformer: keys and values of earlier steps are kept, those of the source computed once."""

    def __init__(self, model, source, steps):
        self.model, self.layers = model, model.decoder.layers
        attention = self.layers[0].self_attn
        self.heads, self.size = attention.num_heads, attention.head_dim
        memory = model.encode(source)
        self.mask = torch.zeros(source.shape, dtype=memory.dtype).masked_fill(source == PADDING, -math.inf)[:, None, None]
        self.memories, self.caches = [], []
        for layer in self.layers:
            cross, width = layer.multihead_attn, memory.shape[-1]
            both = nn.functional.linear(memory, cross.in_proj_weight[width:], cross.in_proj_bias[width:])
            self.memories.append([self.split(part).contiguous() for part in both.chunk(2, -1)])
            self.caches.append(memory.new_empty(2, len(source), self.heads, steps, self.size))

    def split(self, x):
        """[B, T, D] -> [B, heads, T, d]"""
        return x.unflatten(-1, (self.heads, self.size)).transpose(1, 2)

    def attend(self, queries, keys, values, mask=None):
        scores = queries @ keys.transpose(-1, -2) / math.sqrt(self.size)
        probabilities = (scores if mask is None else scores + mask).softmax(-1)
        return (probabilities @ values).transpose(1, 2).flatten(-2)

    def step(self, tokens, t):
        """Logits [B, V] after tokens [B] at step t."""
        x = self.model.embed(self.model.target_embedding, tokens[:, None], t)
        for layer, cache, (keys, values) in zip(self.layers, self.caches, self.memories):
            own, cross, width = layer.self_attn, layer.multihead_attn, x.shape[-1]
            parts = nn.functional.linear(layer.norm1(x), own.in_proj_weight, own.in_proj_bias).chunk(3, -1)
            query, cache[0, :, :, t : t + 1], cache[1, :, :, t : t + 1] = map(self.split, parts)
            x = x + own.out_proj(self.attend(query, cache[0, :, :, : t + 1], cache[1, :, :, : t + 1]))
            query = self.split(nn.functional.linear(layer.norm2(x), cross.in_proj_weight[:width], cross.in_proj_bias[:width]))
            x = x + cross.out_proj(self.attend(query, keys, values, self.mask))
            x = x + layer.linear2(layer.linear1(layer.norm3(x)).relu())
        return self.model.output(self.model.decoder.norm(x[:, 0]))

    def run(self, count, steps):
        tokens = torch.full((count,), BEGIN)
        chosen = []
        for t in range(steps):
            tokens = self.step(tokens, t).argmax(-1)
            chosen.append(tokens)
        return torch.stack(chosen, dim=1)


class BiLstm(nn.Module):
    """One bidirectional layer, a bridge, one decoder layer and general attention without input feeding: the decoder is one call."""

    def __init__(self, vocabulary=8000, width=512, hidden=512):
        super().__init__()
        self.source_embedding = nn.Embedding(vocabulary, width)
        self.target_embedding = nn.Embedding(vocabulary, width)
        self.dropout = nn.Dropout(DROPOUT)
        self.encoder = nn.LSTM(width, hidden, bidirectional=True)
        self.bridges = nn.ModuleList(nn.Linear(2 * hidden, hidden) for _ in range(2))
        self.decoder = nn.LSTM(width, hidden)
        self.attention = nn.Linear(2 * hidden, hidden, bias=False)
        self.combine = nn.Linear(3 * hidden, hidden, bias=False)
        self.output = nn.Linear(hidden, vocabulary)

    def forward(self, source, target_input):
        memory, finals = self.encoder(self.dropout(self.source_embedding(source.t())))
        first = [torch.tanh(bridge(torch.cat([*final], dim=-1)))[None] for bridge, final in zip(self.bridges, finals)]
        rows = self.dropout(self.target_embedding(target_input.t()))
        states, _ = self.decoder(rows, [state.to(rows.dtype) for state in first])
        memory, states = memory.transpose(0, 1), states.transpose(0, 1)
        scores = torch.bmm(states, self.attention(memory).transpose(1, 2))
        probabilities = scores.masked_fill((source == PADDING)[:, None], -math.inf).softmax(-1)
        context = torch.bmm(probabilities.to(memory.dtype), memory)
        return self.output(self.dropout(torch.tanh(self.combine(torch.cat([context, states], dim=-1)))))


MODELS = {"transformer": Transformer, "bilstm": BiLstm}
