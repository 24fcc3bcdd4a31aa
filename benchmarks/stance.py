"""What a reply may be doing, guessed from cue words, against what people judged. EARNED_DATA holds the labelled replies.

    ./dev bench stance

Prints aggregate figures only: no names, no texts.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from pathlib import Path

from earned.text.clean import masked
from earned.text.debate import hint

DATA = Path(os.environ.get("EARNED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
#: What the labels call it, and what Earned does.
WORDS = {"support": "for", "deny": "against", "query": "asking", "comment": "unclear"}


def judged() -> list[tuple[str, str]]:
    """(text, stance) of every labelled reply; the posts that begin a thread are left out."""
    path = DATA / "semeval2017t8_twitter.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf8") as lines:
        posts = [json.loads(line) for line in lines]
    return [
        (post["text"], WORDS[post["labels"]["stance"]])
        for post in posts
        if post.get("labels", {}).get("stance") in WORDS and any(link["kind"] == "reply" for link in post["links"])
    ]


def main() -> None:
    pairs = [(hint(masked(text)), stance) for text, stance in judged()]
    guessed, truly, both = (
        Counter(g for g, _ in pairs),
        Counter(t for _, t in pairs),
        Counter(g for g, t in pairs if g == t),
    )
    print(f"{len(pairs)} replies; {sum(both.values()) / len(pairs):.3f} of the hints agree with the label")
    print(f"{'':8} {'replies':>8} {'hinted':>8} {'precision':>10} {'chance':>8} {'recall':>8}")
    for word in WORDS.values():
        chance = truly[word] / len(pairs)
        print(
            f"{word:8} {truly[word]:8} {guessed[word]:8} {both[word] / max(guessed[word], 1):10.3f} {chance:8.3f} "
            f"{both[word] / max(truly[word], 1):8.3f}"
        )
    wrong = Counter(pair for pair in pairs if pair in {("for", "against"), ("against", "for")})
    print(f"for said of against {wrong['for', 'against']}, against said of for {wrong['against', 'for']}")


if __name__ == "__main__":
    main()
