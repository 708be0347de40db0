#!/usr/bin/env python3
"""Train a small English-to-German model and store its logits for held-out sentences.

Needs Debian's python3-torch and python3-numpy; runs on one CPU thread.
Reads sentences.tsv next to this file, trains on all but the last HELD_OUT pairs,
and writes logits.npy, targets.npy, lengths.npy, vocabulary.txt and sources.txt.

Shapes: B sentences in a batch, S source tokens, T target tokens, D hidden units,
V target vocabulary.
"""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

HERE = Path(__file__).resolve().parent
SPECIALS = ["<pad>", "<s>", "</s>", "<unk>"]
PAD, BOS, EOS, UNK = range(4)

HELD_OUT = 44
HIDDEN = 96
DROPOUT = 0.3
BATCH = 32
EPOCHS = 60
LEARNING_RATE = 2e-3
SEED = 20


class Translator(nn.Module):
    """A GRU encoder and a GRU decoder with dot-product attention."""

    def __init__(self, source_size, target_size):
        super().__init__()
        self.source_embedding = nn.Embedding(source_size, HIDDEN)
        self.target_embedding = nn.Embedding(target_size, HIDDEN)
        self.encoder = nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.decoder = nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.combine = nn.Linear(2 * HIDDEN, HIDDEN)
        self.output = nn.Linear(HIDDEN, target_size)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, source, decoder_input):
        """Map source [B, S] and decoder_input [B, T] to logits [B, T, V]."""
        source_lengths = (source != PAD).sum(dim=1)  # [B]
        packed = pack_padded_sequence(
            self.dropout(self.source_embedding(source)), source_lengths, batch_first=True, enforce_sorted=False
        )
        encoded, state = self.encoder(packed)
        encoded, _ = pad_packed_sequence(encoded, batch_first=True, total_length=source.shape[1])  # [B, S, D]
        decoded, _ = self.decoder(self.dropout(self.target_embedding(decoder_input)), state)  # [B, T, D]

        similarity = decoded @ encoded.transpose(1, 2)  # [B, T, S]
        similarity = similarity.masked_fill((source == PAD).unsqueeze(1), float("-inf"))
        context = similarity.softmax(dim=-1) @ encoded  # [B, T, D]
        combined = torch.tanh(self.combine(torch.cat([decoded, context], dim=-1)))  # [B, T, D]
        return self.output(self.dropout(combined))  # [B, T, V]


def tokenize(sentence):
    """Split into words and punctuation marks; the case stays as written."""
    return re.findall(r"\w+|[^\w\s]", sentence)


def build_vocabulary(sentences):
    """List the special tokens, then all words, the most frequent first."""
    counts = Counter(token for sentence in sentences for token in tokenize(sentence))
    return SPECIALS + [token for token, _ in counts.most_common()]


def encode(sentences, vocabulary):
    """Turn sentences into ids [B, T], each ended by </s> and padded with <pad>."""
    ids = {token: index for index, token in enumerate(vocabulary)}
    rows = [torch.tensor([ids.get(token, UNK) for token in tokenize(sentence)] + [EOS]) for sentence in sentences]
    return pad_sequence(rows, batch_first=True, padding_value=PAD)


def shift_right(targets):
    """Give the decoder input for teacher forcing: <s>, then all targets but the last."""
    start = torch.full_like(targets[:, :1], BOS)  # [B, 1]
    return torch.cat([start, targets[:, :-1]], dim=1)  # [B, T]


def train(model, sources, targets):
    """Minimize the token cross-entropy over sources [N, S] and targets [N, T]."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    model.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(sources)).split(BATCH):
            logits = model(sources[batch], shift_right(targets[batch]))  # [B, T, V]
            loss = F.cross_entropy(logits.flatten(0, 1), targets[batch].flatten(), ignore_index=PAD)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def report(logits, targets, vocabulary):
    """Print reference losses in float64 for logits [B, T, V] and targets [B, T]."""
    scores = logits.double().flatten(0, 1)  # [B*T, V]
    labels = targets.flatten()  # [B*T]
    losses = F.cross_entropy(scores, labels, ignore_index=PAD, reduction="none")  # [B*T], 0 at padding
    valid = labels != PAD  # [B*T]
    predictions = scores.argmax(dim=-1)  # [B*T]
    correct = ((predictions == labels) & valid).sum().item()
    count = valid.sum().item()
    mean = losses.sum() / count
    everywhere = F.cross_entropy(scores, labels)
    smoothed = F.cross_entropy(scores, labels, ignore_index=PAD, label_smoothing=0.1)

    print(f"logits [B, T, V]               {list(logits.shape)}")
    print(f"valid tokens / positions       {count} / {labels.numel()}")
    print(f"sum                            {losses.sum().item():.12f}")
    print(f"mean                           {mean.item():.12f}")
    print(f"perplexity                     {mean.exp().item():.12f}")
    print(f"accuracy                       {correct / count:.12f} ({correct} / {count})")
    print(f"mean over padding too (wrong)  {everywhere.item():.12f}")
    print(f"mean, label smoothing 0.1      {smoothed.item():.12f}")
    for position in losses.topk(3).indices.tolist():
        row, step = divmod(position, targets.shape[1])
        expected, predicted = vocabulary[labels[position]], vocabulary[predictions[position]]
        print(f"surprise {losses[position].item():.3f} at [{row}, {step}]: target {expected}, model {predicted}")


def write_lines(name, lines):
    (HERE / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    lines = (HERE / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    english, german = zip(*(line.split("\t") for line in lines))
    source_vocabulary = build_vocabulary(english[:-HELD_OUT])
    target_vocabulary = build_vocabulary(german[:-HELD_OUT])

    model = Translator(len(source_vocabulary), len(target_vocabulary))
    train(model, encode(english[:-HELD_OUT], source_vocabulary), encode(german[:-HELD_OUT], target_vocabulary))

    sources = encode(english[-HELD_OUT:], source_vocabulary)  # [B, S]
    targets = encode(german[-HELD_OUT:], target_vocabulary)  # [B, T]
    lengths = (targets != PAD).sum(dim=1)  # [B]
    model.eval()
    with torch.no_grad():
        logits = model(sources, shift_right(targets))  # [B, T, V]

    np.save(HERE / "logits.npy", logits.numpy())
    np.save(HERE / "targets.npy", targets.numpy())
    np.save(HERE / "lengths.npy", lengths.numpy())
    write_lines("vocabulary.txt", target_vocabulary)
    write_lines("sources.txt", english[-HELD_OUT:])
    report(logits, targets, target_vocabulary)


if __name__ == "__main__":
    main()
