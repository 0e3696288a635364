"""The weights of a Whisper model in the sherpa-onnx layout, read back for other engines.

`read(folder)` gives `(weights, tokens)`: float32 arrays by OpenAI's parameter names (dequantised: real = (q - zero
point) x scale; linear layers as (out, in)), and the vocabulary's byte strings by id. The exporter keeps the names of
norms and embeddings; what it renames (linear layers, convolutions, biases) follows the order of the layers.
"""

import base64
import glob
import os

import onnx
from onnx import numpy_helper

ENCODER_BLOCK = ["attn.query", "attn.key", "attn.value", "attn.out", "mlp.0", "mlp.2"]
DECODER_BLOCK = [*ENCODER_BLOCK[:4], "cross_attn.query", "cross_attn.out", *ENCODER_BLOCK[4:]]


def read(folder):
    encoder, decoder = (_initializers(folder, part) for part in ("encoder", "decoder"))
    weights = {}
    for prefix, given in (("encoder", encoder), ("decoder", decoder)):
        for name, value in given.items():
            if not name.startswith("onnx::") and "_quantized" not in name:
                weights[f"{prefix}.{name.split('.', 1)[1]}"] = value
    layers = sum(name.endswith(".mlp_ln.bias") for name in weights if name.startswith("encoder."))
    convolutions = [value for name, value in encoder.items() if name.startswith("onnx::Conv")]
    for name, value in zip(["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"], convolutions, strict=True):
        weights[f"encoder.{name}"] = value
    in_order = [f"encoder.blocks.{i}.{part}" for i in range(layers) for part in ENCODER_BLOCK]
    # The encoder's file also prepares what the decoder attends to.
    in_order += [f"decoder.blocks.{i}.cross_attn.{part}" for i in range(layers) for part in ("key", "value")]
    _linear(weights, encoder, in_order)
    _linear(weights, decoder, [f"decoder.blocks.{i}.{part}" for i in range(layers) for part in DECODER_BLOCK])
    return weights, _tokens(folder)


def _initializers(folder, part):
    [path] = glob.glob(os.path.join(folder, f"*-{part}.int8.onnx"))
    return {tensor.name: numpy_helper.to_array(tensor).copy() for tensor in onnx.load(path).graph.initializer}


def _linear(weights, given, names):
    quantised = [name.removesuffix("_quantized") for name in given if name.endswith("_quantized")]
    biases = iter([value for name, value in given.items() if name.startswith("onnx::Add")])
    for name, stem in zip(names, quantised, strict=True):
        value = given[f"{stem}_quantized"].astype("float32") - given[f"{stem}_zero_point"].astype("float32")
        weights[f"{name}.weight"] = (value * given[f"{stem}_scale"]).T
        # Whisper's keys have no bias.
        if not name.endswith(".key"):
            weights[f"{name}.bias"] = next(biases)


def _tokens(folder):
    [path] = glob.glob(os.path.join(folder, "*-tokens.txt"))
    with open(path, encoding="utf-8") as file:
        return [base64.b64decode(line.split()[0]) for line in file if line.strip()]
