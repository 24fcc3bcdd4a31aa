"""The architecture, as tests: imports point up the page, pure layers touch nothing, conductors stay short."""

import ast
from functools import cache
from pathlib import Path

import pytest

import earned

ROOT = Path(earned.__file__).parent
PURE = {"people", "text", "attribution", "measures", "verdicts", "worlds", "report"}
RIVER = (
    "errors model sample channels store people text attribution measures verdicts worlds work outbox reading sync listening "
    "study workspace check edition persons proving jobs worker counting desk scale"
).split()
MAY = {unit: set(RIVER[:place]) for place, unit in enumerate(RIVER)}
MAY |= {unit: MAY[unit] - {"channels", "store", "sample", "work"} for unit in PURE & set(RIVER)}
SURFACE = set(
    "reading listening study workspace check edition persons proving jobs worker counting desk scale model errors "
    "__version__".split()
)
MAY |= {
    "__main__": {"cli"},
    "sample": set(),
    "worlds": {"model", "errors"},
    "channels": {"model", "errors"},
    "outbox": {"channels", "model", "errors"},
    "store": {"model", "errors"},
    "settings": {"store"},
    "report": {"model", "errors"},
    "api": SURFACE,
    "mcp": SURFACE | {"api"},
    "cli": SURFACE | {"report", "web"},
    "web": SURFACE | {"report", "api"},
}
ONLY_IN = {
    "django": {"store", "web"},
    "ninja": {"web"},
    "duckdb": {"store", "scale"},
    "pyspark": {"scale"},
    "click": {"cli"},
    "rich": {"cli"},
    "httpx2": {"channels"},
    "websockets": {"channels"},
}
ONLY_IN |= dict.fromkeys(["os", "pathlib", "random", "socket", "subprocess", "time"], set(MAY) - PURE)
FORBIDDEN_CALLS = {"now", "today", "utcnow", "open", "print"}
CONDUCTORS = set(
    "reading sync listening study workspace check edition persons proving jobs worker counting desk scale".split()
)


@cache
def trees():
    return tuple(_trees())


def _trees():
    for path in sorted(ROOT.rglob("*.py")):
        file = path.relative_to(ROOT)
        yield file.as_posix(), file.with_suffix("").parts[0], ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports():
    return tuple(_imports())


def _imports():
    """(file, unit, dotted name) of every import, wherever it stands."""
    for file, unit, tree in trees():
        for node in ast.walk(tree):
            assert not getattr(node, "level", 0), f"{file}: write imports in full"
            before = [node.module] if isinstance(node, ast.ImportFrom) else []
            for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else []:
                yield file, unit, ".".join([*before, alias.name])


def wrong(file, unit, name):
    """What is wrong with an import; empty: nothing."""
    top, *inside = name.split(".")
    if top == "earned":
        allowed = MAY[unit] | {unit, "__version__"}
        return "" if inside[0] in allowed else f"{file}: {unit} may not import {inside[0]}"
    return "" if unit in ONLY_IN.get(top, {unit}) else f"{file}: {top} belongs in {sorted(ONLY_IN[top])}"


@pytest.mark.parametrize("unit", sorted({unit for _, unit, _ in trees()} - {"__init__"}))
def test_imports_point_up_the_page(unit):
    """One test a unit: thousands of them, one an import, took half a minute to collect and tell."""
    rows = sorted(row for row in imports() if row[1] == unit)

    assert [] == [fault for row in rows if (fault := wrong(*row))]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("measures/x.py", "measures", "earned.store.Store"), "measures/x.py: measures may not import store"),
        (("text/x.py", "text", "django.db"), "text/x.py: django belongs in ['store', 'web']"),
        (("verdicts/x.py", "verdicts", "os.path"), "verdicts/x.py: os belongs in"),
        (("store/x.py", "store", "earned.model.Post"), ""),
    ],
)
def test_an_import_that_points_down_is_a_fault(row, fault):
    assert wrong(*row).startswith(fault)
    assert bool(wrong(*row)) == bool(fault)


def test_pure_layers_ask_no_clock_and_open_no_file():
    called = [
        f"{file}:{node.lineno} {name}"
        for file, unit, tree in trees()
        if unit in PURE
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for name in [getattr(node.func, "id", getattr(node.func, "attr", ""))]
        if name in FORBIDDEN_CALLS
    ]

    assert [] == called


def test_no_function_of_a_conductor_has_twenty_lines():
    long = []
    for file, unit, tree in trees():
        for node in ast.walk(tree) if unit in CONDUCTORS else []:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = sum(stop - start + 1 for start, stop in [(x.lineno, x.end_lineno) for x in body])
                long += [f"{file}:{node.lineno} {node.name} has {lines}"] if lines >= 20 else []

    assert [] == long


def test_no_module_is_called_utils_and_none_is_longer_than_400_lines():
    files = [path for path in ROOT.rglob("*.py") if "migrations" not in path.parts]

    assert [] == [path.name for path in files if path.stem in {"utils", "common", "core", "helpers", "misc"}]
    assert [] == [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400]
