"""Our encoder-decoders in plain PyTorch, from their formulas, with our parameter names: what the models in C# are held to.

Sizes: B sequences, S source steps, T target steps, D width, H units of a recurrent layer, M width of a memory row, A units of the additive
score, V classes, F features. Everything is batch-major. A model is a configuration (a dictionary, see make_models.py) and its weights (a
dictionary of matrices [out, in] and vectors). No dropout: random numbers have no reference.
"""
import dataclasses
import math

import torch
import torch.nn.functional as F

PADDING, UNKNOWN, BEGIN, END = range(4)


@dataclasses.dataclass
class Side:
    """One side of a batch: tokens [B, T] or features [B, T, F], and the real steps of each sequence [B]."""

    steps: torch.Tensor
    lengths: torch.Tensor

    def mask(self):
        """True at real steps, [B, T]."""
        return torch.arange(self.steps.shape[1]) < self.lengths[:, None]


def linear(x, weights, name):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def layer_norm(x, weights, name):
    centred = x - x.mean(-1, keepdim=True)
    deviation = torch.sqrt(centred.square().mean(-1, keepdim=True) + 1e-5)
    return centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]


class EncoderDecoder:
    """What both families share: embeddings or input projections, the output layer and the loss."""

    def __init__(self, config, weights, dtype=torch.float64):
        self.config = config
        self.weights = {name: torch.tensor(value).to(dtype).requires_grad_() for name, value in weights.items()}
        self.dtype = dtype

    @classmethod
    def ends(cls, config, width, hidden):
        """Names and shapes of what turns steps into rows of `width` numbers and rows of `hidden` into outputs."""
        shapes = {}
        vocabulary = config["targetVocabulary"]
        if config["embeddings"] == "shared":
            shapes["embedding.weight"] = (vocabulary, width)
        else:
            for side in ("source", "target"):
                if config[f"{side}Features"]:
                    shapes[f"{side}_input.weight"] = (width, config[f"{side}Features"])
                    shapes[f"{side}_input.bias"] = (width,)
                else:
                    shapes[f"{side}_embedding.weight"] = (config[f"{side}Vocabulary"], width)
        if config["embeddings"] == "separate":
            shapes["output.weight"] = (config["targetFeatures"] or vocabulary, hidden)
        shapes["output.bias"] = (config["targetFeatures"] or vocabulary,)
        return shapes

    def embedding(self, side):
        return self.weights["embedding.weight" if self.config["embeddings"] == "shared" else f"{side}_embedding.weight"]

    def rows(self, side, steps):
        """Embeddings of tokens, projections of features: [B, T, D]."""
        if self.config[f"{side}Features"]:
            return linear(steps.to(self.dtype), self.weights, f"{side}_input")
        return self.embedding(side)[steps]

    def decoder_input(self, target):
        """Teacher forcing: the target one step later, after the begin token or a row of zeros."""
        first = torch.zeros_like(target.steps[:, :1])
        if not self.config["targetFeatures"]:
            first += BEGIN
        return torch.cat([first, target.steps[:, :-1]], dim=1)

    def output(self, hidden):
        """Logits [B, T, V] or predicted features [B, T, F]."""
        weight = self.weights["output.weight"] if self.config["embeddings"] == "separate" else self.embedding("target")
        return hidden @ weight.T + self.weights["output.bias"]

    def loss(self, output, target):
        """The sum of the losses of the real target steps; that of features is the mean over the features of a step."""
        output, steps = output[target.mask()], target.steps[target.mask()]
        kind = self.config["loss"]
        if kind == "cross-entropy":
            return F.cross_entropy(output, steps, label_smoothing=self.config["labelSmoothing"], reduction="sum")
        difference = output - steps.to(self.dtype)
        magnitude = difference.abs()
        delta = self.config["huberDelta"]
        each = {
            "mse": difference.square(),
            "mae": magnitude,
            "huber": torch.where(magnitude <= delta, difference.square() / 2, delta * (magnitude - delta / 2)),
        }
        return each[kind].mean(-1).sum()


