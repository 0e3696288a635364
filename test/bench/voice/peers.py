"""Other engines on the same weights and recordings.

`peers.py ENGINE MODEL FOLDER THREADS ROUNDS WAV...`: MODEL is the folder of a Whisper model in the sherpa-onnx layout,
FOLDER an empty one for what is made of it. Writes a line of JSON: {"decodes": [{"text", "ms"}], "residentBytes"}.
"""

import json
import os
import sys
import time
import wave

import numpy as np
import whisper_formats
import whisper_weights


def faster_whisper(model, folder, threads):
    from faster_whisper import WhisperModel

    converted = os.path.join(folder, "ctranslate2")
    whisper_formats.write_ctranslate2(*whisper_weights.read(model), converted)
    engine = WhisperModel(converted, device="cpu", compute_type="int8", cpu_threads=threads)

    def transcribe(sound):
        segments, _ = engine.transcribe(sound, language="en", beam_size=1, without_timestamps=True)
        return " ".join(segment.text for segment in segments)

    return transcribe


def whisper_cpp(model, folder, threads):
    from faster_whisper.feature_extractor import FeatureExtractor
    from pywhispercpp.model import Model

    path = os.path.join(folder, "ggml.bin")
    whisper_formats.write_ggml(*whisper_weights.read(model), FeatureExtractor().mel_filters, path)
    engine = Model(path, n_threads=threads, language="en", no_timestamps=True, redirect_whispercpp_logs_to=None)
    return lambda sound: " ".join(segment.text for segment in engine.transcribe(sound))


def sound_of(path):
    with wave.open(path) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype("float32") / 32768


def resident_bytes():
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def main(engine, model, folder, threads, rounds, *paths):
    transcribe = {"faster-whisper": faster_whisper, "whisper.cpp": whisper_cpp}[engine](model, folder, int(threads))
    sounds = [sound_of(path) for path in paths]
    for sound in sounds:
        transcribe(sound)
    decodes = []
    for sound in sounds * int(rounds):
        began = time.perf_counter()
        text = transcribe(sound)
        decodes.append({"text": text, "ms": (time.perf_counter() - began) * 1000})
    print(json.dumps({"decodes": decodes, "residentBytes": resident_bytes()}))


main(*sys.argv[1:])
