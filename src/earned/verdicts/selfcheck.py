"""Can these numbers be trusted? What a conversation's own links, shuffled times and planted leaders say, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from earned.attribution.attribution import FEWEST, Attribution
from earned.attribution.conversation import Placed
from earned.attribution.frame import OTHER, Frame
from earned.model import HiddenLinks, Leadership, PlantedLeader, SelfCheck

#: Fewer linked posts than this cannot be asked about.
ASKED = 30
#: Followers left after times were shuffled, as a part of all: above, time carries no information here.
SHUFFLED = 0.25


def predicted(blind: Attribution, seen: Placed) -> HiddenLinks | None:
    """How well a fit that saw no link finds what the links say.

    Args:
        blind: Fitted with links hidden.
        seen: The same posts, placed with their links.
    """
    edges, p, frame = blind.edges, blind.fitted.causes.edge, seen.frame
    author = frame.person[frame.author_start[:-1]]
    targets: dict[int, set[int]] = {}
    for child, parent in zip(frame.link_child.tolist(), frame.link_parent.tolist()):
        if parent < child and author[child] != author[parent]:
            targets.setdefault(child, set()).add(parent)
    if len(targets) < ASKED:
        return None
    ranks, claims, latest = [], [], []
    for child, wanted in targets.items():
        here = np.arange(edges.start[child], edges.start[child + 1])
        here = here[edges.type[here] == OTHER]
        order = here[np.argsort(-p[here], kind="stable")]
        parents = edges.parent[order].tolist()
        ranks.append(min((k for k, parent in enumerate(parents) if parent in wanted), default=len(frame)))
        claims.append(float(p[order[0]]) if len(order) else 0.0)
        latest.append(latest_by_another(frame, child) in wanted)
    found = np.array(ranks)
    return HiddenLinks(len(found), float((found < 1).mean()), float((found < 10).mean()), float(np.mean(latest)),
                       float(np.mean(claims)))  # fmt: skip


def latest_by_another(frame: Frame, row: int) -> int:
    """Row of the latest earlier post that shares no author with this one, candidate cause or not; -1: there is none."""
    mine = _authors(frame, row)
    return next((other for other in range(row - 1, -1, -1) if not mine & _authors(frame, other)), -1)


def _authors(frame: Frame, row: int) -> set[int]:
    return set(frame.person[frame.author_start[row] : frame.author_start[row + 1]].tolist())


def found_again(answer: Leadership, followers: dict[str, int]) -> tuple[tuple[PlantedLeader, ...], int, int]:
    """Planted people with what was found; others who got "has it"; people judged. `followers` by account id."""
    planted, false, judged = [], 0, 0
    for row in answer.people:
        judged += row.posts >= FEWEST
        mine = [followers[account] for account in row.person.accounts if account in followers]
        if mine:
            planted.append(PlantedLeader(row.person.name, row.posts, sum(mine), row.realized, row.camp))
        else:
            false += row.camp == "has it"
    return tuple(planted), false, judged


def in_words(check: SelfCheck) -> SelfCheck:
    """The check with its sentences."""
    says = (*_time(check), *_links(check), *_planted(check), *_news(check), *_size(check))
    return replace(check, says=says)


def _time(check: SelfCheck) -> tuple[str, ...]:
    part = check.shuffled / max(check.total, 1e-9)
    if check.total < 1:
        return (
            "Hardly any post here follows another one as far as words and time can tell. Only explicit credit counts.",
        )
    if part > SHUFFLED:
        return (
            f"Time carries little information here: with everybody's posts moved at random, {part:.0%} of the followers are "
            "still found. Do not rely on these counts; use the credited ones.",
        )
    return (f"With everybody's posts moved at random in time, {part:.0%} of the followers are left: timing is real evidence "
            "here.",)  # fmt: skip


def _links(check: SelfCheck) -> tuple[str, ...]:
    one = check.hidden
    if one is None:
        return ("Too few posts link to one another to test single attributions against them.",)
    sure = "about as sure as it is right" if abs(one.claimed - one.first) < 0.1 else (
        "surer than it is right" if one.claimed > one.first else "less sure than it is right")  # fmt: skip
    return (
        f"Of {one.asked} posts whose links were hidden, the first guess names the linked post for {one.first:.0%} (the "
        f"latest post by somebody else would for {one.latest:.0%}), one of the first ten for {one.tenth:.0%}. The model says "
        f"{one.claimed:.0%}: it is {sure}. Trust sums over many posts; read a single receipt before you quote it.",
    )


def _planted(check: SelfCheck) -> tuple[str, ...]:
    if not check.planted:
        return (
            f"Nobody has enough posts to be planted as a leader: people need {FEWEST} posts for a number, 12 here.",
        )
    has = sum(one.camp == "has it" for one in check.planted)
    held = sum(e.low <= n <= e.high for e, n in ((one.found, one.followers) for one in check.planted) if e)
    found = (
        f"In a twin of this conversation {len(check.planted)} typical people were made leaders: {has} of them were found, "
        f"{held} of their intervals hold the true count."
    )
    alarm = f"Of {check.judged - len(check.planted)} others judged there, {check.false_alarms} were taken for leaders."
    if has * 2 >= len(check.planted):
        return (f"{found} {alarm}",)
    return f"{found} {alarm}", "Real leaders of this size are easily missed here: not being named is no verdict."


def _news(check: SelfCheck) -> tuple[str, ...]:
    if check.without_news > 2 * max(check.total, 1.0):
        return (
            f"Read this first: most of what looks like following is shared news. Without common causes in the model "
            f"{check.without_news:.0f} followers would be counted instead of {check.total:.0f}.",
        )
    return ()


def _size(check: SelfCheck) -> tuple[str, ...]:
    if check.posts < 500:
        return (f"{check.posts} posts are few. A longer window or another channel would narrow the intervals.",)
    return ()
