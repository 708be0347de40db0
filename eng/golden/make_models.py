#!/usr/bin/python3
"""Makes tests/Golden/models: small encoder-decoders, their outputs, gradients and ten training steps in float64, a zip archive for each.

usage: make_models.py [--out tests/Golden/models] [--only TEXT]

Needs Python 3 with numpy and PyTorch 1.13.1 (Debian: python3-numpy, python3-torch). The models are those of models.py; they are first
compared with PyTorch's own layers (model_checks.py). A model is written only where PyTorch in float32 gives the same to 1e-4, so that no
answer hangs on a kink or on rounding. The same numpy, PyTorch and processor give the same bytes; on another processor the last digits of
float64 may differ. Never run this to make a test pass: the answers do not depend on this project's C#.

An archive holds config.json (the model, the training, the summed loss, the token weight, and the parameters' names and shapes) and .npy
files. Those of P numbers hold all parameters one after another, in the order of config.json.
  weights.npy                              float32 [P]
  source.npy, target.npy                   int64 tokens [B, T], 0 beyond a length, or float32 features [B, T, F]
  source_lengths.npy, target_lengths.npy   int64 [B]
  hidden.npy, output.npy                   float64: what the output layer reads [B, T, D]; logits [B, T, V] or features [B, T, F];
                                           0 beyond a length
  gradients.npy                            float64 [P]: of the SUM of the loss
  training_losses.npy, training_norms.npy  float64 [10]: the summed loss before each step, the norm of its gradient before clipping
  training_weights.npy                     float64 [P]: after the ten steps
A training step: the gradient of the summed loss divided by the token weight, clipped to norm `clip` (0: not), then torch.optim's SGD, Adam
or AdamW (decay on every parameter).
"""
import argparse
import hashlib
import io
import json
import pathlib
import zipfile
import zlib

import numpy
import torch

import model_checks
from model_configurations import CONFIGURATIONS
from models import END, MODELS, PADDING, UNKNOWN, Side

EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip entry's time, so that the archive has no other content than the model
STEPS = 10
SOURCE_LENGTHS, TARGET_LENGTHS = [4, 1, 6, 2, 5], [3, 5, 1, 6, 2]
SPARE_STEPS = 1  # of the source, beyond the longest sequence


def draw_weights(random, shapes):
    """Xavier uniform matrices, embeddings of deviation 1/sqrt(D); biases and norms far from 0 and 1, so that they matter."""
    weights = {}
    for name, shape in shapes.items():
        if name.endswith("norm.weight"):
            value = 1 + 0.3 * random.standard_normal(shape)
        elif len(shape) == 1:
            value = 0.3 * random.standard_normal(shape)
        elif name.endswith("embedding.weight") or name == "positions.weight":
            value = random.standard_normal(shape) / shape[1] ** 0.5
        else:
            bound = (6 / sum(shape)) ** 0.5
            value = random.uniform(-bound, bound, shape)
        weights[name] = value.astype(numpy.float32)
    return weights


def draw_side(random, vocabulary, features, lengths, spare):
    total = max(lengths) + spare
    if features:
        steps = random.standard_normal((len(lengths), total, features)).astype(numpy.float32)
    else:
        steps = random.integers(END, vocabulary, (len(lengths), total))
        steps[steps == END] = UNKNOWN
    for sequence, length in enumerate(lengths):
        steps[sequence, length:] = PADDING
        if not features:
            steps[sequence, length - 1] = END
    return Side(torch.tensor(steps), torch.tensor(lengths))


def optimizer(training, parameters):
    if training["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, training["learningRate"], momentum=training["momentum"])
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[training["optimizer"]]
    betas = training["beta1"], training["beta2"]
    return kind(parameters, training["learningRate"], betas, training["epsilon"], training["weightDecay"])


def answers(config, training, weights, source, target, dtype):
    """Every array of the archive that is computed, and the scalars."""
    model = MODELS[config["model"]](config, weights, dtype)
    parameters = list(model.weights.values())
    count = int(target.lengths.sum())

    def gradient_of_sum():
        hidden = model.hidden(source, target)
        output = model.output(hidden)
        loss = model.loss(output, target)
        return hidden, output, loss, torch.autograd.grad(loss, parameters)

    hidden, output, loss, gradients = gradient_of_sum()
    real = target.mask()[:, :, None]
    arrays = {"hidden": hidden * real, "output": output * real}
    arrays |= {f"gradients/{name}": gradient for name, gradient in zip(model.weights, gradients)}
    scalars = {"summedLoss": loss.item(), "tokenWeight": count}

    stepper, losses, norms = optimizer(training, parameters), [], []
    for _ in range(STEPS):
        _, _, loss, gradients = gradient_of_sum()
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient / count
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, training["clip"] or float("inf")).item())
        stepper.step()
        losses.append(loss.item())
    arrays |= {"training_losses": torch.tensor(losses, dtype=dtype), "training_norms": torch.tensor(norms, dtype=dtype)}
    arrays |= {f"training_weights/{name}": parameter for name, parameter in model.weights.items()}
    return {name: array.detach().numpy().copy() for name, array in arrays.items()}, scalars