class TransformerEncoderDecoder(EncoderDecoder):
    @classmethod
    def parameter_shapes(cls, config):
        D, inner = config["width"], config["feedForward"]
        shapes = cls.ends(config, D, D)
        if config["positions"] == "learned":
            shapes["positions.weight"] = (config["maxLength"], D)

        def add(name, *shape):
            shapes[f"{name}.weight"], shapes[f"{name}.bias"] = shape, shape[:1]

        for stack in ("encoder", "decoder"):
            for i in range(config[f"{stack}Layers"]):
                layer = f"{stack}.layers.{i}"
                add(f"{layer}.self_attention.in", 3 * D, D)
                add(f"{layer}.self_attention.out", D, D)
                add(f"{layer}.self_attention_norm", D)
                if stack == "decoder":
                    add(f"{layer}.cross_attention.query", D, D)
                    add(f"{layer}.cross_attention.memory", 2 * D, D)
                    add(f"{layer}.cross_attention.out", D, D)
                    add(f"{layer}.cross_attention_norm", D)
                add(f"{layer}.feed_forward.in", inner, D)
                add(f"{layer}.feed_forward.out", D, inner)
                add(f"{layer}.feed_forward_norm", D)
            if config["norm"] == "pre":
                add(f"{stack}.norm", D)
        return shapes

    def hidden(self, source, target):
        """The decoder's last rows under teacher forcing, [B, T, D]."""
        memory = self.encode(self.with_positions("source", source.steps), source.mask())
        return self.decode(self.with_positions("target", self.decoder_input(target)), memory, source.mask())

    def with_positions(self, side, steps):
        rows = self.rows(side, steps)
        D, length = self.config["width"], steps.shape[1]
        if not self.config[f"{side}Features"]:
            rows = rows * math.sqrt(D)
        if self.config["positions"] == "learned":
            return rows + self.weights["positions.weight"][:length]
        angles = torch.arange(length, dtype=torch.float64)[:, None] / 10000 ** (torch.arange(0, D, 2, dtype=torch.float64) / D)
        return rows + torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1).to(self.dtype)  # sin and cos take turns

    def encode(self, x, source_mask):
        for i in range(self.config["encoderLayers"]):
            layer = f"encoder.layers.{i}"
            x = self.residual(x, f"{layer}.self_attention", lambda x: self.self_attention(x, layer, source_mask[:, None]))
            x = self.residual(x, f"{layer}.feed_forward", lambda x: self.feed_forward(x, layer))
        return layer_norm(x, self.weights, "encoder.norm") if self.config["norm"] == "pre" else x

    def decode(self, x, memory, source_mask):
        causal = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril()
        for i in range(self.config["decoderLayers"]):
            layer = f"decoder.layers.{i}"
            x = self.residual(x, f"{layer}.self_attention", lambda x: self.self_attention(x, layer, causal))
            x = self.residual(x, f"{layer}.cross_attention", lambda x: self.cross_attention(x, layer, memory, source_mask[:, None]))
            x = self.residual(x, f"{layer}.feed_forward", lambda x: self.feed_forward(x, layer))
        return layer_norm(x, self.weights, "decoder.norm") if self.config["norm"] == "pre" else x

    def residual(self, x, name, branch):
        if self.config["norm"] == "pre":
            return x + branch(layer_norm(x, self.weights, f"{name}_norm"))
        return layer_norm(x + branch(x), self.weights, f"{name}_norm")

    def self_attention(self, x, layer, mask):
        queries, keys, values = linear(x, self.weights, f"{layer}.self_attention.in").chunk(3, -1)
        return linear(self.attention(queries, keys, values, mask), self.weights, f"{layer}.self_attention.out")

    def cross_attention(self, x, layer, memory, mask):
        queries = linear(x, self.weights, f"{layer}.cross_attention.query")
        keys, values = linear(memory, self.weights, f"{layer}.cross_attention.memory").chunk(2, -1)
        return linear(self.attention(queries, keys, values, mask), self.weights, f"{layer}.cross_attention.out")

    def attention(self, queries, keys, values, mask):
        """softmax(Q·Kᵀ/√d)·V in each head; mask, True where a query may look, broadcasts to [B, T, S]."""

        def heads(x):  # [B, T, D] -> [B, heads, T, d]
            return x.unflatten(-1, (self.config["heads"], -1)).transpose(1, 2)

        queries, keys, values = heads(queries), heads(keys), heads(values)
        scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])
        mask = mask.expand(scores.shape[0], *mask.shape[-2:])[:, None]
        return (scores.masked_fill(~mask, -math.inf).softmax(-1) @ values).transpose(1, 2).flatten(-2)

    def feed_forward(self, x, layer):
        return linear(linear(x, self.weights, f"{layer}.feed_forward.in").relu(), self.weights, f"{layer}.feed_forward.out")


