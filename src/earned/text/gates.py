"""The ten gates of a point of view (method 23): pass, fail or cannot tell, each with the sentence that says so. No total."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from earned.model import Said
from earned.text.pov import own_names, selling, sentences, takes_position
from earned.text.precedents import precedents

Result = Literal["pass", "fail", "cannot tell"]

_STATUS_QUO = re.compile(
    r"\b(?:problem|trouble|missing|misunderst\w+|myth|mistake|stop|instead of|fail\w*|wrong|broken|nobody|rots?|lie[sd]?)\b",
    re.I,
)
_AUDIENCE = re.compile(
    r"\b(?:developers?|engineers?|managers?|CIOs?|CISOs?|CTOs?|teams?|architects?|operators?|leaders|boards?|vendors|teachers|doctors|nurses|buyers|maintainers)\b",
    re.I,
)
_DUTY = re.compile(r"\b(?:should|must|stop|start|need to|needs to|ought|have to)\b", re.I)
_EVIDENCE = re.compile(
    r"\b\d[\d.,]*\s?(?:%|per cent|percent|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?|teams?|people|"
    r"users?|hosts?|alerts?|incidents?)\b|"
    r"\b(?:we|I) (?:measured|found|ran|saw|counted|tried|compared|plotted|priced|reviewed|tested|moved|deleted)\b",
    re.I,
)  # fmt: skip
_BOUNDARY = re.compile(
    r"\b(?:unless|except|only if|does not apply|doesn't apply|when not|depends|not for|as long as|provided that)\b",
    re.I,
)
_SELF = re.compile(r"\b(?:I|my|me|I've|I'm)\b")
_CONTRAST = re.compile(r"\b(?:not|but|however|disagree|wrong|except|doubt|unless)\b", re.I)
#: Parts of words that sell: fine up to the first, a warning up to the second.
FINE, WARN = 0.10, 0.25


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate's answer."""

    name: str
    result: Result
    #: The sentence it rests on; empty: none.
    sentence: str
    #: Why, or what is missing.
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What is looked at."""

    text: str
    #: Names of the own firm and its products.
    organization: str = ""
    #: None: nobody looked for the earlier passage, or for a reply that objects.
    earlier: str | None = None
    objection: str | None = None
    #: None: the person's last posts are not known; else whether one of them made this argument.
    repeated: bool | None = None
    by_person: bool | None = None
    #: Sentence -> probability that it argues; None: no model at hand, cue words decide.
    argues: Callable[[Sequence[str]], Sequence[float]] | None = None
    #: Passages of the conversation; with them, what of the three above is not given is looked up. None: none at hand.
    said: Sequence[Said] | None = None
    #: Person id of the author; empty: not known.
    author: str = ""


def gates(draft: Draft) -> tuple[Gate, ...]:
    """All ten, in order."""
    draft = looked_up(draft)
    return tuple(gate(draft) for gate in (
        _claim, _contestable, _status_quo, _audience, _product_deletion, _evidence, _novelty, _self_repeat, _boundary,
        _person,
    ))  # fmt: skip


def looked_up(draft: Draft) -> Draft:
    """The draft with what the conversation says about it."""
    if draft.said is None:
        return draft
    found = precedents(draft.text, draft.said, draft.author)
    return replace(
        draft,
        earlier=found.earlier if draft.earlier is None else draft.earlier,
        objection=found.objection if draft.objection is None else draft.objection,
        repeated=found.repeated if draft.repeated is None else draft.repeated,
    )


def claims(draft: Draft) -> list[str]:
    """Sentences that claim: not a question, nothing of the own firm in them, likeliest first."""
    names = own_names(draft.organization)
    kept = [s for s in sentences(draft.text) if not s.endswith("?") and len(s.split()) >= 4]
    kept = [s for s in kept if not (names and names.search(s))]
    if draft.argues is None or not kept:
        return [s for s in kept if takes_position(s, names)]
    chance = draft.argues(kept)
    order = sorted(range(len(kept)), key=lambda k: -chance[k])
    return [kept[k] for k in order if chance[k] >= 0.5]


def _claim(draft: Draft) -> Gate:
    found = claims(draft)
    if found:
        return Gate("claim", "pass", found[0], "This sentence takes a position.")
    return Gate("claim", "fail", "", "No sentence takes a position without naming the own firm.")


def _contestable(draft: Draft) -> Gate:
    if draft.objection and _CONTRAST.search(draft.objection):
        return Gate("contestable", "pass", draft.objection, "Somebody objects on this matter.")
    found = claims(draft)
    return Gate("contestable", "cannot tell", found[0] if found else "", "Would anyone defend the opposite of this?")


def _status_quo(draft: Draft) -> Gate:
    return _cue(
        "status quo", draft, _STATUS_QUO, "It says what is wrong or missing.", "Nothing is said to be wrong or missing."
    )


def _audience(draft: Draft) -> Gate:
    found = sentences(draft.text)
    for k, sentence in enumerate(found):
        if _AUDIENCE.search(sentence) and any(_DUTY.search(near) for near in found[max(0, k - 1) : k + 2]):
            return Gate("audience", "pass", sentence, "It tells somebody named what to do.")
    return Gate("audience", "fail", "", "No one is named together with what they should do.")


def _product_deletion(draft: Draft) -> Gate:
    names = own_names(draft.organization)
    if names is None:
        return Gate("product deletion", "cannot tell", "", "The names of the own firm and products are not known.")
    sold, whole = selling(draft.text, names)
    part = sold / whole if whole else 0.0
    sentence = next((s for s in sentences(draft.text) if names.search(s)), "")
    rest = " ".join(s for s in sentences(draft.text) if not names.search(s))
    stands = bool(claims(draft)) and bool(_EVIDENCE.search(rest))
    word = "fine" if part <= FINE else "a warning" if part <= WARN else "too much"
    reason = f"{part:.0%} of the words name the own firm ({word})."
    if part > WARN:
        return Gate("product deletion", "fail", sentence, reason)
    return Gate("product deletion", "pass" if stands else "fail", sentence,
                reason if stands else f"{reason} Without them no claim with evidence is left.")  # fmt: skip


def _evidence(draft: Draft) -> Gate:
    found, wanted = sentences(draft.text), set(claims(draft))
    for k, sentence in enumerate(found):
        if sentence in wanted:
            for near in found[max(0, k - 2) : k + 3]:
                if _EVIDENCE.search(near):
                    return Gate("evidence", "pass", near, "A number or a scene stands beside the claim.")
    return Gate(
        "evidence", "fail", "", "No number with a unit and no first-hand scene within two sentences of the claim."
    )


def _novelty(draft: Draft) -> Gate:
    if draft.earlier is None:
        few = draft.said is not None
        reason = "Too few earlier passages by others to compare with." if few else "Earlier posts were not searched."
        return Gate("novelty", "cannot tell", "", reason)
    if draft.earlier:
        return Gate("novelty", "fail", draft.earlier, "This was said before.")
    return Gate("novelty", "pass", "", "Nothing close was said before in what we saw.")


def _self_repeat(draft: Draft) -> Gate:
    if draft.repeated is None:
        return Gate("self-repeat", "cannot tell", "", "The person's last posts are not known.")
    result: Result = "fail" if draft.repeated else "pass"
    return Gate(
        "self-repeat",
        result,
        "",
        "One of the last posts makes the same argument." if draft.repeated else "New for this person.",
    )


def _boundary(draft: Draft) -> Gate:
    return _cue(
        "boundary", draft, _BOUNDARY, "It says when it does not hold.", "No condition under which it does not hold."
    )


def _person(draft: Draft) -> Gate:
    if draft.by_person is False:
        return Gate("person", "fail", "", "A group or a firm signs it.")
    return _cue("person", draft, _SELF, "A person speaks.", "Nobody says I; a first-hand scene would show who speaks.")


def _cue(name: str, draft: Draft, cue: re.Pattern[str], good: str, bad: str) -> Gate:
    for sentence in sentences(draft.text):
        if cue.search(sentence):
            return Gate(name, "pass", sentence, good)
    return Gate(name, "fail", "", bad)
