"""Reads a table of data, draws it and says what is in it.

Runs as a cell of a session, which keeps the data as `df`. Every name begins with an underscore, so that none of the
session's own is taken. What it prints is, a line each, how far it is ("40 Reading the data", of 100), and last the summary
as JSON.
"""

import io as _io
import json as _json
import os as _os
import re as _re

import matplotlib.pyplot as _plt
import numpy as _np
import pandas as _pd

# Points of a line that can still be told apart; more are averaged.
_MOST_POINTS = 1_000
_MEASURES = {
    "average": "mean", "mean": "mean", "highest": "max", "maximum": "max", "largest": "max", "most": "max",
    "lowest": "min", "minimum": "min", "smallest": "min", "least": "min", "total": "sum", "sum": "sum", "median": "median",
}
_EXTREMES = ("max", "min")
_MEASURE_NAMES = {"mean": "average", "max": "highest", "min": "lowest", "sum": "total", "median": "median"}


def _step(percent, what):
    print(int(percent), what, flush=True)


class _Counted(_io.FileIO):
    """A file that tells how much of it was read; reading is the first half of the work."""

    def __init__(self, path):
        super().__init__(path)
        self.size = max(1, _os.path.getsize(path))
        self.told = 0

    def readinto(self, buffer):
        count = super().readinto(buffer)
        percent = 50 * self.tell() // self.size
        if percent >= self.told + 5:
            self.told = percent
            _step(percent, "Reading the data")
        return count


def _read_text_table(path, extension):
    """CSV as it comes: by its own separator, decimal comma and encoding."""
    with open(path, "rb") as file:
        head = file.read(65_536)
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    sample = head.decode(encoding, errors="replace")
    first = _re.sub(r'"[^"]*"', "", sample.split("\n", 1)[0])
    separator = "\t" if extension == ".tsv" else max(",;\t|", key=first.count)
    options = {"sep": separator}
    if separator == ";" and _re.search(r"(^|;)\s*-?[\d.]*\d,\d+\s*(;|$)", sample, _re.MULTILINE):
        options.update(decimal=",", thousands=".")
    for candidate in (encoding, "cp1252", "latin-1"):
        try:
            with _io.BufferedReader(_Counted(path), 1 << 20) as file:
                return _pd.read_csv(file, encoding=candidate, **options)
        except UnicodeError:
            continue
    raise ValueError("its letters are in no encoding that is known")


def _read_json(path):
    """A list of objects, an object of columns, or either inside an object; else one object a line."""
    with open(path, encoding="utf-8-sig") as file:
        try:
            data = _json.load(file)
        except _json.JSONDecodeError as error:
            if error.msg != "Extra data":
                raise
            return _pd.read_json(path, lines=True)
    if isinstance(data, dict):
        tables = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if len(tables) == 1:
            return _pd.json_normalize(tables[0])
        if data and all(isinstance(value, (list, dict)) for value in data.values()):
            return _pd.DataFrame(data)
    return _pd.json_normalize(data) if not isinstance(data, list) or all(isinstance(row, dict) for row in data) else _pd.DataFrame(data)


def _read_excel(path, question):
    with _pd.ExcelFile(path) as book:
        sheet = next((name for name in book.sheet_names if name.lower() in question), book.sheet_names[0])
        return book.parse(sheet)


def _read_table(path, extension, question):
    if extension in (".csv", ".tsv"):
        return _read_text_table(path, extension)
    if extension == ".json":
        return _read_json(path)
    if extension == ".jsonl":
        return _pd.read_json(path, lines=True)
    if extension == ".parquet":
        return _pd.read_parquet(path)
    return _read_excel(path, question)


def _is_number(column):
    return _pd.api.types.is_numeric_dtype(column) and not _pd.api.types.is_bool_dtype(column)


def _find_dates(table):
    """Texts that are dates become dates; whether they are is judged by the first thousand."""
    for name in table.columns:
        column = table[name]
        if not (column.dtype == object or _pd.api.types.is_string_dtype(column)):
            continue
        some = column.dropna().head(1_000)
        if len(some) == 0 or some.astype(str).str.contains(r"\d{4}-\d\d").mean() <= 0.9:
            continue
        dates = _pd.to_datetime(column, errors="coerce", format="mixed")
        if dates.notna().mean() > 0.9 * column.notna().mean():
            table[name] = dates


def _comparable(table):
    """The same with lists and objects as text, which can be counted."""
    nested = [name for name in table.columns if table[name].dropna().head(100).map(lambda value: isinstance(value, (list, dict))).any()]
    return table.assign(**{name: table[name].astype(str) for name in nested}) if nested else table


