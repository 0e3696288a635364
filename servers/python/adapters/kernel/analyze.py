"""Reads Python source on standard input and writes its structure and complexity as JSON. Nothing of it is run."""

import ast
import json
import sys

BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.With, ast.AsyncWith, ast.Assert)


def complexity(node: ast.AST) -> int:
    """Cyclomatic complexity (McCabe, 1976): one, and one more for every branch."""
    total = 1
    for child in ast.walk(node):
        if isinstance(child, BRANCHES) and not isinstance(child, (ast.With, ast.AsyncWith)):
            total += 1
        elif isinstance(child, ast.BoolOp):
            total += len(child.values) - 1
        elif isinstance(child, ast.comprehension):
            total += 1 + len(child.ifs)
        elif isinstance(child, ast.match_case):
            total += 1
    return total


def entry(node, kind: str, prefix: str) -> dict:
    arguments = [] if kind == "class" else [argument.arg for argument in node.args.args]
    return {
        "kind": kind,
        "name": prefix + node.name,
        "line": node.lineno,
        "lines": (node.end_lineno or node.lineno) - node.lineno + 1,
        "arguments": arguments,
        "complexity": complexity(node),
        "documented": ast.get_docstring(node) is not None,
    }


def walk(body, prefix: str = "") -> list:
    found = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(entry(node, "method" if prefix else "function", prefix))
        elif isinstance(node, ast.ClassDef):
            found.append(entry(node, "class", prefix))
            found.extend(walk(node.body, f"{prefix}{node.name}."))
    return found


def imports(tree: ast.AST) -> list:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return sorted(names)


source = sys.stdin.read()
try:
    tree = ast.parse(source)
    report = {"definitions": walk(tree.body), "imports": imports(tree), "lines": len(source.splitlines())}
except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
    report = {
        "error": {
            "message": getattr(error, "msg", None) or str(error) or type(error).__name__,
            "line": getattr(error, "lineno", None),
            "column": getattr(error, "offset", None),
        },
        "definitions": [],
        "imports": [],
        "lines": len(source.splitlines()),
    }
json.dump(report, sys.stdout)
