"""Times moved, times turned around, weeks drawn again: what a count of followers must and need not survive.

    ./dev bench placebos [--seeds 2] [--worlds NAME...] [--again 0]

Links hidden in all. "shifted": everybody's posts moved by an offset of their own. "backwards": time runs the other way; totals
are no test (alike posts stay neighbours), leaders per post are. With --again B: B block bootstraps of four-week runs of the
whole fit; the spread of leaders' rates over refits beside what their 90 % intervals say.
"""

from __future__ import annotations

import argparse

import numpy as np

from earned.attribution.conversation import place
from earned.attribution.fit import Fitted
from earned.model import Link, Post
from earned.people import of_account, persons
from earned.reading import Conversation, Wish
from earned.study import attributed, learn
from earned.work import silent
from earned.worlds.simulate import Simulated, simulate
from earned.worlds.twin import backwards, shifted, weeks_again
from earned.worlds.world import WORLDS

LEADING = 0.5


def followers(posts: tuple[Post, ...], world: Simulated) -> tuple[float, float]:
    """Followers in all without links, and followers per post of the planted leaders."""
    people = persons(world.accounts)
    placed = place(posts, [], of_account(people), len(people), hide_links=True)
    found = attributed(placed, people, 1, silent, draws=False, addressing=False)
    mine, wrote = found.frame.per_person(found.fitted.sums.others), found.frame.posts_of()
    lead = [k for k, p in enumerate(people) if world.rate[p.accounts[0]] >= LEADING and wrote[k]]
    return float(mine.sum()), float(mine[lead].sum() / max(wrote[lead].sum(), 1)) if lead else float("nan")


def rates(fitted: Fitted, frame: object) -> np.ndarray:
    seen = frame.per_person(fitted.seen)
    return (frame.per_person(fitted.sums.others) + 0.1) / (seen + 1.0)


def bootstrapped(world: Simulated, again: int, rng: np.random.Generator) -> str:
    """Spread of the leaders' rates (log) over refits of weeks drawn again, beside the width of their intervals."""
    accounts, people = {a.id: a for a in world.accounts}, persons(world.accounts)
    whole = learn(Conversation(list(world.posts), list(world.links), accounts), Wish())
    rows = {
        r.person.id: r for r in whole.leadership.people if r.induced and world.rate[r.person.accounts[0]] >= LEADING
    }
    codes, out = [k for k, p in enumerate(people) if p.id in rows], []
    for _ in range(again):
        posts, old = weeks_again(world.posts, rng)
        new: dict[tuple[str, str], str] = {(old[p.id], p.id.partition("~")[2]): p.id for p in posts}
        links = [Link(new[link.from_post, run], link.kind, new[link.target, run]) for link in world.links
                 for run in {i.partition("~")[2] for i in old}
                 if (link.from_post, run) in new and (link.target, run) in new]  # fmt: skip
        placed = place(posts, links, of_account(people), len(people))
        found = attributed(placed, people, 1, silent, draws=False)
        out.append(np.log(rates(found.fitted, found.frame)[codes]))
    spread = np.std(out, axis=0, ddof=1)
    shown = [rows[people[k].id].induced for k in codes]
    width = [np.log((e.high + 0.02) / (e.low + 0.02)) / (2 * 1.645) for e in shown]
    shown_width = f"{np.mean(spread):.2f}, intervals say {np.mean(width):.2f}"
    return f"{len(codes)} leaders: spread of log rates over {again} refits {shown_width}"


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("--seeds", type=int, default=2)
    command.add_argument("--worlds", nargs="*", choices=list(WORLDS),
                         default=["leaders", "leaders and news", "news only", "waves among friends"])  # fmt: skip
    command.add_argument("--again", type=int, default=0)
    given = command.parse_args()
    for name in given.worlds:
        out = []
        for seed in range(given.seeds):
            world, rng = simulate(WORLDS[name], seed), np.random.default_rng([seed, 9])
            moved = (world.posts, shifted(world.posts, rng), backwards(world.posts))
            out.append([x for posts in moved for x in followers(posts, world)])
        m = np.mean(out, axis=0)
        print(f"{name:20} followers: {m[0]:6.0f} forward, {m[2]:6.0f} shifted, {m[4]:6.0f} backwards; leaders per post: "
              f"{m[1]:.2f}, {m[3]:.2f}, {m[5]:.2f}", flush=True)  # fmt: skip
        if given.again and WORLDS[name].leaders:
            print(
                f"{'':20} {bootstrapped(simulate(WORLDS[name], 0), given.again, np.random.default_rng(4))}", flush=True
            )


if __name__ == "__main__":
    main()
