"""A stateful Python session driven over JSON lines.

Requests come on standard input: {"id", "code", "mark"} runs a cell, {"interrupt": true} raises KeyboardInterrupt in it.
Answers go to file descriptor 3: {"ready"}, {"display", "id"}, {"done", "id", "ok", "error", "result"}. What the cell
prints goes to the real standard output and error; `mark` is written to both at the end of a cell, so that the reader
knows it has all of it.
"""

import ast
import base64
import io
import itertools
import json
import linecache
import os
import queue
import signal
import sys
import threading
import traceback

MAX_ROWS = 200
MAX_REPR = 20_000

answers = os.fdopen(3, "w", buffering=1)
requests: "queue.Queue[dict | None]" = queue.Queue()
source = os.fdopen(os.dup(0), "r")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
sys.stdout.reconfigure(line_buffering=False, errors="replace")
sys.stderr.reconfigure(errors="replace")
namespace: dict = {"__name__": "__main__", "__builtins__": __builtins__}
running = threading.Event()
numbers = itertools.count(1)


def give_way() -> None:
    """Comes after everything else on this machine: for the processors, and as the first to go when memory runs out."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
    except OSError:
        pass


def answer(message: dict) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def listen() -> None:
    for line in source:
        request = json.loads(line)
        if request.get("interrupt"):
            if running.is_set():
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        else:
            requests.put(request)
    requests.put(None)


def table(value) -> "dict | None":
    """A pandas DataFrame or Series as columns and rows."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, (pandas.DataFrame, pandas.Series)):
        return None
    frame = value.to_frame() if isinstance(value, pandas.Series) else value
    shown = frame.head(MAX_ROWS)
    named = not isinstance(shown.index, pandas.RangeIndex)
    if named:
        shown = shown.reset_index()
    return {
        "columns": [str(column) for column in shown.columns],
        "rows": json.loads(shown.to_json(orient="values", date_format="iso", default_handler=str)),
        "total": len(frame),
    }


def figures(cell: str) -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        png = io.BytesIO()
        pyplot.figure(number).savefig(png, format="png", dpi=110, bbox_inches="tight")
        show(cell, png.getvalue())
    pyplot.close("all")


def show(cell: str, png: bytes) -> None:
    answer({"display": {"mimeType": "image/png", "data": base64.b64encode(png).decode()}, "id": cell})


def describe(cell: str, value) -> "dict | None":
    if value is None:
        return None
    namespace["_"] = value
    as_png = getattr(value, "_repr_png_", None)
    if callable(as_png):
        png = as_png()
        if isinstance(png, bytes):
            show(cell, png)
    text = repr(value)
    result = {"text": text if len(text) <= MAX_REPR else text[:MAX_REPR] + "…"}
    rows = table(value)
    if rows is not None:
        result["table"] = rows
    return result


def explain(error: BaseException, name: str) -> dict:
    """The error with the frames of the cell alone, the kernel's own left out."""
    if isinstance(error, KeyboardInterrupt):
        return {"type": "Interrupted", "message": "The code was interrupted.", "traceback": ""}
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    in_cell = isinstance(error, SyntaxError) and error.filename == name
    lines = traceback.format_exception(type(error), error, None if in_cell else frames)
    line = error.lineno if in_cell else None
    for frame in traceback.extract_tb(frames):
        if frame.filename == name:
            line = frame.lineno
    said = error.msg if in_cell else str(error)
    return {
        "type": type(error).__name__,
        "message": said[:2000],
        "line": line,
        "traceback": "".join(lines)[-MAX_REPR:],
    }


def run(request: dict) -> None:
    cell, code = request["id"], request["code"]
    name = f"<cell {next(numbers)}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    outcome: dict = {"done": True, "id": cell, "ok": True}
    try:
        running.set()
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
            outcome["result"] = describe(cell, value)
        figures(cell)
    except SystemExit as error:
        outcome.update(ok=error.code in (None, 0), error={"type": "SystemExit", "message": f"exit({error.code})", "traceback": ""})
    except BaseException as error:
        outcome.update(ok=False, error=explain(error, name))
    finally:
        running.clear()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    for descriptor in (1, 2):
        os.write(descriptor, request["mark"].encode())
    answer(outcome)


give_way()
signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ.setdefault("MPLBACKEND", "agg")
threading.Thread(target=listen, daemon=True).start()
answer({"ready": True, "python": sys.version.split()[0]})
while True:
    try:
        request = requests.get()
        if request is None:
            break
        run(request)
    except KeyboardInterrupt:
        continue
os._exit(0)
