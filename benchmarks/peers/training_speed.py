#!/usr/bin/python3
"""Speed and memory of training and greedy translation, each side a process, asked in turn.

usage: benchmarks/peers/training_speed.py [--threads N] [--pairs N] [--only TEXT]

benchmarks/compare prints the same tables among the others. A side is a command that says `ready` and answers `step`, `translate` and `peak`
with numbers (torch_peer.py says which). PyTorch is measured twice: as it comes, and with OMP_WAIT_POLICY=PASSIVE. Debian's build multiplies
float32 matrices with the threads of OpenBLAS and does the rest with those of OpenMP; as it comes, idle OpenMP threads spin for a while and
take the processors from OpenBLAS.
"""
import argparse
import os
import statistics
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
SERVER = os.path.join(FOLDER, "..", "..", "artifacts", "bin", "SeqLoss.Compare", "release", "SeqLoss.Compare.dll")
TARGET_TOKENS = 128 * 16
SENTENCES = 1000
WARM_UPS = 15  # .NET compiles what runs often once more, in the background of the first dozen steps.

TORCH = [sys.executable, os.path.join(FOLDER, "torch_peer.py"), "{model}", "{precision}", "--threads", "{threads}"]
OURS = ["dotnet", SERVER, "train", "{model}", "{precision}", "{threads}"]

# name, command, environment; the last one is this project, the others are what it is compared with
SIDES = [
    ("PyTorch", TORCH, {}),
    ("PyTorch, passive", TORCH, {"OMP_WAIT_POLICY": "PASSIVE"}),
    ("SeqLoss", OURS, {}),
]

# name, model, precision, question, what an answer in seconds is divided into
CASES = [
    ("train Transformer 3+3, d 256, float32", "transformer", "float32", "step", TARGET_TOKENS),
    ("train Transformer 3+3, d 256, bf16", "transformer", "bfloat16", "step", TARGET_TOKENS),
    ("train BiLSTM 512 + attention, float32", "bilstm", "float32", "step", TARGET_TOKENS),
    ("train BiLSTM 512 + attention, bf16", "bilstm", "bfloat16", "step", TARGET_TOKENS),
    ("translate 1,000 sentences, Transformer, float32", "transformer", "float32", "translate", SENTENCES),
    ("translate 1,000 sentences, Transformer, bf16", "transformer", "bfloat16", "translate", SENTENCES),
]

HEAD = [
    "",
    "Training in target tokens a second (128 pairs of 16 + 16 tokens, V 8000: forward, backward, clipping, Adam), translation in",
    "sentences a second (16 tokens into 16, greedy, batches of 100, keys and values kept), medians (best); peak of resident memory.",
    "",
    "| work | " + " | ".join(f"{name} | MiB" for name, _, _ in SIDES) + " | SeqLoss ÷ PyTorch | ÷ passive |",
    "| --- |" + " --- | --- |" * len(SIDES) + " --- | --- |",
]


class Side:
    """A process that answers lines with numbers."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environment)
        self.expect("ready")

    def expect(self, line):
        answer = self.process.stdout.readline().strip()
        if answer != line:
            sys.exit(f"training_speed: {self.process.args} said '{answer}' where '{line}' was expected")

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"training_speed: {self.process.args} ended at '{question}'")
        return float(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def start(model, precision, threads):
    words = {"model": model, "precision": precision, "threads": threads}
    # BF16 is this project's with the library that multiplies it; float32 with its own kernels.
    library = {"SEQLOSS_MATMUL": "auto" if precision == "bfloat16" else "managed"}
    return [Side([part.format(**words) for part in command], environment | library) for _, command, environment in SIDES]


def measure(case, threads, pairs):
    """A row of the table."""
    name, model, precision, question, units = case
    sides = start(model, precision, threads)
    if question == "translate":
        for side in sides:
            difference = side.ask("check")
            if not difference < (1e-3 if precision == "float32" else 0.3):
                sys.exit(f"training_speed: cached logits differ from the whole decoder's by {difference}")
    times = [[] for _ in sides]
    for _ in range((WARM_UPS if question == "step" else 1) + pairs):
        for side, seconds in zip(sides, times):
            seconds.append(side.ask(question))
    cells, medians = [], []
    for side, seconds in zip(sides, times):
        measured = seconds[-pairs:]
        medians.append(statistics.median(measured))
        cells.append(f"{units / statistics.median(measured):.0f} ({units / min(measured):.0f}) | {side.ask('peak'):.0f}")
        side.close()
    ratios = [f"{median / medians[-1]:.2f}" for median in medians[:-1]]
    return f"| {name} | " + " | ".join(cells + ratios) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--only", default="", help="only the cases whose name contains this")
    arguments = parser.parse_args()
    print("\n".join(HEAD), flush=True)
    for case in CASES:
        if arguments.only in case[0]:
            print(measure(case, arguments.threads, arguments.pairs), flush=True)


if __name__ == "__main__":
    main()
