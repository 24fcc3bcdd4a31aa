"""A small hand-made study of the cast: Ada says it first, Bo credits her, Cy paraphrases, Di sells, Eve posts most."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from earned.model import (
    Account,
    Estimate,
    Evidence,
    Leader,
    Leadership,
    Person,
    Planted,
    Quoted,
    Receipt,
    Story,
    Totals,
    WeekCount,
)

DAY = datetime(2024, 5, 6, 9, 30, tzinfo=UTC)
ADA, BO, CY, DI, EVE = (
    Account(f"memory:{name.lower()}", name)
    for name in ("Ada Quill", "Bo Larsen", "Cy Okafor", "Di Moreau", "Eve Tanaka")
)


def rate(value: float, low: float, high: float, n: int) -> Estimate:
    return Estimate(value, low, high, 0.90, n, "posts per post")


def total(value: float, low: float, high: float, n: int) -> Estimate:
    return Estimate(value, low, high, 0.90, n, "posts")


def leader(account: Account, posts: int, camp: str, reason: str, **more: object) -> Leader:
    known = {"organization": "", "induced": None, "realized": None, "internal": None, "credited": 0, **more}
    person = Person(account.id.removeprefix("memory:"), account.name, (account.id,))
    return Leader(person=person, posts=posts, camp=camp, reason=reason, **known)


EVIDENCE = (
    Evidence(
        "memory:b7",
        "memory:a3",
        0.93,
        "link",
        2.4,
        child_passage="Ada is right that the perimeter was a story we told auditors.",
        parent_passage="The perimeter is a story we tell auditors; attackers never read it.",
        shared_words=("perimeter", "story", "auditors"),
    ),
    Evidence(
        "memory:c2",
        "memory:a3",
        0.71,
        "text",
        6.1,
        child_passage="Our auditors love the perimeter. It is a story, and nobody who attacks us has read it.",
        parent_passage="The perimeter is a story we tell auditors; attackers never read it.",
        shared_words=("perimeter", "story", "auditors"),
    ),
)

LEADERSHIP = Leadership(
    people=(
        leader(
            ADA,
            22,
            "has it",
            "Others take up her posts more than those of comparable authors, and the interval says so.",
            organization="Quill Labs",
            induced=rate(0.62, 0.31, 1.04, 22),
            realized=total(14.2, 8.1, 21.3, 22),
            internal=total(2.3, 0.8, 4.9, 22),
            credited=5,
            evidence=EVIDENCE,
        ),
        leader(
            BO,
            17,
            "is trying",
            "What followed his posts is more than nothing, but comparable authors reach as much.",
            organization="Fjord Bank",
            induced=rate(0.21, 0.06, 0.48, 17),
            realized=total(3.6, 1.0, 8.2, 17),
            internal=total(0.2, 0.0, 1.1, 17),
            credited=1,
        ),
        leader(
            CY,
            19,
            "is trying",
            "Some posts follow his, most of them also explained by the report of 4 May.",
            induced=rate(0.14, 0.02, 0.41, 19),
            realized=total(2.7, 0.4, 7.8, 19),
            internal=None,
        ),
        leader(
            EVE,
            212,
            "wants it",
            "Of many posts hardly any is followed by somebody else's.",
            organization="Moreau Cloud",
            induced=rate(0.01, 0.0, 0.03, 212),
            realized=total(1.9, 0.0, 6.4, 212),
            internal=total(4.1, 1.9, 8.0, 212),
        ),
        leader(DI, 3, "not enough evidence", "Too early to tell: 3 posts, 8 needed.", organization="Moreau Cloud"),
    ),
    totals=Totals(
        posts=412,
        people=37,
        channels=2,
        since=DAY - timedelta(days=126),
        until=DAY + timedelta(days=21),
        realized=total(58.4, 41.0, 77.9, 412),
        credited=11,
        unplaced=4,
    ),
    cannot_tell=(
        "We saw two blogs and a forum, not LinkedIn: what was taken up there is missing.",
        "The report of 4 May may explain 9 of the posts that we give to people.",
    ),
    provenance={"version": "0.1.0", "seed": "1", "high water": "412-5e175d12b79626eb"},
)


def quoted(account: Account, passage: str, days: float, url: str = "https://forum.example/t/1") -> Quoted:
    return Quoted(account.name, "forum", DAY + timedelta(days=days), "minute", url, passage)


RECEIPTS = (
    Receipt(
        quoted(BO, EVIDENCE[0].child_passage, 2.4),
        quoted(ADA, EVIDENCE[0].parent_passage, 0, "https://ada.example/perimeter"),
        EVIDENCE[0],
    ),
    Receipt(
        quoted(CY, EVIDENCE[1].child_passage, 6.1),
        quoted(ADA, EVIDENCE[1].parent_passage, 0, "https://ada.example/perimeter"),
        EVIDENCE[1],
        ("The report of 4 May says the same of auditors, and both may have read it.",),
    ),
)

WEEKS = tuple(
    WeekCount(date(2024, 1, 1) + timedelta(weeks=place), posts, round(posts * part, 1))
    for place, (posts, part) in enumerate(
        zip((9, 12, 8, 15, 11, 14, 18, 13, 20, 17, 16, 22, 19, 25, 21, 18, 31, 44, 38, 27, 14), (0.05, 0.1, 0.2) * 7)
    )
)

STORY = Story(
    title="Who leads the talk on zero trust",
    topic="Zero trust in small firms",
    leadership=LEADERSHIP,
    weeks=WEEKS,
    receipts=RECEIPTS,
    found_and_planted=(
        Planted("Ada Quill", 0.70, LEADERSHIP.people[0].induced),
        Planted("Bo Larsen", 0.55, LEADERSHIP.people[1].induced),
        Planted("Di Moreau", 0.0, None),
    ),
)
