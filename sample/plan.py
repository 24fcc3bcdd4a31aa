"""The skeleton of the sample world: who says something when, and what brought it about. Run once; texts are written to it.

    python sample/plan.py > sample/plan.jsonl

Standard library only, one seed. The planted truth is in the plan, so it is exact; people wrote the sentences.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
START = datetime(2024, 1, 8, tzinfo=UTC)
DAYS = 540
#: Person -> (posts of their own accord, posts by others to be brought about).
PLAN = {
    "ada-quill": (22, 36), "noor-haddad": (19, 23), "tomas-rivera": (17, 17), "jun-park": (9, 4), "kemi-adeyemi": (9, 3),
    "lars-nygaard": (9, 2), "mei-tanaka": (9, 4), "olu-bankole": (9, 3), "pia-rossi": (9, 3), "bo-lindqvist": (9, 3),
    "cy-marchetti": (10, 1), "di-fontaine": (30, 0), "eve-sorensen": (62, 1), "gus-okafor": (12, 0), "hana-ito": (5, 0),
    "ivo-petrov": (4, 0), "rex-dunmore": (4, 0), "quinn-abbott": (9, 1), "sana-mirza": (9, 1), "theo-vassilis": (9, 1),
    "uma-krishnan": (8, 0), "viktor-hale": (8, 1), "wren-castillo": (9, 0), "xenia-wolf": (8, 1), "yusuf-demir": (9, 1),
    "zofia-nowak": (8, 0), "arlo-finch": (8, 0), "bea-torres": (8, 1), "caleb-stone": (8, 0), "dara-kelly": (8, 0),
    "beaconly": (8, 0), "anonymous": (6, 0),
}  # fmt: skip
#: Matters that roots are about; each is used by one or two roots of a person, so that texts tell matters apart.
IDEAS = {
    "ada-quill": ["an alert is a promise somebody made", "the quiet week test", "runbooks rot from the top", "page the author",
                  "two pairs of eyes is not a rollback", "nobody reads the eleventh dashboard", "sleep debt is technical debt"],
    "noor-haddad": ["human error is a full stop, not a finding", "the meeting before the incident review", "write the near miss",
                    "who was surprised, and when", "counterfactuals are gossip"],
    "tomas-rivera": ["headroom is inventory", "the bill is a monitoring tool", "retries are a loan", "the error budget is for arguing"],
}  # fmt: skip
MATTERS = """pager rotations in small teams;handover notes;certificate expiry;DNS changes and old resolvers;backup restores;
feature flags left behind;log volume;time zones and cron;queue backlogs;cache stampedes;deploy freezes at year end;
status pages;vendor lock and exit drills;chaos drills;load tests nobody trusts;database failover;schema migrations;
connection pools;rate limits;mobile releases;on-call pay;new joiners on call;escalation ladders;war rooms and chat;
maintenance windows;clock skew;disk space;health checks that lie;service ownership;config changes;access reviews;
synthetic checks;mean time metrics;SLO workshops;read replicas;batch jobs at night;support tickets as signals;
canary releases;kernel upgrades;hospital downtime procedures;regulator questionnaires;game launches;mainframe windows;
tabletop exercises;documentation search;alarm sounds;remote hands in data centres;message ordering;idempotent jobs;
secrets rotation""".replace("\n", "").split(";")
CHANNELS = ["harbor", "chirp", "fieldnotes", "oncall-weekly", "questions"]
TASTE = {"ada-quill": [4, 3, 4, 0, 1], "noor-haddad": [3, 2, 5, 1, 0], "tomas-rivera": [4, 4, 3, 0, 1], "eve-sorensen": [2, 9, 1, 1, 1],
         "di-fontaine": [1, 6, 3, 1, 0], "dara-kelly": [1, 1, 1, 6, 1], "caleb-stone": [2, 1, 0, 0, 6], "beaconly": [0, 5, 3, 0, 0]}  # fmt: skip
CREDIT = {"bo-lindqvist": 1.0, "cy-marchetti": 0.0, "viktor-hale": 0.2}
ORGANIZATION = {p["id"]: p["organization"] for p in json.loads((HERE / "cast.json").read_text())["people"]}


def main() -> None:
    rng = random.Random(11)
    rows: list[dict[str, object]] = []

    def add(
        person: str, day: float, channel: str, parent: dict[str, object] | None, kind: str, matter: str
    ) -> dict[str, object]:
        row = {"person": person, "day": day, "channel": channel, "parent": parent, "kind": kind, "matter": matter}
        rows.append(row)
        return row

    def channel_for(person: str) -> str:
        return rng.choices(CHANNELS, TASTE.get(person, [4, 3, 2, 1, 2]))[0]

    free = MATTERS * 12
    for person, (posts, _) in PLAN.items():
        for k in range(posts):
            if person in IDEAS:
                matter = IDEAS[person][k % len(IDEAS[person])]
            elif person == "di-fontaine" or person == "beaconly":
                matter = "Beaconly Pulse (product)"
            elif person == "eve-sorensen":
                matter = "Eve's own small thought"
            else:
                matter = free.pop(rng.randrange(len(free)))
            add(person, rng.uniform(0, DAYS - 15 if person in IDEAS else DAYS), channel_for(person), None, "", matter)
    followers = [p for p in PLAN if p not in {"di-fontaine", "beaconly", "anonymous", "rex-dunmore", "eve-sorensen"}]
    weight = {p: 3.0 if p in {"bo-lindqvist", "cy-marchetti"} else 1.0 for p in followers}
    for person, (_, wanted) in PLAN.items():
        own = [r for r in rows if r["person"] == person and float(r["day"]) < DAYS - 14]  # type: ignore[arg-type]
        pull = [rng.gammavariate(0.8, 1.0) + 0.05 for _ in own]
        for _ in range(wanted):
            parent = rng.choices(own, pull)[0]
            others = [
                p
                for p in followers
                if p != person and (ORGANIZATION[p] != ORGANIZATION[person] or ORGANIZATION[p] == "Independent")
            ]
            child = rng.choices(others, [weight[p] for p in others])[0]
            credited = rng.random() < CREDIT.get(child, 0.5)
            same = rng.random() < 0.6
            where = (
                str(parent["channel"])
                if same and parent["channel"] not in {"fieldnotes", "oncall-weekly"}
                else channel_for(child)
            )
            median = {"chirp": 0.15, "harbor": 0.6, "questions": 0.8}.get(where, 3.5)
            lag = max(rng.lognormvariate(0, 1.0) * median, 0.006)
            reply = credited and where == parent["channel"] and where not in {"fieldnotes", "oncall-weekly"}
            how = "reply" if reply else rng.choice(["link", "link", "name"]) if credited else "uncredited"
            add(child, float(parent["day"]) + lag, where, parent, how, str(parent["matter"]))  # type: ignore[arg-type]
    for root in [r for r in rows if r["person"] == "gus-okafor"]:
        for child in rng.sample(["hana-ito", "ivo-petrov", "uma-krishnan"], rng.choice([1, 1, 2])):
            add(
                child,
                float(root["day"]) + rng.uniform(0.02, 0.3),
                str(root["channel"]),
                root,
                "colleague",
                str(root["matter"]),
            )  # type: ignore[arg-type]
    for root in rng.sample(
        [r for r in rows if r["kind"] == "" and r["person"] not in {"eve-sorensen", "di-fontaine", "anonymous"}], 22
    ):
        add(
            str(root["person"]),
            float(root["day"]) + rng.uniform(0.5, 6),
            channel_for(str(root["person"])),
            root,
            "own",
            str(root["matter"]),
        )  # type: ignore[arg-type]
    old = [r for r in rows if r["person"] in IDEAS and r["kind"] == "" and float(r["day"]) < 250]  # type: ignore[arg-type]
    for source in rng.sample(old, 9):
        add(
            "rex-dunmore",
            float(source["day"]) + rng.uniform(190, 280),
            channel_for("rex-dunmore"),
            None,
            "prior",
            str(source["matter"]),
        )  # type: ignore[arg-type]
    for day, matter in (
        (162.3, "news: Beaconly buys the open-source pager Lantern and closes it"),
        (401.6, "news: the Meridian region outage of nine hours"),
    ):
        people = [p for p in PLAN if p not in {"di-fontaine", "anonymous"} and (p != "beaconly" or day < 200)]
        first = "beaconly" if day < 200 else "bea-torres"
        add(first, day, "chirp", None, "news", matter)
        for person in rng.sample([p for p in people if p != first], 13):
            add(
                person,
                day + rng.uniform(0.04, 2.6),
                rng.choice(["chirp", "chirp", "harbor", "oncall-weekly"]),
                None,
                "news",
                matter,
            )
    rows.sort(key=lambda r: float(r["day"]))  # type: ignore[arg-type]
    rows = [r for r in rows if float(r["day"]) < DAYS]  # type: ignore[arg-type]
    number = dict.fromkeys(CHANNELS, 0)
    for row in rows:
        number[str(row["channel"])] += 1
        row["id"] = f"{row['channel']}-{number[str(row['channel'])]:04d}"
    for row in rows:
        moment = START + timedelta(days=float(row["day"]), hours=0)  # type: ignore[arg-type]
        parent = row["parent"]
        print(json.dumps({
            "id": row["id"], "person": row["person"], "channel": row["channel"], "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "parent": parent["id"] if isinstance(parent, dict) else None, "kind": row["kind"], "matter": row["matter"],
        }, ensure_ascii=False))  # fmt: skip


if __name__ == "__main__":
    main()
