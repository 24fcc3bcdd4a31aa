"""The packaged word vectors are the ones that Earned was tested with, or an error."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from earned.errors import WeightsError
from earned.store import weights


def test_texts_become_rows_of_the_table():
    vectors = weights.load_embedder_files()
    short, longer, nothing = vectors.tokenize(["zero trust", "zero trust for small firms", ""])

    assert ((32000, 256), np.float16) == (vectors.table.shape, vectors.table.dtype)
    assert (short.dtype, 0) == (np.int32, len(nothing))
    assert [*short] == [*longer[: len(short)]]
    assert longer.max() < 32000


def test_alike_texts_have_alike_vectors():
    vectors = weights.load_embedder_files()

    def embed(text):
        mean = vectors.table[vectors.tokenize([text])[0]].astype(np.float32).mean(axis=0)
        return mean / np.linalg.norm(mean)

    cat, kitten, budget = map(embed, ("the cat sleeps", "a kitten naps", "quarterly security budget"))
    assert cat @ kitten > cat @ budget


def test_the_packages_own_code_and_any_hub_stay_unloaded():
    code = "import sys; from earned.store.weights import load_embedder_files as f; f(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert set() == {"wordllama", "huggingface_hub", "django", "requests"} & set(loaded)


@pytest.mark.parametrize("name", [weights.VECTORS, weights.TOKENIZER])
def test_other_bytes_are_refused_with_the_file_the_hash_and_the_way_out(tmp_path, monkeypatch, name):
    for path in weights.SHA256:
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_bytes((weights._folder() / path).read_bytes())
    (tmp_path / name).write_bytes(b"other")
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)

    with pytest.raises(WeightsError, match=r"its SHA-256 is d9298a10.* pip install") as told:
        weights.load_embedder_files()
    assert str(tmp_path / name) in str(told.value)


def test_a_missing_file_is_an_error_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)

    with pytest.raises(WeightsError, match="No such file"):
        weights.load_embedder_files()
