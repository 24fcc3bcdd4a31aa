"""The packaged static word vectors, checked byte for byte. No network, nothing global, wordllama's code not loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earned.errors import WeightsError

#: File inside the package `wordllama` -> the SHA-256 that Earned was tested with.
VECTORS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
SHA256 = {
    VECTORS: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}


@dataclass(frozen=True, slots=True)
class StaticVectors:
    """One vector for each token, and how a word becomes tokens."""

    #: (32000, 256) float16, a row for each token.
    table: NDArray[np.float16]
    #: Words as `earned.text.embed.words_of` gives them -> for each the rows of `table` of its tokens, in order.
    tokenize: Callable[[Sequence[str]], list[list[int]]]


def load_embedder_files() -> StaticVectors:
    """Read the vectors and the tokenizer that come with the package `wordllama`.

    Raises:
        WeightsError: a file is missing or is not the one that Earned was tested with.
    """
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    folder = _folder()
    table = load(_checked(folder, VECTORS))["embedding.weight"]
    tokenizer = Tokenizer.from_str(_checked(folder, TOKENIZER).decode())
    tokenizer.normalizer = None  # `embed.words_of` has done its work
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def tokenize(words: Sequence[str]) -> list[list[int]]:
        return [one.ids for one in tokenizer.encode_batch_fast(list(words), add_special_tokens=False)]

    return StaticVectors(table=table, tokenize=tokenize)


def _folder() -> Path:
    """Where the package lies, found without running any of it."""
    package = find_spec("wordllama")
    if package is None or package.origin is None:
        raise WeightsError(f"The package wordllama, which brings the word vectors, is not installed. {_WAY_OUT}")
    return Path(package.origin).parent


def _checked(folder: Path, name: str) -> bytes:
    """The file's bytes, when they are the right ones."""
    try:
        content = (folder / name).read_bytes()
    except OSError as problem:
        raise WeightsError(f"{folder / name} cannot be read: {problem.strerror}. {_WAY_OUT}") from problem
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise WeightsError(
            f"{folder / name} is not the file that Earned was tested with: its SHA-256 is {found}, "
            f"expected {SHA256[name]}. {_WAY_OUT}"
        )
    return content


_WAY_OUT = "Install it again: pip install --force-reinstall --no-deps wordllama"
