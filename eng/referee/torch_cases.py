#!/usr/bin/env python3
"""Draws calls of F.cross_entropy and F.nll_loss and prints each, with PyTorch's answer, as a line of JSON.

usage: torch_cases.py [--count 600] [--seed 1]

The first line names PyTorch. A case has the arguments by PyTorch's names, the value, and the gradient that autograd gives for the sum
of value times upstream. `refused` is the message of what PyTorch raises. Where PyTorch's value is NaN because it multiplies a mass of 0
by the infinite loss of an impossible class, `selected` is the value in which 0 times infinity is 0.
"""
import argparse
import json
import math
import random

import torch
import torch.nn.functional as F


def numbers(tensor):
    """The elements in JSON, which has no infinities."""
    return [x if math.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")
            for x in tensor.detach().double().flatten().tolist()]


def shape_of(rng):
    """Ranks 1 to 5; now and then an axis of length 0 besides the classes."""
    rank = rng.randint(1, 5)
    lengths = [rng.randint(1, 4) for _ in range(rank)]
    class_axis = 1 if rank > 1 else 0
    lengths[class_axis] = rng.randint(1, 9)
    if rank > 1 and rng.random() < 0.05:
        lengths[rng.choice([axis for axis in range(rank) if axis != class_axis])] = 0
    return lengths, class_axis


def ids_of(rng, positions, classes, ignore_index):
    fate = rng.random()
    count = math.prod(positions)
    ids = [ignore_index if fate < 0.08 or rng.random() < 0.25 else rng.randrange(classes) for _ in range(count)]
    if count and rng.random() < 0.04:
        ids[rng.randrange(count)] = rng.choice([-1, classes, classes + 3])
    return torch.tensor(ids, dtype=torch.int64).reshape(positions)


def selected_of(x, target, weight, axis, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """The loss with 0 times infinity = 0, from the formula."""
    classes = x.shape[axis]
    weight = torch.ones(classes).to(x) if weight is None else weight
    along = weight.reshape([classes if a == axis else 1 for a in range(x.dim())])
    counted = torch.ones_like(target.sum(axis)) if target.is_floating_point() else target != ignore_index
    divisor = counted.sum()
    if not target.is_floating_point():
        ids = torch.where(counted, target, 0)
        divisor = weight[ids][counted].sum()
        target = F.one_hot(ids, classes).movedim(-1, axis).to(x)
    mass = (target * (1 - label_smoothing) + label_smoothing / classes) * along
    terms = torch.where(mass == 0, torch.zeros(()).to(x), mass * F.log_softmax(x, axis))
    losses = torch.where(counted > 0, -terms.sum(axis), 0.0)
    return {"none": losses, "sum": losses.sum(), "mean": losses.sum() / divisor}[reduction]


def case_of(rng, seed):
    generator = torch.Generator().manual_seed(seed)
    dtype = rng.choice([torch.float32, torch.float64])
    shape, axis = shape_of(rng)
    classes = shape[axis]
    positions = shape[:axis] + shape[axis + 1:]
    nll = rng.random() < 0.3
    x = (torch.rand(shape, generator=generator, dtype=torch.float64) * 8 - 4).to(dtype)
    if nll:
        x = F.log_softmax(x, axis)
    weight = None
    if rng.random() < 0.5:
        weight = (torch.rand(classes, generator=generator, dtype=torch.float64) * 2).to(dtype)
        if rng.random() < 0.3:
            weight[rng.randrange(classes)] = 0
        if rng.random() < 0.04:
            weight = torch.zeros_like(weight)
        if rng.random() < 0.02:
            weight = torch.ones(classes + 1, dtype=dtype)
    arguments = {"reduction": rng.choice(["none", "mean", "sum"])}
    ignore_index = rng.choice([-100, -1, classes, classes + 7, rng.randrange(classes)])
    probabilities = not nll and rng.random() < 0.35
    if probabilities:
        target = torch.rand(shape, generator=generator, dtype=torch.float64)
        target = torch.where(target < 0.2, torch.zeros(()).double(), target).to(dtype)
        if rng.random() < 0.7 and target.numel():
            target = target / target.sum(axis, keepdim=True).clamp_min(1e-3)
        if rng.random() < 0.1:
            arguments["ignore_index"] = ignore_index
    else:
        target = ids_of(rng, positions, classes, ignore_index)
        arguments["ignore_index"] = ignore_index
    if not nll and rng.random() < 0.5:
        arguments["label_smoothing"] = rng.choice([0.1, 0.3, 1.0, rng.random()]) if rng.random() > 0.03 else 1.2
    if not nll and rng.random() < 0.1 and x.numel() and classes > 1:
        x.flatten()[rng.randrange(x.numel())] = -math.inf

    x.requires_grad_(True)
    case = {
        "function": "nll_loss" if nll else "cross_entropy",
        "dtype": str(dtype).split(".")[1],
        "shape": shape,
        "input": numbers(x),
        "ids": None if probabilities else target.flatten().tolist(),
        "probabilities": numbers(target) if probabilities else None,
        "weight": None if weight is None else numbers(weight),
        **arguments,
    }
    try:
        value = (F.nll_loss if nll else F.cross_entropy)(x, target, weight, **arguments)
    except (RuntimeError, IndexError, ValueError) as error:
        return {**case, "refused": str(error).split("\n")[0]}
    upstream = torch.rand(value.shape, generator=generator, dtype=torch.float64).to(dtype) * 2 - 1
    (value * (upstream if arguments["reduction"] == "none" else 1)).sum().backward()
    case.update(value=numbers(value), upstream=numbers(upstream), gradient=numbers(x.grad))
    if not nll and torch.isinf(x).any() and torch.isnan(value).any():
        case["selected"] = numbers(selected_of(x.detach(), target, weight, axis, **arguments))
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    print(json.dumps({"framework": f"PyTorch {torch.__version__}"}))
    for index in range(arguments.count):
        print(json.dumps(case_of(rng, arguments.seed * 100_000 + index)))


if __name__ == "__main__":
    main()