def _statistics_of(table):
    """How many different values each column has, and what there is to say of it, a row each."""
    distinct, rows = {}, {}
    for at, name in enumerate(table.columns):
        _step(50 + 30 * at // len(table.columns), f"Looking at {name}")
        column = table[name]
        if _is_number(column) or _pd.api.types.is_datetime64_any_dtype(column):
            distinct[name] = int(column.nunique())
            rows[name] = column.describe().to_dict()
        else:
            counts = column.value_counts()
            distinct[name] = len(counts)
            rows[name] = {"count": int(column.count()), "unique": len(counts)}
            if len(counts):
                rows[name].update(top=counts.index[0], freq=int(counts.iloc[0]))
    measures = ["count", "unique", "top", "freq", "mean", "std", "min", "25%", "50%", "75%", "max"]
    known = [measure for measure in measures if any(measure in row for row in rows.values())]
    return distinct, _pd.DataFrame([[row.get(measure) for measure in known] for row in rows.values()], index=list(rows), columns=known)


def _measures_in(question):
    """The extreme ("highest") and the other measure ("total") that a question names, each None where it names none."""
    named = [_MEASURES[word] for word in _re.findall(r"\w+", question) if word in _MEASURES]
    extreme = next((measure for measure in named if measure in _EXTREMES), None)
    return extreme, next((measure for measure in named if measure not in _EXTREMES), None)


def _answer_of_groups(values, group, name, extreme, measure):
    """`values` is the measure of each group: "which region has the highest total amount", "total amount by region"."""
    what = f"{_MEASURE_NAMES[measure]} {name}"
    if extreme:
        best = getattr(values, "idx" + extreme)()
        return f"{best} has the {_MEASURE_NAMES[extreme]} {what}, {values[best]:,.6g}."
    top = values.sort_values(ascending=False).head(3)
    listed = ", ".join(f"{key} {value:,.6g}" for key, value in top.items())
    return f"The {what} by {group}: {listed}{' and more' if len(values) > len(top) else ''}."


def _answer(table, numeric, label, group, extreme, measure):
    if numeric and group is not None and measure:
        values = table.groupby(group)[numeric[0]].agg(measure).dropna()
        if len(values):
            return _answer_of_groups(values, group, numeric[0], extreme, measure)
    measure = measure or extreme
    if numeric and measure:
        value = getattr(table[numeric[0]], measure)()
        said = f"The {_MEASURE_NAMES[measure]} {numeric[0]} is {value:,.6g}"
        if measure in ("max", "min") and label is not None:
            said += f", for {table.loc[getattr(table[numeric[0]], 'idx' + measure)(), label]}"
        return said + "."
    rows, columns = table.shape
    said = f"{rows:,} row{'' if rows == 1 else 's'} and {columns} column{'' if columns == 1 else 's'}"
    if numeric and table[numeric[0]].notna().any():
        column = table[numeric[0]]
        said += f". {numeric[0]} goes from {column.min():,.6g} to {column.max():,.6g}, {column.mean():,.6g} on average"
    return said + "."


def _draw(table, numeric, when, label, measure):
    if len(table) == 0 or len(table.columns) == 0:
        return
    _, axes = _plt.subplots(figsize=(8, 4.5))
    if numeric and when is not None:
        times = table[when]
        if len(table) > _MOST_POINTS:
            part = max(1, int((times.max() - times.min()).total_seconds() / _MOST_POINTS))
            times = times.dt.floor(f"{part}s")
        table[numeric[:4]].groupby(times).mean().plot(ax=axes)
    elif numeric and label is not None:
        groups = table.groupby(label)[numeric[0]].agg(measure or "mean")
        groups.sort_values(ascending=False).head(20).plot.bar(ax=axes, ylabel=str(numeric[0]))
    elif len(numeric) == 1:
        table[numeric[0]].plot.hist(bins=30, ax=axes, xlabel=str(numeric[0]))
    elif numeric:
        parts = _np.arange(len(table)) * _MOST_POINTS // max(_MOST_POINTS, len(table))
        lines = table[numeric[:4]]
        (lines.groupby(parts).mean() if len(table) > _MOST_POINTS else lines).plot(ax=axes)
    else:
        counts = table[label if label is not None else table.columns[0]].value_counts().head(20)
        counts.rename(index=str).plot.bar(ax=axes)


def _summarize(path, extension, question):
    """Gives the data and its statistics."""
    question = question.lower()
    _step(0, "Reading the data")
    table = _read_table(path, extension, question)
    _step(50, "Looking at its columns")
    _find_dates(table)
    known = _comparable(table)
    distinct, statistics = _statistics_of(known)
    asked = [name for name in table.columns if str(name).lower().replace("_", " ") in question.replace("_", " ")]
    extreme, measure = _measures_in(question)
    numbers = [name for name in table.columns if _is_number(table[name])]
    numeric = [name for name in numbers if name in asked] or (numbers if extreme or measure or not asked else [])
    when = next((name for name in table.columns if _pd.api.types.is_datetime64_any_dtype(table[name])), None)
    label = next(
        (name for name in (asked + list(table.columns)) if name not in numeric and name != when and 1 < distinct[name] <= 30),
        None,
    )
    answer = _answer(known, numeric, label, label if label in asked else None, extreme, measure)
    _step(80, "Drawing it")
    _draw(known, numeric, when, label, measure or extreme)
    columns = [
        {"name": str(name), "type": str(table[name].dtype), "missing": int(table[name].isna().sum()), "distinct": distinct[name]}
        for name in table.columns
    ]
    print(_json.dumps({"rows": len(table), "columns": columns, "answer": answer}))
    return table, statistics
