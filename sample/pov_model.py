"""Build src/earned/store/pitch.npz from the texts in sample/pov: logistic regression on cues, words and static vectors.

Long texts are learned from short ones by joining a few of one kind. Nothing else is ever shown to the model.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from earned.store.weights import load_embedder_files
from earned.text.embed import StaticEmbedder
from earned.text.pitch import cue_rates, word_rates

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "src" / "earned" / "store" / "pitch.npz"
#: How strongly each part speaks: cues, static vector, hashed words.
SCALE = (1.0, 3.0, 1.5)


def joined(rows: list[dict], rng: np.random.Generator, copies: int = 1_600) -> tuple[list[str], np.ndarray]:
    """The texts themselves, and texts made of two to eight of one kind."""
    texts, kind = [row["text"] for row in rows], [row["pov"] for row in rows]
    for k in range(copies):
        same = [row["text"] for row in rows if row["pov"] == k % 2]
        texts.append(" ".join(rng.choice(same, int(rng.integers(2, 9)), replace=False)))
        kind.append(k % 2)
    return texts, np.array(kind)


def build() -> dict[str, np.ndarray]:
    rows = [json.loads(line) for line in (HERE / "pov" / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    texts, kind = joined(rows, np.random.default_rng(7))
    cues = cue_rates(texts)
    mean, spread = cues.mean(axis=0), cues.std(axis=0) + 0.3
    vectors = load_embedder_files()
    dense = StaticEmbedder(vectors.table, vectors.tokenize).embed(texts)
    parts = [(cues - mean) / spread * SCALE[0], dense * SCALE[1], word_rates(texts) * SCALE[2]]
    fitted = LogisticRegression(C=0.03, max_iter=2_000).fit(np.hstack(parts), kind)
    cut = np.cumsum([part.shape[1] for part in parts])[:-1]
    cue, vector, word = (w * s for w, s in zip(np.split(fitted.coef_[0], cut), SCALE))
    arrays = {"cue": cue, "dense": vector, "word": word, "intercept": fitted.intercept_, "mean": mean, "spread": spread}
    return {name: np.asarray(value, np.float32) for name, value in arrays.items()}


if __name__ == "__main__":
    np.savez_compressed(OUT, **build())
    print(f"{OUT.name}: {OUT.stat().st_size / 1e3:.0f} kB")
