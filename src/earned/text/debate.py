"""What a reply may be doing: a hint from its words, English first. It never enters a measure."""

from __future__ import annotations

import re

from earned.model import Hint

#: Own words from which a reply argues rather than nods.
ARGUES = 15
#: Words beyond which a post is no reply any more but a text of its own.
LONGEST = 400
#: Only what says it outright: "but", "wrong", "right" and the like mostly do other work (`./dev bench stance`).
_AGAINST = re.compile(
    r"\b(?:disagree|(?:\w*n't|not|cannot) agree|not convinced|i doubt|i don't (?:think|buy|believe)|doesn't hold|does not hold|"
    r"misses the point|overstates?|"
    r"counter-?example|on the contrary|not so|not true|isn't true|untrue|nonsense|never worked|i object|"
    r"(?:that|this|it|you|he|she|they)(?:'s| is|'re| are| was| were) (?:simply |just |plain )?(?:wrong|false|mistaken))\b",
    re.I,
)
_FOR = re.compile(
    r"\b(?:(?<!n't )(?<!not )agree|agreed|exactly|same here|we (?:tried|did|do) (?:it|this|that)|yes|well said|seconded|"
    r"(?:that|you|he|she|they)(?:'s| is|'re| are| was| were) (?:so |quite |absolutely )?right|"
    r"as \w+ (?:says|said|put it)|works for us|worked for us|adopted|borrowed|stole this)\b|\+1\b",
    re.I,
)


def hint(text: str) -> Hint:
    """For, against, asking or unclear: whichever cue is heard more often. What is longer than a reply holds them all."""
    if len(text.split()) > LONGEST:
        return "unclear"
    against, support = len(_AGAINST.findall(text)), len(_FOR.findall(text))
    if text.rstrip().endswith("?") and against <= 1:
        return "asking"
    if against == support:
        return "unclear"
    return "against" if against > support else "for"
