#!/usr/bin/python3
"""PyTorch's side of the comparison of training and translation, a process that is asked by lines.

usage: torch_peer.py transformer|bilstm float32|bfloat16 --threads N

It says `ready`, then answers each line with a number:
  step        seconds of one training step: forward, backward, clipping to norm 1, Adam; 128 pairs of 16 + 16 tokens
  loss        the mean loss of the last step, in nats
  translate   seconds of a greedy translation of 1,000 sentences of 16 tokens into 16 tokens each, in batches of 100 (transformer)
  check       the greatest difference between the logits of a cached step and of the whole decoder (transformer)
  peak        the greatest resident memory so far, in MiB
bfloat16 trains under autocast and translates with weights converted once.
"""
import argparse
import copy
import resource
import sys
import time

import torch
import torch.nn.functional as F

from torch_models import BEGIN, END, MODELS, PADDING, Greedy

VOCABULARY, PAIRS, STEPS = 8000, 128, 16
SENTENCES, SENTENCES_AT_ONCE = 1000, 100


class Peer:
    def __init__(self, model, precision):
        torch.manual_seed(20)
        self.model = MODELS[model](VOCABULARY)
        self.is_half = precision == "bfloat16"
        self.source = self.draw(PAIRS)
        self.target = self.draw(PAIRS)
        self.target_input = torch.cat([torch.full((PAIRS, 1), BEGIN), self.target[:, :-1]], dim=1)
        self.parameters = list(self.model.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-4, foreach=True)  # a little faster than the default
        self.last_loss = None
        self.translator = None

    def draw(self, count):
        tokens = torch.randint(END + 1, VOCABULARY, (count, STEPS))
        tokens[:, -1] = END
        return tokens

    def step(self):
        start = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.is_half):
            logits = self.model(self.source, self.target_input)
            loss = F.cross_entropy(logits.flatten(0, 1), self.target.flatten(), ignore_index=PADDING)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        seconds = time.perf_counter() - start
        self.last_loss = loss.item()
        return seconds

    def loss(self):
        return self.last_loss

    @torch.inference_mode()
    def translate(self):
        model = self.translating_model()
        sentences = self.draw(SENTENCES)
        start = time.perf_counter()
        for batch in sentences.split(SENTENCES_AT_ONCE):
            Greedy(model, batch, STEPS).run(len(batch), STEPS)
        return time.perf_counter() - start

    def translating_model(self):
        """A copy that never says END, so that every sentence takes the same steps whatever the weights are."""
        if self.translator is None:
            self.translator = copy.deepcopy(self.model).eval()
            with torch.no_grad():
                self.translator.output.bias[END] = -100
            if self.is_half:
                self.translator.bfloat16()
        return self.translator

    @torch.inference_mode()
    def check(self):
        model = self.translating_model()
        greedy = Greedy(model, self.source, STEPS)
        cached = torch.stack([greedy.step(self.target_input[:, t], t) for t in range(STEPS)], dim=1)
        return (cached - model(self.source, self.target_input)).abs().max().item()

    def peak(self):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("precision", choices=["float32", "bfloat16"])
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    peer = Peer(arguments.model, arguments.precision)
    questions = {question.__name__: question for question in (peer.step, peer.loss, peer.translate, peer.check, peer.peak)}
    print("ready", flush=True)
    for line in sys.stdin:
        print(questions[line.strip()](), flush=True)


if __name__ == "__main__":
    main()
