"""What a fit leaves to the next one: kept for whole studies, under a version and a seed, and gone with the study."""

import pytest
from scenes import run

from earned import study as conductor
from earned.model import Page
from earned.reading import Wish
from earned.store import open_store
from earned.workspace import Study
from world import CAST, small_world

LEARN = """
from earned import study as conductor
from earned.reading import Wish
from earned.workspace import open_study
learn = conductor.learn
def told(given, wish, *, before, **more):
    print(before and len(before.compared.prints.post))
    return learn(given, wish, before=before, **more)
conductor.learn = told
open_study("world", Path(os.environ["FOLDER"])).learn(Wish())
"""
BEGIN = """
sys.path.insert(0, str(Path(os.environ["SCENES"]).parent))
from world import CAST, small_world
posts, links = small_world()
made = store.studies.new("world")
page = Page(tuple(posts), tuple(CAST), tuple(links), "1", NOW)
store.posts.keep(store.sources.add(made, "memory", "here"), page, now=NOW)
"""


@pytest.fixture
def opened(db):
    posts, links = small_world()
    store = open_store()
    made = Study(store, store.studies.new("world"))
    page = Page(tuple(posts), tuple(CAST), tuple(links), "1", posts[0].claimed_at)
    store.posts.keep(store.sources.add(made.record, "memory", "here"), page, now=posts[-1].claimed_at)
    return made


@pytest.fixture
def befores(monkeypatch):
    """What each fit was told of the one before."""
    learn, told = conductor.learn, []

    def noting(given, wish, *, before, **more):
        told.append(before)
        return learn(given, wish, before=before, **more)

    monkeypatch.setattr(conductor, "learn", noting)
    return told


def test_what_is_kept_comes_back_under_its_version_and_seed_alone(opened):
    starts = opened.store.starts
    starts.keep(opened.record, b"older", version="1", seed=1)
    starts.keep(opened.record, b"\0numbers", version="2", seed=1)

    assert b"\0numbers" == starts.of(opened.record, version="2", seed=1)
    assert starts.of(opened.record, version="1", seed=1) is None
    assert starts.of(opened.record, version="2", seed=7) is None


def test_it_goes_with_the_study(opened):
    opened.store.starts.keep(opened.record, b"numbers", version="1", seed=1)
    opened.store.studies.remove("world")
    again = opened.store.studies.new("world")

    assert opened.store.starts.of(again, version="1", seed=1) is None


def test_a_fit_of_a_whole_study_begins_where_the_last_one_ended(opened, befores):
    first, second = opened.learn(Wish()), opened.learn(Wish())

    assert befores[0] is None
    assert (befores[1].compared.prints.post == first.attribution.compared.prints.post).all()
    assert second.attribution.fitted.passes < first.attribution.fitted.passes
    assert [row.camp for row in first.leadership.people] == [row.camp for row in second.leadership.people]


def test_a_narrowed_question_neither_reads_nor_leaves_anything(opened, befores):
    opened.learn(Wish(topic=("pager",)))
    opened.learn(Wish())
    opened.learn(Wish(topic=("pager",)))
    opened.learn(Wish(seed=2))

    assert [None] * 4 == befores


def test_bytes_that_nobody_understands_are_passed_over(opened, befores):
    opened.learn(Wish())
    opened.store.starts.keep(opened.record, b"no numbers", version=opened.fit_version, seed=1)
    opened.learn(Wish())

    assert [None, None] == befores


@pytest.mark.slow
def test_a_start_outlives_its_process(tmp_path):
    run(tmp_path, BEGIN)

    posts = len(small_world()[0])
    assert ["None\n", f"{posts}\n"] == [run(tmp_path, LEARN) for _ in range(2)]
