"""Compares models.py with PyTorch's own layers in float64: transformers with torch.nn.TransformerEncoder and TransformerDecoder, recurrent
encoders with torch.nn.RNN, GRU and LSTM over packed sequences, decoders with the same cells step by step, losses of features with
torch.nn.functional. Any difference over 1e-12 ends the script."""
import functools

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from model_configurations import CONFIGURATIONS
from models import MODELS, Side

B, S, T = 4, 6, 5
LENGTHS = torch.tensor([3, 6, 1, 4])
MOST = 1e-12
SOURCE_MASK = torch.arange(S) < LENGTHS[:, None]


def equal(what, ours, theirs):
    difference = (ours - theirs).abs().max().item()
    if not difference <= MOST:
        raise SystemExit(f"{what}: differs from PyTorch's layer by {difference:.1e}")


def set_parameters(module, ours, names):
    """Copies weights, by our name, into a layer of PyTorch, by its name; every parameter of the layer must be given."""
    values = {}
    for theirs, parts in names.items():
        separator = "_" if theirs.endswith("in_proj") else "."
        for kind in ("weight", "bias"):
            values[f"{theirs}{separator}{kind}"] = torch.cat([ours[f"{part}.{kind}"] for part in parts])
    module.load_state_dict(values, strict=True)


def transformer_names(stack, layers):
    names = {}
    for i in range(layers):
        theirs, ours = f"layers.{i}", f"{stack}.layers.{i}"
        names |= {
            f"{theirs}.self_attn.in_proj": [f"{ours}.self_attention.in"],
            f"{theirs}.self_attn.out_proj": [f"{ours}.self_attention.out"],
            f"{theirs}.linear1": [f"{ours}.feed_forward.in"],
            f"{theirs}.linear2": [f"{ours}.feed_forward.out"],
            f"{theirs}.norm1": [f"{ours}.self_attention_norm"],
        }
        last = "norm2"
        if stack == "decoder":
            names |= {
                f"{theirs}.multihead_attn.in_proj": [f"{ours}.cross_attention.query", f"{ours}.cross_attention.memory"],
                f"{theirs}.multihead_attn.out_proj": [f"{ours}.cross_attention.out"],
                f"{theirs}.norm2": [f"{ours}.cross_attention_norm"],
            }
            last = "norm3"
        names[f"{theirs}.{last}"] = [f"{ours}.feed_forward_norm"]
    return names | {"norm": [f"{stack}.norm"]}


def draw(model):
    config, _ = CONFIGURATIONS[model]
    kind = MODELS[config["model"]]
    torch.manual_seed(1)
    return kind(config, {name: (torch.randn(shape) * 0.4).numpy() for name, shape in kind.parameter_shapes(config).items()})


def check_transformer(name):
    model = draw(name)
    config, D, is_pre = model.config, model.config["width"], model.config["norm"] == "pre"
    options = {"d_model": D, "nhead": config["heads"], "dim_feedforward": config["feedForward"], "dropout": 0.0}
    options |= {"batch_first": True, "norm_first": is_pre}
    norms = (nn.LayerNorm(D), nn.LayerNorm(D)) if is_pre else (None, None)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**options), config["encoderLayers"], norms[0]).double()
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**options), config["decoderLayers"], norms[1]).double()
    for stack, module in (("encoder", encoder), ("decoder", decoder)):
        names = transformer_names(stack, config[f"{stack}Layers"])
        set_parameters(module, model.weights, names if is_pre else {key: value for key, value in names.items() if key != "norm"})

    x, y = torch.randn(B, S, D, dtype=torch.float64), torch.randn(B, T, D, dtype=torch.float64)
    memory = model.encode(x, SOURCE_MASK)
    equal(f"{name}, encoder", memory[SOURCE_MASK], encoder(x, src_key_padding_mask=~SOURCE_MASK)[SOURCE_MASK])
    causal = torch.ones(T, T, dtype=torch.bool).triu(1)
    theirs = decoder(y, memory, tgt_mask=causal, memory_key_padding_mask=~SOURCE_MASK)
    equal(f"{name}, decoder", model.decode(y, memory, SOURCE_MASK), theirs)


def layer_names(prefix, i, direction=""):
    suffix = f"_l{i}" + ("_reverse" if direction == "backward" else "")
    ours = f"{prefix}.layers.{i}" + (f".{direction}" if direction else "")
    parts = (("ih", "input"), ("hh", "hidden"))
    return {f"{kind}_{part}{suffix}": f"{ours}.{name}.{kind}" for kind in ("weight", "bias") for part, name in parts}


def load_recurrent(module, model, names):
    module.load_state_dict({theirs: model.weights[ours] for theirs, ours in names.items()}, strict=True)


def check_recurrent(name):
    model = draw(name)
    config = model.config
    E, H, layers = config["embeddingWidth"], config["hidden"], config["layers"]
    kind = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[config["cell"]]
    directions = ("forward", "backward") if config["bidirectional"] else ("forward",)

    encoder = kind(E, H, layers, batch_first=True, bidirectional=config["bidirectional"]).double()
    names = {}
    for i in range(layers):
        for direction in directions:
            names |= layer_names("encoder", i, direction)
    load_recurrent(encoder, model, names)
    x = torch.randn(B, S, E, dtype=torch.float64)
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    theirs, finals = encoder(packed)
    memory, our_finals = model.encode(x, SOURCE_MASK)
    equal(f"{name}, memory", memory, pad_packed_sequence(theirs, batch_first=True, total_length=S)[0])
    finals = finals if config["cell"] == "lstm" else (finals,)
    for part, final in enumerate(finals):
        ours = torch.stack([state[part] for layer in our_finals for state in layer])
        equal(f"{name}, final state {part}", ours, final)

    cells = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}
    states = model.bridge(our_finals)
    for i in range(layers):
        width = model.weights[f"decoder.layers.{i}.input.weight"].shape[1]
        cell = cells[config["cell"]](width, H).double()
        load_recurrent(cell, model, {key.removesuffix(f"_l{i}"): value for key, value in layer_names("decoder", i).items()})
        row = torch.randn(B, width, dtype=torch.float64)
        theirs = cell(row, states[i]) if config["cell"] == "lstm" else (cell(row, states[i][0]),)
        for ours, their in zip(model.cell(row, states[i], f"decoder.layers.{i}"), theirs):
            equal(f"{name}, cell {i} of the decoder", ours, their)


def check_loss(name):
    model = draw(name)
    config, count = model.config, model.config["targetFeatures"]
    output, steps = torch.randn(2, B, S, count, dtype=torch.float64)
    kinds = {"mse": F.mse_loss, "mae": F.l1_loss, "huber": functools.partial(F.huber_loss, delta=config["huberDelta"])}
    theirs = kinds[config["loss"]](output[SOURCE_MASK], steps[SOURCE_MASK], reduction="sum") / count
    equal(f"{name}, loss", model.loss(output, Side(steps, LENGTHS)), theirs)


def run():
    for name, (config, _) in CONFIGURATIONS.items():
        (check_transformer if config["model"] == "transformer" else check_recurrent)(name)
        if config["targetFeatures"]:
            check_loss(name)
    print(f"{len(CONFIGURATIONS)} models agree with PyTorch's layers to {MOST:g}")


if __name__ == "__main__":
    run()
