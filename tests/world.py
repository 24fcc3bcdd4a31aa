"""The cast's small world: Ada says it first, Bo credits her, Cy paraphrases, Di only sells, Eve posts most and moves nobody."""

from datetime import UTC, datetime, timedelta

from earned.attribution.attribute import attribute
from earned.attribution.conversation import Placed, place
from earned.model import Account, Link, Post
from earned.people import of_account, persons

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
MATTERS = (
    "pager rotation silence budget quarrel", "ledger replay tombstone compaction cursor", "canary rollout halo bakeoff ramp",
    "quorum lease fencing token split", "backpressure valve queue spillway overflow", "schema migration shadow column backfill",
    "certificate expiry calendar renewal drill", "cache stampede jitter warmup herd", "runbook decay owner rehearsal index",
    "timeout retry storm ceiling deadline", "sidecar mesh latency envoy tail", "feature flag graveyard sweep cleanup",
)  # fmt: skip
FILLER = "we saw that people here think about it when they work and then talk more of it after a while".split()


def account(name, **more):
    return Account(id=f"list:{name.lower()}", name=name, **more)


CAST = [account(n) for n in ("Ada Quill", "Bo Lind", "Cy March", "Di Font", "Eve Soren", "Fay Ng", "Gil Os", "Hal Um")]
ADA, BO, CY, DI, EVE, FAY, GIL, HAL = (a.id for a in CAST)


def post(key, who, day, text, **more):
    given = {"channel": "list", "time_precision": "second", "organization": ""} | more
    return Post(id=key, accounts=(who,) if who else (), claimed_at=START + timedelta(days=day), text=text, **given)


def small_world(seed=0):
    """120 posts: each of Ada's twelve matters is taken up by Bo (linking) and Cy (not), everybody else talks past her."""
    import random

    rng = random.Random(seed)

    def words(matter, n=3):
        return " ".join(rng.sample(FILLER, 9) + rng.sample(matter.split(), n) + rng.sample(FILLER, 4))

    posts, links = [], []
    for k, matter in enumerate(MATTERS):
        day = 8.0 * k + rng.random()
        posts.append(post(f"ada-{k}", ADA, day, words(matter, 5)))
        posts.append(post(f"bo-{k}", BO, day + 0.3, words(matter, 4)))
        links.append(Link(f"bo-{k}", "reply", f"ada-{k}"))
        posts.append(post(f"cy-{k}", CY, day + 1.2, words(matter, 4)))
    for k in range(36):
        own = " ".join(f"{rng.choice('bcdfgklmnprst')}{rng.choice('aeiou')}{rng.randrange(900)}x{k}" for _ in range(4))
        posts.append(post(f"eve-{k}", EVE, rng.uniform(0, 96), f"{words(FILLER_WORDS, 2)} {own}"))
    for k in range(48):
        who = (DI, FAY, GIL, HAL)[k % 4]
        own = " ".join(f"{rng.choice('bcdfgklmnprst')}{rng.choice('aeiou')}{rng.randrange(900)}y{k}" for _ in range(4))
        posts.append(post(f"other-{k}", who, rng.uniform(0, 96), f"{words(FILLER_WORDS, 2)} {own}"))
    return posts, links


FILLER_WORDS = "morning coffee monday weather meeting notes colleague office lunch"


def placed(posts, links=(), accounts=None, **more) -> Placed:
    people = persons(accounts or CAST)
    return place(posts, links, of_account(people), len(people), **more)


def attributed(posts, links=(), accounts=None, *, seed=1, draws=False, denied=frozenset(), **more):
    found = placed(posts, links, accounts, **more)
    names = tuple(p.name for p in persons(accounts or CAST))
    return found, attribute(found, names, seed=seed, draws=draws, denied=denied)


def person(key):
    """Code of a cast member."""
    return [a.id for a in CAST].index(key)
