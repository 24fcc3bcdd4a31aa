"""Point of view or pitch: AUC on texts the model never saw (own test set; FTD where EARNED_DATA has it)."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from earned.work import load_pitch

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("EARNED_DATA", ROOT.parent / "shared" / "data"))


def own() -> tuple[list[str], list[int]]:
    """The technology texts kept apart from training."""
    rows = [json.loads(line) for line in (ROOT / "sample/pov/test.jsonl").read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows], [row["pov"] for row in rows]


def ftd(path: Path) -> tuple[list[str], list[int]]:
    """Web texts labelled argument or promotion by people, cut to 1,500 characters. They judge, they never train."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["labels"].get("intent") in ("argument", "promotion")]
    return [row["text"][:1500] for row in rows], [int(row["labels"]["intent"] == "argument") for row in rows]


def measured() -> dict[str, tuple[int, float, float]]:
    """Name of a set -> its size, AUC, and how often the likelier kind is right."""
    model, embedder = load_pitch()
    sets = {"own technology test set": own()}
    if (DATA / "ftd_genres_english.jsonl.gz").exists():
        sets["FTD argument against promotion"] = ftd(DATA / "ftd_genres_english.jsonl.gz")
    found = {}
    for name, (texts, kind) in sets.items():
        value = model.point_of_view(texts, embedder)
        right = float(((value > 0.5) == np.array(kind)).mean())
        found[name] = len(texts), float(roc_auc_score(kind, value)), right
    return found


if __name__ == "__main__":
    for name, (size, auc, right) in measured().items():
        print(f"{name:32} {size:5} texts  AUC {auc:.3f}  right {right:.3f}")
