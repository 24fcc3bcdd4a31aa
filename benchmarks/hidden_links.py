"""Does attribution find the parents that people themselves named? Their links hidden, on real conversation.

    ./dev bench hidden_links [CORPUS...] [--half] [--fifths]

Protocols and baselines are those of the data folder's README, section 5; its check.py reads the files and ranks. The
folder is EARNED_DATA, else ../shared/data. Prints aggregate figures only: no names, no texts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from earned.study import attribute

DATA = Path(os.environ.get("EARNED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
#: Kinds of causes that are followed by nobody else, or older than the protocol looks.
NOBODY = {"own", "prior art"}
#: What became of proposals that were decided.
ADOPTED, REFUSED = ("Final", "Active", "Accepted"), ("Rejected", "Withdrawn")
TO_POSTS = {"reply", "quote", "repost", "cite", "requires", "supersedes"}
CORPORA = {
    "cypherpunks": ("cypherpunks_1994", 14, "TF-IDF x exp(-dt/1 d)", (0.465, 0.774, 0.574)),
    "tweets": ("semeval2017t8_twitter", 3, "TF-IDF x exp(-dt/1 d)", (0.142, 0.422, 0.236)),
    "peps": ("peps_first_version", 0, "TF-IDF", (0.539, 0.858, 0.652)),
    "eips": ("ethereum-eips_first_version", 0, "TF-IDF", (0.281, 0.645, 0.397)),
    "irc": ("ubuntu-irc_test", 0, "addressed, then recent (hit@1/hit@5/MRR)", (0.542, 0.839, 0.674)),
}


#: Files whose titles are subject lines.
MESSAGES = {"cypherpunks_1994"}


def probabilities(path: Path, hide: bool) -> dict[str, list[tuple[str, float, str]]]:
    """Child -> its causes by other people and own ones, as `earned attribute` writes them."""
    found: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for row in attribute(str(path), hide_links=hide):
        found[str(row["child"])].append((str(row["parent"]), float(str(row["probability"])), str(row["kind"])))
    return found


def taken_out(name: str, folder: Path, hide: Callable[[str], bool], *, subjects: bool = False) -> Path:
    """The corpus with the links of the posts that `hide` chooses by their ids taken out; names spoken stay.

    Of messages the subject lines go, too, unless `subjects`: the protocol knows none. Titles of documents stay.
    """
    path = folder / f"{name}.jsonl.gz"
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf8") as lines, gzip.open(path, "wt") as out:
        for line in lines:
            post = json.loads(line)
            if hide(post["id"]):
                post["links"] = [link for link in post["links"] if link["kind"] not in TO_POSTS]
            if name in MESSAGES and not subjects:
                post["title"] = None
            out.write(json.dumps(post) + "\n")
    return path


def hidden(post: str) -> bool:
    return zlib.crc32(post.encode()) % 2 == 0


def causes_of(name: str, setting: str) -> dict[str, list[tuple[str, float, str]]]:
    """Child -> its causes, with the links hidden that a setting hides; a fifth after the other, each its own answer."""
    path = DATA / f"{name}.jsonl.gz"
    if setting == BLIND:
        return probabilities(path, hide=True)
    with tempfile.TemporaryDirectory() as folder:
        if setting != FIFTHS:
            hide = hidden if setting == HALF else lambda _: True
            return probabilities(taken_out(name, Path(folder), hide, subjects=setting == SUBJECTS), hide=False)
        found: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
        for part in range(5):
            path = taken_out(name, Path(folder), lambda post, part=part: zlib.crc32(post.encode()) % 5 == part)
            given = probabilities(path, hide=False)
            found.update({post: c for post, c in given.items() if zlib.crc32(post.encode()) % 5 == part})
        return found


def ranks_of(
    targets: Iterable[int], allowed: np.ndarray, stamps: np.ndarray, ids: list[str], causes: list
) -> list[int]:
    """Rank of each target; equal scores: the later first, ties still left count against."""
    from check import rank_of  # type: ignore[import-not-found]

    p = {parent: probability for parent, probability, _ in causes}
    scores = np.array([p.get(ids[j], 0.0) for j in allowed])
    return list(rank_of(list(targets), scores, stamps[allowed]))


def document_queries(name: str, posts: list[dict]) -> list[tuple[int, np.ndarray, list[int]]]:
    from check import DOCUMENTS, author_ids, when

    process, place = DOCUMENTS[name][1], {post["id"]: i for i, post in enumerate(posts)}
    stamps, authors, queries = [when(p) for p in posts], [author_ids(p) for p in posts], []
    for i, post in enumerate(posts):
        allowed = [j for j in range(i) if stamps[j] < stamps[i] and not authors[i] & authors[j]
                   and posts[j]["id"] not in process]  # fmt: skip
        position = {j: k for k, j in enumerate(allowed)}
        targets = {place[x["target"]] for x in post["links"] if x["kind"] in ("cite", "requires", "supersedes")
                   and x["target"] in place}  # fmt: skip
        targets = sorted(position[t] for t in targets if t in position)
        if targets and len(allowed) > 20:
            queries.append((i, np.array(allowed), targets))
    return queries


def message_queries(posts: list[dict], days: float) -> list[tuple[int, np.ndarray, list[int]]]:
    from check import author_ids, when

    place, queries = {post["id"]: i for i, post in enumerate(posts)}, []
    stamps = np.array([when(p) for p in posts], float)
    who = np.array([min(author_ids(p), default=f"unknown {i}") for i, p in enumerate(posts)])
    for i, post in enumerate(posts):
        for link in post["links"]:
            j = place.get(link["target"], i) if link["kind"] == "reply" else i
            if j != i and who[i] != who[j] and 0 <= stamps[i] - stamps[j] <= days * 86400:
                low, high = (
                    np.searchsorted(stamps, stamps[i] - days * 86400),
                    np.searchsorted(stamps, stamps[i], "right"),
                )
                allowed = np.arange(low, high)
                allowed = allowed[(allowed != i) & (who[allowed] != who[i])]
                queries.append((i, allowed, [int(np.searchsorted(allowed, j))]))
                break
    return queries


def chat_queries(posts: list[dict], back: int = 100) -> list[tuple[int, np.ndarray, list[int]]]:
    place, logs, queries = {post["id"]: i for i, post in enumerate(posts)}, defaultdict(list), []
    for i, post in enumerate(posts):
        logs[post["thread"]].append(i)
    for rows in logs.values():
        said = [i for i in sorted(rows, key=lambda i: posts[i]["labels"]["line"]) if posts[i].get("author")]
        for k, i in enumerate(said):
            allowed = np.array(said[max(0, k - back) : k])
            at = {j: n for n, j in enumerate(allowed)}
            targets = [
                at[place[x["target"]]] for x in posts[i]["links"] if x["kind"] == "reply" and place[x["target"]] in at
            ]
            if posts[i]["labels"].get("annotated") and targets:
                queries.append((i, allowed, targets))
    return queries


def people(posts: list[dict], queries: list, causes: dict, fewest: int = 10) -> str:
    """Followers by person, over the posts asked about: Spearman of counts and of rates, mean absolute error."""
    from check import author_ids

    wrote = Counter(a for post in posts for a in author_ids(post))
    author = {post["id"]: sorted(author_ids(post)) for post in posts}
    true, found = Counter(), Counter()
    for i, allowed, targets in queries:
        for a in author[posts[allowed[targets[0]]]["id"]]:
            true[a] += a not in author[posts[i]["id"]]  # one's own lines are followed by nobody else
        for parent, p, kind in causes[posts[i]["id"]]:
            if kind not in NOBODY:
                for a in author[parent]:
                    found[a] += p / len(author[parent])
    often = [a for a, n in wrote.items() if n >= fewest]
    if len(often) < 20:
        return f"{len(often)} people with {fewest} posts"
    t, f, n = (np.array([c[a] for a in often], float) for c in (true, found, wrote))
    return (f"{len(often)} people: counts {spearmanr(t, f)[0]:.3f}, rates {spearmanr(t / n, f / n)[0]:.3f}, "
            f"MAE {np.abs(t - f).mean():.2f}, total {f.sum():.0f} of {t.sum():.0f}")  # fmt: skip


def people_in_chat(
    posts: list[dict], causes: dict, half: bool, back: int = 100, late: int = 900, fewest: int = 10
) -> str:
    """Answers by others to each speaker of each log, over *all* annotated lines, as the protocol counts them.

    People: those with ten lines from line 900 of a log on. `half`: only answers whose links were hidden.
    """
    place, logs = {post["id"]: i for i, post in enumerate(posts)}, defaultdict(list)
    wrote, true, found = Counter(), Counter(), Counter()
    for post in sorted(posts, key=lambda post: post["labels"]["line"]):
        logs[post["thread"]].append(post)
    speaker = {post["id"]: (post["thread"], post["author"]["id"]) for post in posts if post.get("author")}
    for log in logs.values():
        said = [post["id"] for post in log if post["id"] in speaker]
        wrote.update(speaker[post["id"]] for post in log[late:] if post["id"] in speaker)
        for k, line in enumerate(said):
            post, before = posts[place[line]], set(said[max(0, k - back) : k])
            if post["labels"].get("annotated") and (hidden(line) or not half):
                answered = [x["target"] for x in post["links"] if x["kind"] == "reply" and x["target"] in before]
                true.update(speaker[one] for one in answered if speaker[one] != speaker[line])
                for parent, p, kind in causes[line]:
                    if kind not in NOBODY and parent in speaker:
                        found[speaker[parent]] += p
    often = [one for one, n in wrote.items() if n >= fewest]
    t, f = (np.array([c[one] for one in often], float) for c in (true, found))
    return (f"{len(often)} people: counts {spearmanr(t, f)[0]:.3f}, MAE {np.abs(t - f).mean():.2f}, to them {f.sum():.0f} of "
            f"{t.sum():.0f}, in all {sum(found.values()):.0f} of {sum(true.values())}")  # fmt: skip


def calibration(posts: list[dict], queries: list, causes: dict, *, given: bool) -> float:
    """Expected calibration error of the top candidate by somebody else, ten bins of probability."""
    bins = reliability(posts, queries, causes, given=given)
    return sum(abs(p - right) * posts for p, right, posts in bins) / sum(posts for *_, posts in bins)


def reliability(posts: list[dict], queries: list, causes: dict, *, given: bool) -> list[tuple[float, float, int]]:
    """What was said of the top candidate by somebody else, how often that was right, of how many posts; by tenths.

    The posts asked about all have a parent, while a model must allow for none. `given`: its probabilities given that
    there is one, as a conditional logit states them (method 13.2); else as they are, so that caution counts as error.
    """
    top = []
    for i, allowed, targets in queries:
        others = [c for c in causes[posts[i]["id"]] if c[2] not in NOBODY]
        best = max(others, key=lambda c: c[1], default=("", 0.0, ""))
        whole = sum(c[1] for c in others) if given else 1.0
        top.append((best[1] / max(whole, 1e-12), best[0] in {posts[allowed[t]]["id"] for t in targets}))
    p, right = np.array([c[0] for c in top]), np.array([c[1] for c in top], float)
    cell = np.minimum((p * 10).astype(int), 9)
    return [
        (float(p[cell == b].mean()), float(right[cell == b].mean()), int((cell == b).sum())) for b in sorted(set(cell))
    ]


def has_parent(posts: list[dict], causes: dict, half: bool) -> str:
    """Does a post have a parent at all? Area under the curve against signs of replying.

    An earlier post of one's own is a parent, too; prior art is none. Signs: links, quotation, and a title with "Re:".
    """
    judged = any("annotated" in post["labels"] for post in posts)
    asked = [
        post for post in posts if (post["labels"].get("annotated") or not judged) and (hidden(post["id"]) or not half)
    ]
    bare = [any(link["kind"] in TO_POSTS for link in post["links"])
            or (post.get("text_unquoted") is not None and post["text_unquoted"] != post["text"]) for post in asked]  # fmt: skip
    sign = [one or bool(re.match(r"\s*re\s*:", post.get("title") or "", re.I)) for one, post in zip(bare, asked)]
    others = [sum(c[1] for c in causes[post["id"]] if c[2] not in NOBODY) for post in asked]
    whole = [sum(c[1] for c in causes[post["id"]] if c[2] != "prior art") for post in asked]
    told = f"AUC {_area(sign, whole)} (against links and quotation alone {_area(bare, whole)})"
    found = f"{np.mean(whole):.0%} found, {np.mean(others):.0%} by others"
    return f"a parent at all: {told}, {np.mean(sign):.0%} of {len(asked)} posts show signs, {found}"


def _area(sign: list[bool], found: list[float]) -> str:
    return f"{roc_auc_score(sign, found):.3f}" if 0 < sum(sign) < len(sign) else "none: every post does"


def links_drawn(posts: list[dict], causes: dict) -> str:
    """Precision, recall and F of one link a post: its likeliest cause, or itself where that is the background."""
    place, right, drawn, true = {post["id"] for post in posts}, 0, 0, 0
    for post in (p for p in posts if p["labels"].get("annotated")):
        targets = {x["target"] for x in post["links"] if x["kind"] == "reply" and x["target"] in place}
        mine = causes[post["id"]]
        best = max(mine, key=lambda c: c[1], default=("", 0.0, ""))
        answer = best[0] if best[1] > 1 - sum(c[1] for c in mine) else post["id"]
        right, drawn, true = right + (answer in (targets or {post["id"]})), drawn + 1, true + max(len(targets), 1)
    return f"links drawn: P {right / drawn:.3f}, R {right / true:.3f}, F {2 * right / (drawn + true):.3f}"


def outcome(posts: list[dict], causes: dict) -> str:
    """Cited is not adopted: do followers tell which decided proposals were adopted? Beside what citations by others tell."""
    from check import author_ids, read

    now, followers, cited = {p["id"]: p for p in read("peps_current", DATA)}, Counter(), defaultdict(set)
    for post in posts:
        for parent, p, kind in causes[post["id"]]:
            followers[parent] += p * (kind not in NOBODY)
        for link in post["links"]:
            target = now.get(link["target"])
            if target and link["kind"] in TO_POSTS and not author_ids(target) & author_ids(post):
                cited[target["id"]].add(post["id"])
    decided = {p["id"]: p["labels"]["outcome"] in ADOPTED for p in now.values()
               if p["labels"].get("type") == "Standards Track" and p["labels"]["outcome"] in (*ADOPTED, *REFUSED)}  # fmt: skip
    kept, links = list(decided.values()), [len(cited[one]) for one in decided]
    return (f"outcome of {len(decided)} decided proposals, {sum(kept)} adopted: AUC of followers found "
            f"{_area(kept, [followers[one] for one in decided])}, of citations by others {_area(kept, links)}")  # fmt: skip


#: Settings: what is visible, said for people.
BLIND, NAMES, HALF = "blind", "links taken out, names visible", "half of the links visible"
SUBJECTS = "links taken out, names and subjects visible"
FIFTHS = "a fifth of the links hidden, five times"


def measure(key: str, setting: str) -> None:
    """One corpus, one setting, printed."""
    from check import read, when

    name, days, rule, baseline = CORPORA[key]
    posts = [post for post in read(name, DATA) if post["time"]]
    began = time.process_time()
    causes = causes_of(name, setting)
    if days:
        queries = message_queries(posts, days)
    else:
        queries = chat_queries(posts) if key == "irc" else document_queries(name, posts)
    if setting == HALF:
        queries = [query for query in queries if hidden(posts[query[0]]["id"])]
    stamps, ids = np.array([when(p) for p in posts], float), [p["id"] for p in posts]
    if key == "irc":  # minutes only: the order of lines is the order of speech
        stamps = np.arange(len(posts), dtype=float)
    every = [ranks_of(targets, allowed, stamps, ids, causes[ids[i]]) for i, allowed, targets in queries]
    ranks, links = np.array([min(one) for one in every]), np.concatenate(every)
    second = 5 if key == "irc" else 10
    print(f"{key}, {setting}: {len(ranks)} queries; "
          f"hit@1 {np.mean(ranks <= 1):.3f}  hit@{second} {np.mean(ranks <= second):.3f}  MRR {np.mean(1 / ranks):.3f}; "
          f"ECE {calibration(posts, queries, causes, given=False):.3f}, given a parent "
          f"{calibration(posts, queries, causes, given=True):.3f}; {time.process_time() - began:.0f} s CPU")  # fmt: skip
    print(f"    baseline {rule}: {' / '.join(f'{x:.3f}' for x in baseline)}")
    counted = people_in_chat(posts, causes, setting == HALF) if key == "irc" else people(posts, queries, causes)
    print(f"    {counted}", flush=True)
    cells = reliability(posts, queries, causes, given=True)
    print("    said and right, given a parent: " + ", ".join(f"{p:.2f} {right:.2f} ({n})" for p, right, n in cells))
    if days or key == "irc":
        print(f"    {has_parent(posts, causes, setting == HALF)}", flush=True)
    else:
        print(f"    every one of {len(links)} links: hit@1 {np.mean(links <= 1):.3f}  hit@10 {np.mean(links <= 10):.3f}  "
              f"MRR {np.mean(1 / links):.3f}")  # fmt: skip
    if key == "peps":
        print(f"    {outcome(posts, causes)}", flush=True)
    if key == "irc":
        print(f"    {links_drawn(posts, causes)}", flush=True)


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("corpora", nargs="*", help=f"some of {', '.join(CORPORA)}")
    command.add_argument("--half", action="store_true", help="half of the links visible, too")
    command.add_argument("--fifths", action="store_true", help="a fifth hidden at a time, too: five answers a corpus")
    given = command.parse_args()
    if not (DATA / "check.py").exists():
        sys.exit(f"The corpora are not at {DATA}. Set EARNED_DATA to their folder.")
    sys.path.insert(0, str(DATA))
    for key in [k for k in CORPORA if not given.corpora or re.search("|".join(given.corpora), k)]:
        asked = (True, key in ("irc", "cypherpunks"), key == "cypherpunks", given.half, given.fifths)
        for setting in (s for s, wanted in zip((BLIND, NAMES, SUBJECTS, HALF, FIFTHS), asked) if wanted):
            measure(key, setting)


if __name__ == "__main__":
    main()
