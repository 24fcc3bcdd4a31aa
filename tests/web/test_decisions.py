"""What people decide is kept, can be taken back, and changes the next fit."""

from __future__ import annotations

import pytest

from earned import edition, jobs, reading, sample
from earned.edition import Wanted
from earned.errors import StudyError
from earned.store import open_store
from earned.workspace import Study

HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def real(db, workspace):
    """The sample world with its posts kept."""
    made = Study(open_store(), open_store().studies.new("real"))
    made.add(sample.posts_path())
    assert [error for _, _, error in made.sync()] == [""]
    return made


@pytest.fixture
def beginning(db, workspace, tmp_path):
    """A study of the sample world's first posts: enough for a job, which asks no question of them."""
    with open(sample.posts_path(), encoding="utf-8") as whole:
        (tmp_path / "posts.jsonl").write_text("".join(line for line, _ in zip(whole, range(120))), encoding="utf-8")
    made = Study(open_store(), open_store().studies.new("beginning"))
    made.add(tmp_path / "posts.jsonl")
    assert [error for _, _, error in made.sync()] == [""]
    return made


def uptake(opened, wanted=Wanted(), most=1_000):  # noqa: B008 - frozen
    return opened.store.editions.uptake(edition.latest(opened), wanted, most=most)


def test_a_receipt_is_decided_in_place_and_undone(client, opened):
    one = uptake(opened)[0]
    given = {"child": one.child, "parent": one.parent}

    said = client.post("/s/sample/ledger/decide/", given | {"verdict": "accepted"}, **HX).content.decode()
    assert said.lstrip().startswith("<article")
    assert ">accepted</strong>" in said
    assert edition.waiting(opened, edition.latest(opened)) == 1
    back = client.post("/s/sample/ledger/decide/", given | {"verdict": "undo"}, **HX).content.decode()
    assert 'value="accepted"' in back
    assert opened.store.decisions.holding(opened.record, "receipt") == ()
    assert len(opened.store.decisions.history(opened.record)) == 2


def test_without_script_a_decision_leads_to_the_receipt(client, opened):
    one = uptake(opened)[0]
    answer = client.post(
        "/s/sample/ledger/decide/", {"child": one.child, "parent": one.parent, "verdict": "not sure"}, follow=True
    )

    assert answer.status_code == 200
    assert "not sure</strong>" in answer.content.decode()


@pytest.mark.parametrize("verdict", ["maybe", "", "<script>"])
def test_an_unknown_verdict_is_refused(client, opened, verdict):
    one = uptake(opened)[0]
    given = {"child": one.child, "parent": one.parent, "verdict": verdict}

    assert client.post("/s/sample/ledger/decide/", given).status_code == 400
    assert opened.store.decisions.last(opened.record) == 0


def test_the_filters_of_the_ledger_hold(client, opened):
    everything = uptake(opened)
    assert all(not one.credited for one in uptake(opened, Wanted(credited=False)))
    assert all(one.leader == "ada-quill" for one in uptake(opened, Wanted(leader="ada-quill")))
    counted = [len(uptake(opened, Wanted(credited=flag))) for flag in (True, False)]
    assert sum(counted) == len(everything) > min(counted) > 0
    newest = max(one.at for one in everything if one.at)
    html = client.get("/s/sample/ledger/?since=week").content.decode()
    late = [one for one in everything if one.at and (newest - one.at).days < 7]
    assert f"{len(late)} receipt" in html
    assert client.get("/s/sample/ledger/?from=99999999999999999999&credit=x&since=y").status_code == 200


@pytest.mark.slow
def test_what_is_accepted_and_rejected_changes_the_next_fit(real):
    edition.refresh(real)
    before = {(one.child, one.parent): one for one in uptake(real)}
    wrong = max((one for one in before.values() if not one.credited), key=lambda one: one.probability)
    right = min((one for one in before.values() if not one.credited), key=lambda one: one.probability)
    edition.decide(real, wrong.child, wrong.parent, "rejected")
    edition.decide(real, right.child, right.parent, "accepted")
    assert edition.waiting(real, edition.latest(real)) == 2

    edition.refresh(real)
    after = {(one.child, one.parent): one for one in uptake(real)}
    assert (wrong.child, wrong.parent) not in after
    assert after[right.child, right.parent].probability > max(0.9, right.probability)
    assert not after[right.child, right.parent].credited, "a person's say is evidence, never credit"
    assert edition.waiting(real, edition.latest(real)) == 0

    for one in real.store.decisions.holding(real.record, "receipt"):
        edition.undo(real, one.id)
    edition.refresh(real)
    assert {(one.child, one.parent) for one in uptake(real)} == set(before)


