"""House numbers: guidance printed in review, with bounds that a god module would break."""

import ast
import statistics
from pathlib import Path

import earned

ROOT = Path(earned.__file__).parent


def lengths():
    for path in ROOT.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                yield f"{path.name}:{node.name}", sum(x.end_lineno - x.lineno + 1 for x in body)


def test_functions_stay_small():
    sizes = dict(lengths())

    assert statistics.median(sizes.values()) <= 8
    assert statistics.quantiles(sizes.values(), n=10)[-1] <= 25
    assert {} == {name: size for name, size in sizes.items() if size > 60}


def test_every_module_says_what_it_is():
    silent = [
        p.name
        for p in ROOT.rglob("*.py")
        if "migrations" not in p.parts and p.read_text() and not ast.get_docstring(ast.parse(p.read_text()))
    ]

    assert [] == silent
