"""The models of tests/Golden/models: together they reach every branch of both families."""

TRANSFORMER = {
    "model": "transformer", "width": 8, "feedForward": 12, "heads": 2, "encoderLayers": 1, "decoderLayers": 1,
    "norm": "pre", "positions": "sinusoidal", "maxLength": 0,
}
RECURRENT = {
    "model": "recurrent", "cell": "lstm", "bidirectional": False, "layers": 1, "embeddingWidth": 6, "hidden": 5,
    "attention": "none", "attentionUnits": 0, "inputFeeding": False,
}
ENDS = {
    "sourceVocabulary": 13, "sourceFeatures": 0, "targetVocabulary": 11, "targetFeatures": 0, "embeddings": "separate",
    "loss": "cross-entropy", "labelSmoothing": 0.0, "huberDelta": 0.0,
}
TO_FEATURES = {"targetVocabulary": 0, "targetFeatures": 3}
FROM_FEATURES = {"sourceVocabulary": 0, "sourceFeatures": 4}
SHARED = {"embeddings": "shared", "sourceVocabulary": 12, "targetVocabulary": 12}
# Epsilon is large because PyTorch's 1e-8 turns the rounding error of a gradient that is exactly 0 (the bias of keys) into a full step.
SGD = {"optimizer": "sgd", "learningRate": 0.1, "momentum": 0.9}
ADAM = {"optimizer": "adam", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.98, "epsilon": 1e-3, "weightDecay": 0.0}
ADAMW = ADAM | {"optimizer": "adamw", "weightDecay": 0.1}
NO_CLIP, CLIP, CLIP_MORE = {"clip": 0.0}, {"clip": 1.0}, {"clip": 0.3}  # 0 does not clip; the gradients of recurrent models are smaller
TRANSFORMERS = {
    "transformer-pre": ({"encoderLayers": 2, "decoderLayers": 2}, ADAM | CLIP),
    "transformer-post-tied": ({"norm": "post", "decoderLayers": 2, "embeddings": "tied", "labelSmoothing": 0.1}, ADAMW | CLIP),
    "transformer-pre-shared-learned": (
        SHARED | {"encoderLayers": 2, "heads": 4, "positions": "learned", "maxLength": 9, "labelSmoothing": 0.2}, SGD | NO_CLIP),
    "transformer-post-from-features": (FROM_FEATURES | {"norm": "post", "encoderLayers": 2}, ADAM | NO_CLIP),
    "transformer-pre-to-features-mse": (TO_FEATURES | {"loss": "mse"}, SGD | CLIP),
    "transformer-post-features-mae": (FROM_FEATURES | TO_FEATURES | {"norm": "post", "heads": 1, "loss": "mae"}, ADAMW | NO_CLIP),
    "transformer-pre-features-learned-huber": (
        FROM_FEATURES | TO_FEATURES | {"positions": "learned", "maxLength": 8, "loss": "huber", "huberDelta": 0.7}, ADAM | CLIP),
}
BOTH_WAYS, TWO_LAYERS = {"bidirectional": True}, {"layers": 2}
ADDITIVE = {"attention": "additive", "attentionUnits": 7}
RECURRENTS = {
    "rnn": ({"cell": "rnn"}, SGD | CLIP_MORE),
    "rnn-both-ways-2-general-feeding": (
        BOTH_WAYS | TWO_LAYERS | {"cell": "rnn", "attention": "general", "inputFeeding": True, "labelSmoothing": 0.1}, ADAM | CLIP_MORE),
    "gru-2-dot": (TWO_LAYERS | {"cell": "gru", "attention": "dot"}, ADAMW | CLIP_MORE),
    "gru-both-ways-shared-additive": (
        BOTH_WAYS | SHARED | ADDITIVE | {"cell": "gru", "hidden": 6, "labelSmoothing": 0.1}, SGD | CLIP_MORE),
    "gru-both-ways-from-features": (BOTH_WAYS | FROM_FEATURES | {"cell": "gru"}, ADAM | NO_CLIP),
    "gru-additive-feeding-to-features-huber": (
        ADDITIVE | TO_FEATURES | {"cell": "gru", "inputFeeding": True, "loss": "huber", "huberDelta": 0.5}, ADAM | CLIP_MORE),
    "lstm-tied-dot-feeding": ({"embeddings": "tied", "hidden": 6, "attention": "dot", "inputFeeding": True}, ADAM | CLIP_MORE),
    "lstm-both-ways-tied-general": (BOTH_WAYS | {"embeddings": "tied", "hidden": 6, "attention": "general"}, SGD | NO_CLIP),
    "lstm-both-ways-2-additive-feeding": (
        BOTH_WAYS | TWO_LAYERS | ADDITIVE | {"inputFeeding": True, "labelSmoothing": 0.1}, ADAMW | CLIP_MORE),
    "lstm-2-features-mse": (TWO_LAYERS | FROM_FEATURES | TO_FEATURES | {"loss": "mse"}, ADAM | CLIP_MORE),
}
CONFIGURATIONS = {
    name: (ENDS | family | model, training)
    for family, models in ((TRANSFORMER, TRANSFORMERS), (RECURRENT, RECURRENTS))
    for name, (model, training) in models.items()
}
