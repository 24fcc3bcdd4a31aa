"""The packaged word vectors are the ones that Earned was tested with, or an error."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tokenizers import Tokenizer

from earned.errors import WeightsError
from earned.store import weights
from earned.text.embed import StaticEmbedder, words_of

#: How the vocabulary writes a blank.
BLANK = "\u2581"


def test_words_become_rows_of_the_table():
    vectors = weights.load_embedder_files()
    zero, trust, nothing = vectors.tokenize([BLANK + "zero", BLANK + "trust", ""])

    assert ((32000, 256), np.float16) == (vectors.table.shape, vectors.table.dtype)
    assert [] == nothing
    assert max(*zero, *trust) < 32000


@pytest.mark.parametrize(
    "text",
    ["zero trust", " two  blanks \n\n and a line\nend ", "", " ", "a\tb", f"{BLANK}sign 世界 \U0001f600", "x \n"],
)
def test_a_text_is_taken_apart_as_its_words_are(text):
    whole = Tokenizer.from_file(str(weights._folder() / weights.TOKENIZER)).encode(text, add_special_tokens=False).ids

    assert whole == [piece for word in weights.load_embedder_files().tokenize(words_of(text)) for piece in word]


def test_alike_texts_have_alike_vectors():
    vectors = weights.load_embedder_files()

    def embed(text):
        return StaticEmbedder(vectors.table, vectors.tokenize).embed([text])[0]

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