@pytest.mark.slow
def test_ideas_are_renamed_merged_and_split_and_that_outlives_a_refit(client, real):
    edition.refresh(real)
    (first, _), (second, _) = real.store.editions.titles(edition.latest(real), "idea", most=2)
    one, two = (edition.page(real, edition.latest(real), "idea", key) for key in (first, second))
    assert client.post(f"/s/real/idea/{first}/rename/", {"name": "  Flags   vanish "}).status_code == 302
    assert client.post(f"/s/real/idea/{first}/merge/", {"other": second}).status_code == 302

    edition.refresh(real, reading.Wish(seed=2))
    ideas = edition.ideas(real, edition.latest(real), most=200)
    merged = next(idea for idea in ideas if idea.name == "Flags vanish")
    posts = {said.post for said in merged.passages}
    assert posts >= {said.post for said in (*one.passages, *two.passages)}

    leaving = [said.post for said in two.passages]
    assert client.post(f"/s/real/idea/{merged.id}/split/", {"post": leaving}).status_code == 302
    edition.refresh(real)
    apart = edition.ideas(real, edition.latest(real), most=200)
    assert {said.post for idea in apart if idea.name == "Flags vanish" for said in idea.passages}.isdisjoint(leaving)

    for held in reversed(real.store.decisions.holding(real.record, "idea")):
        client.post("/s/real/decisions/undo/", {"number": held.id})
    edition.refresh(real)
    assert {idea.id for idea in edition.ideas(real, edition.latest(real), most=200)} >= {first, second}


def test_an_empty_name_and_a_split_of_everything_are_refused(client, opened):
    key = opened.store.editions.titles(edition.latest(opened), "idea", most=1)[0][0]
    every = [said.post for said in edition.page(opened, edition.latest(opened), "idea", key).passages]

    assert client.post(f"/s/sample/idea/{key}/rename/", {"name": "  "}).status_code == 400
    assert client.post(f"/s/sample/idea/{key}/split/", {"post": every}).status_code == 400
    assert opened.store.decisions.last(opened.record) == 0


def test_a_hint_is_corrected_and_counts_at_once(client, opened):
    ideas = edition.ideas(opened, edition.latest(opened), most=200)
    idea = next(one for one in ideas if one.debate)
    post = idea.debate[0].said.post
    client.post(f"/s/sample/idea/{idea.id}/hint/", {"post": post, "hint": "against"})

    assert edition.hints(opened, idea) == {post: "against"}
    assert "<option selected>against</option>" in client.get(f"/s/sample/idea/{idea.id}/").content.decode()
    assert client.post(f"/s/sample/idea/{idea.id}/hint/", {"post": post, "hint": "yes!"}).status_code == 400


def test_another_studys_decision_cannot_be_undone_from_here(client, opened):
    other = Study(opened.store, opened.store.studies.new("other"))
    number = edition.decide(other, "a", "b", "accepted")

    assert client.post("/s/sample/decisions/undo/", {"number": number}).status_code == 400
    assert other.store.decisions.holding(other.record, "receipt")


def test_a_job_runs_once_at_a_time_and_tells_how_it_went(beginning):
    job = jobs.begin(beginning, "Working")
    with pytest.raises(StudyError, match="is being worked on already"):
        jobs.begin(beginning, "Working again")
    told = []
    jobs.run(beginning, reading.Wish(), job, lambda stage, done, total: told.append(stage))

    done = jobs.latest(beginning)
    assert done.ended_at
    assert not done.error
    assert "0 new" in done.notes
    assert "Weighing causes" in told


def test_a_job_that_fails_says_why(db, workspace):
    empty = Study(open_store(), open_store().studies.new("empty"))
    with pytest.raises(StudyError):
        jobs.run(empty, reading.Wish(), jobs.begin(empty, "Working"), lambda *_: None)

    assert "holds no posts yet" in jobs.latest(empty).error


def test_a_job_whose_process_died_is_told_as_interrupted(real):
    from datetime import timedelta

    from earned.store.models import JobRow

    job = jobs.begin(real, "Working")
    JobRow.objects.filter(pk=job.id).update(beat_at=job.beat_at - timedelta(minutes=5))

    assert "interrupted" in jobs.latest(real).error
    assert jobs.begin(real, "Again").id > job.id
