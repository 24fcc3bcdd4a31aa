"""What a reply may be doing: a hint from its words, English first. It never enters a measure."""

from __future__ import annotations

import re

from earned.model import Hint

#: Own words from which a reply argues rather than nods.
ARGUES = 15
_AGAINST = re.compile(
    r"\b(?:disagree|not convinced|but|however|wrong|except|unless|nope|i doubt|doesn't hold|does not hold|misses|overstates|"
    r"counter-?example|on the contrary|not so|never worked|rather not|against|object|nonsense)\b",
    re.I,
)
_FOR = re.compile(
    r"\b(?:agree|agreed|exactly|same here|we (?:tried|did|do) (?:it|this|that)|confirm(?:s|ed)?|yes|right|well said|seconded|"
    r"\+1|as \w+ (?:says|said|put it)|works for us|worked for us|adopted|borrowed|stole this)\b",
    re.I,
)


def hint(text: str) -> Hint:
    """For, against, asking or unclear: whichever cue is heard more often."""
    against, support = len(_AGAINST.findall(text)), len(_FOR.findall(text))
    if text.rstrip().endswith("?") and against <= 1:
        return "asking"
    if against == support:
        return "unclear"
    return "against" if against > support else "for"
