#!/usr/bin/env python3
"""Evaluates the lines of PyTorch on docs/migrate/torch.md, with the data of the page, and compares what they give with their comments."""
import pathlib
import re
import sys

import torch
import torch.nn.functional as F

page = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "migrate" / "torch.md").read_text()
scores = re.search(r"scores =\n\[(.*?)\]", page, re.S).group(1).replace("f", "")
ids = re.search(r"targets = Tensor.Create\(\[(.*?)\]", page).group(1)
logits = torch.tensor(eval(f"[{scores}]")).reshape(2, 3, 3)
targets = torch.tensor(eval(f"[{ids}]")).reshape(2, 3)
if not hasattr(F, "linear_cross_entropy"):  # before PyTorch 2.13: what the page says that it is
    F.linear_cross_entropy = lambda hidden, weight, target: F.cross_entropy(F.linear(hidden, weight), target)
weight = re.search(r"linearWeight = Tensor.Create\(\[(.*?)\], \[(.*?)\]", page)
linear_weight = torch.tensor(eval(f"[{weight[1].replace('f', '')}]")).reshape(eval(f"[{weight[2]}]"))
names = {"F": F, "torch": torch, "logits": logits, "targets": targets, "rows": logits.flatten(0, 1), "ids": targets.flatten()}
names["linear_weight"] = linear_weight
lines = [line for block in re.findall(r"```python\n(.*?)```", page, re.S) for line in block.splitlines()]
wrong = 0
for line in lines:
    call, _, comment = line.partition("#")
    value = f"{eval(call, names).item():.4f}"
    if value != comment.strip():
        wrong += 1
        print(f"docs/migrate/torch.md says {comment.strip()} for {call.strip()}, PyTorch {value}")
print(f"docs/migrate/torch.md: {len(lines)} calls of PyTorch, {wrong} wrong")
sys.exit(1 if wrong or not lines else 0)
