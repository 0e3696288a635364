"""Writes Whisper weights (see whisper_weights.py) in the formats of CTranslate2 and of whisper.cpp."""

import os
import struct

import numpy as np

# Heads of 64 numbers in every Whisper model.
HEAD = 64
LANGUAGES = 99
SPECIAL_AFTER_LANGUAGES = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]


def layers_of(weights, part):
    return sum(name.startswith(f"{part}.") and name.endswith(".mlp_ln.bias") for name in weights)


def write_ctranslate2(weights, tokens, folder):
    """A model folder of faster-whisper: model.bin, vocabulary.json, config.json, tokenizer.json."""
    from ctranslate2.specs import whisper_spec

    heads = weights["encoder.positional_embedding"].shape[1] // HEAD
    layers = {part: layers_of(weights, part) for part in ("encoder", "decoder")}
    spec = whisper_spec.WhisperSpec(layers["encoder"], heads, layers["decoder"], heads)

    def norm(target, name):
        target.gamma, target.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def linear(target, *names):
        target.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
        zeros = [np.zeros(weights[f"{name}.weight"].shape[0], "float32") for name in names]
        target.bias = np.concatenate([weights.get(f"{name}.bias", zero) for name, zero in zip(names, zeros)])

    for part, target, last in (("encoder", spec.encoder, "ln_post"), ("decoder", spec.decoder, "ln")):
        target.position_encodings.encodings = weights[f"{part}.positional_embedding"]
        norm(target.layer_norm, f"{part}.{last}")
        for i, layer in enumerate(target.layer):
            block = f"{part}.blocks.{i}"
            norm(layer.self_attention.layer_norm, f"{block}.attn_ln")
            linear(layer.self_attention.linear[0], *(f"{block}.attn.{one}" for one in ("query", "key", "value")))
            linear(layer.self_attention.linear[1], f"{block}.attn.out")
            norm(layer.ffn.layer_norm, f"{block}.mlp_ln")
            linear(layer.ffn.linear_0, f"{block}.mlp.0")
            linear(layer.ffn.linear_1, f"{block}.mlp.2")
            if part == "decoder":
                norm(layer.attention.layer_norm, f"{block}.cross_attn_ln")
                linear(layer.attention.linear[0], f"{block}.cross_attn.query")
                linear(layer.attention.linear[1], f"{block}.cross_attn.key", f"{block}.cross_attn.value")
                linear(layer.attention.linear[2], f"{block}.cross_attn.out")
    for number, target in ((1, spec.encoder.conv1), (2, spec.encoder.conv2)):
        target.weight, target.bias = weights[f"encoder.conv{number}.weight"], weights[f"encoder.conv{number}.bias"]
    embedding = weights["decoder.token_embedding.weight"]
    spec.decoder.embeddings.weight = embedding
    spec.decoder.projection.weight = embedding

    tokenizer = _tokenizer(tokens)
    named = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
    spec.register_vocabulary(named + [f"<|{i * 0.02:.2f}|>" for i in range(len(embedding) - len(named))])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokens.index(b" "), len(tokens)]
    spec.config.alignment_heads = [(layers["decoder"] - 1, head) for head in range(heads)]
    spec.config.lang_ids = []
    spec.validate()
    spec.optimize(quantization="int8")
    os.makedirs(folder, exist_ok=True)
    spec.save(folder)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))


def _tokenizer(tokens):
    """Byte-pair encoding as GPT-2 has it. A token's parts are those its own bytes merge into by lower ids."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    ids = {token: i for i, token in enumerate(tokens)}
    names = _byte_names()
    name = lambda token: "".join(names[byte] for byte in token)
    merges = [tuple(name(part) for part in _parts(token, ids)) for token in tokens if len(token) > 1]
    tokenizer = Tokenizer(models.BPE(vocab={name(token): i for token, i in ids.items()}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["endoftext", "startoftranscript", *(f"language{i}" for i in range(LANGUAGES)), *SPECIAL_AFTER_LANGUAGES]
    tokenizer.add_special_tokens([AddedToken(f"<|{one}|>", special=True) for one in special])
    return tokenizer


def _byte_names():
    """GPT-2 shows each byte as one visible character: itself where it is one, else from U+0100 on."""
    shown = {*range(33, 127), *range(161, 173), *range(174, 256)}
    hidden = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte if byte in shown else 256 + hidden.index(byte)) for byte in range(256)}


def _parts(token, ids):
    parts = [token[i : i + 1] for i in range(len(token))]
    while len(parts) > 2:
        ranks = [ids.get(parts[i] + parts[i + 1], len(ids)) for i in range(len(parts) - 1)]
        at = ranks.index(min(ranks))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts


def write_ggml(weights, tokens, filters, path):
    """whisper.cpp's own file, matrices in half precision. `filters`: the mel filters, (bands, 201)."""
    audio_ctx, state = weights["encoder.positional_embedding"].shape
    text_ctx, text_state = weights["decoder.positional_embedding"].shape
    vocabulary = len(weights["decoder.token_embedding.weight"])
    encoder, decoder = layers_of(weights, "encoder"), layers_of(weights, "decoder")
    half = 1
    with open(path, "wb") as file:
        number = lambda *values: file.write(struct.pack(f"<{len(values)}i", *values))
        number(0x67676D6C, vocabulary, audio_ctx, state, state // HEAD, encoder)
        number(text_ctx, text_state, text_state // HEAD, decoder, len(filters), half)
        number(*filters.shape)
        file.write(filters.astype("<f4").tobytes())
        number(len(tokens))
        for token in tokens:
            number(len(token))
            file.write(token)
        for name, value in weights.items():
            if name.startswith("encoder.conv") and name.endswith(".bias"):
                value = value[:, None]
            full = value.ndim < 2 or name.endswith((".bias", ".positional_embedding"))
            encoded = name.encode()
            number(value.ndim, len(encoded), 0 if full else half, *reversed(value.shape))
            file.write(encoded)
            file.write(np.ascontiguousarray(value, "<f4" if full else "<f2").tobytes())