class RecurrentEncoderDecoder(EncoderDecoder):
    GATES = {"rnn": 1, "gru": 3, "lstm": 4}

    @classmethod
    def parameter_shapes(cls, config):
        E, H, A, gates = config["embeddingWidth"], config["hidden"], config["attentionUnits"], cls.GATES[config["cell"]]
        directions = ("forward", "backward") if config["bidirectional"] else ("forward",)
        M = H * len(directions)
        shapes = cls.ends(config, E, H)

        def add_cell(name, width):
            shapes[f"{name}.input.weight"], shapes[f"{name}.input.bias"] = (gates * H, width), (gates * H,)
            shapes[f"{name}.hidden.weight"], shapes[f"{name}.hidden.bias"] = (gates * H, H), (gates * H,)

        for i in range(config["layers"]):
            for direction in directions:
                add_cell(f"encoder.layers.{i}.{direction}", M if i else E)
        for i in range(config["layers"]):
            for part in ("state", "cell") if config["cell"] == "lstm" else ("state",):
                if config["bidirectional"]:
                    shapes[f"bridge.{i}.{part}.weight"], shapes[f"bridge.{i}.{part}.bias"] = (H, 2 * H), (H,)
        for i in range(config["layers"]):
            add_cell(f"decoder.layers.{i}", H if i else E + (H if config["inputFeeding"] else 0))
        if config["attention"] == "general":
            shapes["attention.memory.weight"] = (H, M)
        if config["attention"] == "additive":
            shapes |= {"attention.query.weight": (A, H), "attention.memory.weight": (A, M), "attention.energy.weight": (1, A)}
        if config["attention"] != "none":
            shapes["attention.combine.weight"] = (H, M + H)
        return shapes

    def hidden(self, source, target):
        """The rows that the output layer reads under teacher forcing, [B, T, H]."""
        memory, finals = self.encode(self.rows("source", source.steps), source.mask())
        return self.decode(self.rows("target", self.decoder_input(target)), self.bridge(finals), memory, source.mask())

    def cell(self, x, state, name):
        """One step of a layer: x [B, in] and the state, (h,) or (h, c), give the next state."""
        a, b = linear(x, self.weights, f"{name}.input"), linear(state[0], self.weights, f"{name}.hidden")
        if self.config["cell"] == "rnn":
            return (torch.tanh(a + b),)
        if self.config["cell"] == "gru":
            (ar, az, an), (br, bz, bn) = a.chunk(3, -1), b.chunk(3, -1)
            r, z = torch.sigmoid(ar + br), torch.sigmoid(az + bz)
            n = torch.tanh(an + r * bn)
            return ((1 - z) * n + z * state[0],)
        i, f, g, o = (a + b).chunk(4, -1)
        c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def zero_state(self, batch):
        zeros = torch.zeros(batch, self.config["hidden"], dtype=self.dtype)
        return (zeros, zeros) if self.config["cell"] == "lstm" else (zeros,)

    def encode(self, x, mask):
        """The memory [B, S, M] and, for each layer and direction, the final state. A step beyond a length keeps the state."""
        finals = []
        for i in range(self.config["layers"]):
            outputs, finals_of_layer = [], []
            for direction in ("forward", "backward") if self.config["bidirectional"] else ("forward",):
                state, rows = self.zero_state(len(x)), [None] * x.shape[1]
                for t in range(x.shape[1]) if direction == "forward" else reversed(range(x.shape[1])):
                    real = mask[:, t, None]
                    new = self.cell(x[:, t], state, f"encoder.layers.{i}.{direction}")
                    state = tuple(torch.where(real, after, before) for before, after in zip(state, new))
                    rows[t] = torch.where(real, state[0], torch.zeros_like(state[0]))
                outputs.append(torch.stack(rows, dim=1))
                finals_of_layer.append(state)
            x = torch.cat(outputs, dim=-1)
            finals.append(finals_of_layer)
        return x, finals

    def bridge(self, finals):
        """The decoder's first states: a tanh layer of both directions' final ones, or the one direction's as they are."""
        if not self.config["bidirectional"]:
            return [forward for forward, in finals]
        return [
            tuple(
                torch.tanh(linear(torch.cat(both, dim=-1), self.weights, f"bridge.{i}.{part}"))
                for part, both in zip(("state", "cell"), zip(forward, backward))
            )
            for i, (forward, backward) in enumerate(finals)
        ]

    def decode(self, x, states, memory, source_mask):
        outputs, output = [], torch.zeros(len(x), self.config["hidden"], dtype=self.dtype)
        states = list(states)
        for t in range(x.shape[1]):
            row = torch.cat([x[:, t], output], dim=-1) if self.config["inputFeeding"] else x[:, t]
            for i in range(self.config["layers"]):
                states[i] = self.cell(row, states[i], f"decoder.layers.{i}")
                row = states[i][0]
            output = row if self.config["attention"] == "none" else self.attend(row, memory, source_mask)
            outputs.append(output)
        return torch.stack(outputs, dim=1)

    def attend(self, h, memory, source_mask):
        """tanh(C·[c; h]) where c is the mean of the memory, weighted by the softmax of the scores of the real steps."""
        weights, kind = self.weights, self.config["attention"]
        if kind == "additive":
            keys = memory @ weights["attention.memory.weight"].T
            energy = torch.tanh((h @ weights["attention.query.weight"].T)[:, None] + keys)
            scores = energy @ weights["attention.energy.weight"][0]
        else:
            keys = memory @ weights["attention.memory.weight"].T if kind == "general" else memory
            scores = (keys @ h[:, :, None])[:, :, 0]
        probabilities = scores.masked_fill(~source_mask, -math.inf).softmax(-1)
        context = (probabilities[:, None] @ memory)[:, 0]
        return torch.tanh(torch.cat([context, h], dim=-1) @ weights["attention.combine.weight"].T)


MODELS = {"transformer": TransformerEncoderDecoder, "recurrent": RecurrentEncoderDecoder}