def greatest_difference(exact, single):
    """Relative to the norm of a tensor; to that of all gradients for a gradient, since some are exactly 0 (the bias of keys)."""
    whole = sum(numpy.square(array).sum() for name, array in exact.items() if name.startswith("gradients/")) ** 0.5

    def difference(name):
        scale = whole if name.startswith("gradients/") else numpy.linalg.norm(exact[name])
        return numpy.linalg.norm(exact[name] - single[name]) / scale

    return max((difference(name), name) for name in exact)


def one_after_another(arrays):
    """Those of the parameters, named GROUP/PARAMETER, as one array for each group."""
    groups = {}
    for name, array in arrays.items():
        groups.setdefault(name.partition("/")[0], []).append(array)
    return {group: parts[0] if len(parts) == 1 else numpy.concatenate([part.ravel() for part in parts]) for group, parts in groups.items()}


def pack(archive, config, arrays):
    contents = {"config.json": json.dumps(config).encode()}
    for name, array in arrays.items():
        buffer = io.BytesIO()
        numpy.save(buffer, numpy.ascontiguousarray(array))
        contents[f"{name}.npy"] = buffer.getvalue()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, contents[name])


def make(name, folder):
    config, training = CONFIGURATIONS[name]
    random = numpy.random.default_rng(zlib.crc32(name.encode()))
    weights = draw_weights(random, MODELS[config["model"]].parameter_shapes(config))
    source = draw_side(random, config["sourceVocabulary"], config["sourceFeatures"], SOURCE_LENGTHS, SPARE_STEPS)
    target = draw_side(random, config["targetVocabulary"], config["targetFeatures"], TARGET_LENGTHS, 0)

    exact, scalars = answers(config, training, weights, source, target, torch.float64)
    single, _ = answers(config, training, weights, source, target, torch.float32)
    difference, where = greatest_difference(exact, single)
    if difference > 1e-4:
        raise SystemExit(f"{name}: float32 differs by {difference:.1e} in {where}; draw another")

    arrays = {f"weights/{parameter}": value for parameter, value in weights.items()}
    arrays |= {"source": source.steps.numpy(), "source_lengths": source.lengths.numpy()}
    arrays |= {"target": target.steps.numpy(), "target_lengths": target.lengths.numpy()}
    archive = folder / f"{name}.zip"
    parameters = [{"name": parameter, "shape": value.shape} for parameter, value in weights.items()]
    description = {"name": name} | config | {"training": training | {"steps": STEPS}} | scalars | {"parameters": parameters}
    pack(archive, description, one_after_another(arrays | exact))
    losses, norms = exact["training_losses"], exact["training_norms"]
    print(f"{name}: {sum(value.size for value in weights.values())} weights, loss {losses[0]:.4f} -> {losses[-1]:.4f}, "
          f"norms {norms.min():.2f}..{norms.max():.2f}, float32 differs by {difference:.1e} ({where})", flush=True)
    return {"file": archive.name, "sha256": hashlib.sha256(archive.read_bytes()).hexdigest()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "tests" / "Golden" / "models")
    parser.add_argument("--only", default="", help="only the models whose name contains this; the manifest is left alone")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model_checks.run()
    arguments.out.mkdir(parents=True, exist_ok=True)
    archives = [make(name, arguments.out) for name in CONFIGURATIONS if arguments.only in name]
    if not arguments.only:
        manifest = {"packedBy": "eng/golden/make_models.py", "numpy": numpy.__version__, "torch": torch.__version__, "archives": archives}
        (arguments.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
