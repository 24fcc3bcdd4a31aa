"""Build the sample world: texts that people wrote + the plan -> src/earned/sample/{posts.jsonl,truth.json}.

    python sample/build.py [--check]      --check only says whether the shipped files are those of a fresh build

Standard library only. Counts of the truth are computed from the plan's parents, never typed.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent / "src" / "earned" / "sample"
BY_OTHERS = {"reply", "link", "name", "uncredited"}
SITES = {"harbor": "https://harbor.example/t/", "chirp": "https://chirp.example/p/", "fieldnotes": "https://fieldnotes.example/",
         "oncall-weekly": "https://oncall-weekly.example/item/", "questions": "https://questions.example/q/"}  # fmt: skip
NEWS = {
    "Lantern": "https://news.example/beaconly-buys-lantern",
    "Meridian": "https://status.meridian.example/nine-hours",
}

Row = dict[str, Any]


def texts() -> dict[str, tuple[str, str]]:
    """Post id -> (title, text)."""
    found: dict[str, tuple[str, str]] = {}
    for path in [HERE / "texts" / "world.txt"]:
        for block in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            head, _, body = block.partition("\n")
            key, _, title = (part.strip() for part in head.partition("|"))
            if key in found:
                sys.exit(f"{path.name}: {key} is written twice.")
            found[key] = title, re.sub(r"\n{3,}", "\n\n", body.strip())
    return found


def faults(plan: list[Row], written: dict[str, tuple[str, str]]) -> list[str]:
    """What would make the world a toy: missing texts, sentences used twice, posts that begin alike."""
    missing = [row["id"] for row in plan if not written.get(row["id"], ("", ""))[1]]
    said: dict[str, list[str]] = defaultdict(list)
    starts: dict[str, list[str]] = defaultdict(list)
    for key, (_, text) in written.items():
        starts[" ".join(text.lower().split()[:5])].append(key)
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            if len(sentence.split()) >= 6:
                said[sentence.strip().lower()].append(key)
    found = [f"{len(missing)} posts without text: {', '.join(missing[:12])}"] if missing else []
    found += [f"said twice ({', '.join(keys)}): {sentence}" for sentence, keys in said.items() if len(set(keys)) > 1]
    found += [f"begin alike: {', '.join(keys)}" for start, keys in starts.items() if len(keys) > 1 and start]
    found += [
        f"{key} holds an address" for key, (_, text) in written.items() if re.search(r"\S@\S+\.\w|https?://", text)
    ]
    return found


def links_of(row: Row, by_id: dict[str, Row]) -> list[dict[str, str]]:
    parent = row["parent"]
    if row["kind"] in ("reply", "colleague"):
        return [{"kind": "reply", "target": parent}] if by_id[parent]["channel"] == row["channel"] else []
    if row["kind"] == "link":
        return [{"kind": "url", "target": url(parent)}]
    return [
        {"kind": "url", "target": target}
        for word, target in NEWS.items()
        if row["kind"] == "news" and word in row["matter"]
    ]


def url(key: str) -> str:
    channel, _, number = key.rpartition("-")
    return SITES[channel] + str(int(number))


def post(row: Row, title: str, text: str, cast: dict[str, Row], by_id: dict[str, Row]) -> Row:
    who = cast[row["person"]]
    author = {"id": who["id"], "name": who["name"]} | ({"group": True} if who.get("group") else {})
    labels = {"anonymous": "remailer"} if who.get("anonymous") else {}
    independent = who["organization"] in (None, "Independent")
    return {
        "id": row["id"], "channel": row["channel"], "url": url(row["id"]), "time": row["time"], "time_precision": "second",
        "author": author, "organization": None if independent else who["organization"], "title": title or None,
        "text": text, "links": links_of(row, by_id), "labels": labels, "lang": "en",
    }  # fmt: skip


def truth(plan: list[Row], cast: dict[str, Row], by_id: dict[str, Row]) -> Row:
    posts = Counter(row["person"] for row in plan)
    induced = Counter(by_id[row["parent"]]["person"] for row in plan if row["kind"] in BY_OTHERS)
    credited = Counter(by_id[row["parent"]]["person"] for row in plan if row["kind"] in BY_OTHERS - {"uncredited"})
    inside = Counter(by_id[row["parent"]]["person"] for row in plan if row["kind"] == "colleague")
    kinds = {"reply": "credited", "link": "credited", "name": "credited", "prior": "prior art"}
    people = [
        {"id": key, "name": one["name"], "organization": one["organization"], "role": one["role"], "posts": posts[key],
         "induced_by_others": induced[key], "credited": credited[key], "induced_by_colleagues": inside[key]}
        for key, one in cast.items()
    ]  # fmt: skip
    parents = {
        row["id"]: {"parent": row["parent"], "kind": kinds.get(row["kind"], row["kind"])} for row in plan if row["kind"]
    }
    ideas: dict[str, list[str]] = defaultdict(list)
    for row in plan:
        ideas[row["matter"]].append(row["id"])
    named = [
        {"name": matter, "first_said_by": by_id[keys[0]]["person"], "posts": keys}
        for matter, keys in sorted(ideas.items())
        if any(by_id[key]["kind"] in BY_OTHERS for key in keys)
    ]
    leaders = [one["id"] for one in people if one["posts"] >= 8 and one["induced_by_others"] >= 0.5 * one["posts"]]
    return {"people": people, "parents": parents, "ideas": named, "leaders": leaders}


def build() -> dict[str, str]:
    plan = [json.loads(line) for line in (HERE / "plan.jsonl").read_text(encoding="utf-8").splitlines()]
    cast = {one["id"]: one for one in json.loads((HERE / "cast.json").read_text(encoding="utf-8"))["people"]}
    written, by_id = texts(), {row["id"]: row for row in plan}
    if wrong := faults(plan, written):
        sys.exit("\n".join(wrong))
    lines = [json.dumps(post(row, *written[row["id"]], cast, by_id), ensure_ascii=False) for row in plan]
    return {
        "posts.jsonl": "\n".join(lines) + "\n",
        "truth.json": json.dumps(truth(plan, cast, by_id), ensure_ascii=False, indent=1) + "\n",
    }


if __name__ == "__main__":
    for name, content in build().items():
        if "--check" in sys.argv:
            if (SHIPPED / name).read_text(encoding="utf-8") != content:
                sys.exit(f"{name} is not what a fresh build gives. Run: python sample/build.py")
        else:
            (SHIPPED / name).write_text(content, encoding="utf-8")
