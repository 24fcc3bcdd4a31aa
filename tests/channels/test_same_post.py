"""LinkedIn's up to three numbers of one post: joined where something names two of them, told where nothing does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.test_analytics import workbook
from data import made
from earned.channels.same_post import LABEL, joined, known_as, label, numbers
from earned.counting import UNMET, add_counts, counts_of
from earned.model import Link
from earned.reading import read_files
from earned.store import open_store
from earned.sync import read_on
from earned.workspace import Study

SHARE, ACTIVITY = "urn:li:share:7100000000000000001", "urn:li:activity:7100000000000000777"
UGC = "urn:li:ugcPost:7100000000000000555"
FEED = "https://www.linkedin.com/feed/update/"
COPIED = "https://www.linkedin.com/posts/ada-q_on-call-and-sleep-activity-7100000000000000777-AbCd?utm_source=share"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{FEED}{SHARE}/", (SHARE,)),
        (f"{FEED}{SHARE.replace(':', '%3A')}", (SHARE,)),
        (f"{FEED}{SHARE.replace(':', '%253A')}", (SHARE,)),
        (COPIED, (ACTIVITY,)),
        ("https://www.linkedin.com/posts/ada_share-7100000000000000001-x/", (SHARE,)),
        (f"{FEED}{UGC}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7100000000000000777%2C5%29", (UGC, ACTIVITY)),
        (f"{FEED}{ACTIVITY}?commentUrn=urn:li:comment:(urn:li:activity:7100000000000000777,1)", (ACTIVITY,)),
        (f"{FEED}{SHARE}?updateEntityUrn=urn:li:fs_feedUpdate:(V2,{ACTIVITY})", (SHARE, ACTIVITY)),
        (f"{FEED}{ACTIVITY}?of=urn:li:activity:7100000000000000999", (ACTIVITY,)),
        ("https://www.linkedin.com/in/ada-q/", ()),
        ("https://www.linkedin.com/pulse/on-call-activity-ada/", ()),
        ("https://a.example/posts/x-activity-7100000000000000777-A", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_an_address_names_a_post_by_its_numbers(address, expected):
    assert expected == numbers(address)


def test_ids_are_one_only_where_one_post_of_them_is_there():
    assert {"b": "a", "c": "a"} == known_as(["b c", "a b"], {"a", "x"})
    assert {} == known_as(["a b", "b c"], {"a", "c"}), "two posts that are there cannot be one"
    assert {} == known_as(["b c"], {"a"})
    assert {} == label(["a", "a"])


@given(st.lists(st.text("abcde ", max_size=5), max_size=8), st.frozensets(st.sampled_from("abcde")))
def test_no_id_of_a_post_at_hand_is_ever_given_to_another(said, known):
    names = known_as(said, known)

    assert not names.keys() & known
    assert set(names.values()) <= known


def test_links_meet_the_post_by_its_own_id():
    links = [Link("x:1", "reply", "b", 2, "said"), Link("x:2", "reply", "c")]

    assert [Link("x:1", "reply", "a", 2, "said"), links[1]] == joined(links, {"b": "a"})


def export(folder, *comments):
    """An export with one share, and comments under these addresses."""
    table = "".join(f"2024-01-0{day} 10:00:00,{link},Words {day}\n" for day, link in enumerate(comments, 3))
    told = {
        "Shares.csv": f"Date,ShareLink,ShareCommentary\n2024-01-02 10:00:00,{FEED}{SHARE.replace(':', '%3A')},Nobody sleeps\n",
        "Comments.csv": f"Date,Link,Message\n{table}",
    }
    return made.zipped(folder, "linkedin.zip", told)


BOTH = f'"{FEED}{SHARE}?commentUrn=urn:li:comment:(activity:7100000000000000777,7100000000000000888)"'
ANSWER = "\n\nBo, 2024-01-03\nI do.\n"


def targets(conversation):
    here = {post.id for post in conversation.posts}
    answers = [link for link in conversation.links if link.kind == "reply" and link.target in here]
    return {(link.from_post.split(":")[0], link.target) for link in answers}


def test_a_copied_answer_under_another_number_meets_the_post_when_a_row_names_both(tmp_path):
    answers = made.written(tmp_path, "answers.txt", f"Answers to {COPIED}, copied 2024-03-05{ANSWER}")
    alone = read_files([export(tmp_path, f"{FEED}{ACTIVITY}"), answers])
    both = read_files([export(tmp_path, BOTH), answers])

    assert set() == targets(alone)
    assert {("linkedin", f"linkedin:{SHARE}"), ("answers", f"linkedin:{SHARE}")} == targets(both)


def test_who_copies_answers_can_name_both_addresses(tmp_path):
    address = f"{FEED}{SHARE.replace(':', '%3A')}"
    answers = made.written(tmp_path, "answers.txt", f"Answers to {COPIED} also {address}, copied 2024-03-05{ANSWER}")
    found = read_files([export(tmp_path), answers])
    (answer,) = (post for post in found.posts if post.id.startswith("answers:"))

    assert {("answers", f"linkedin:{SHARE}")} == targets(found)
    assert f"linkedin:{ACTIVITY} linkedin:{SHARE}" == answer.labels[LABEL]
    assert answer.copied


def test_two_answers_to_one_comment_are_two(tmp_path):
    comment = "urn:li:comment:(activity:7100000000000000777,{})"
    under = f'"{FEED}{ACTIVITY}?commentUrn={comment.format(5)}&replyUrn={comment}"'
    found = read_files([export(tmp_path, under.format(6), under.format(7))])

    assert {"Nobody sleeps", "Words 3", "Words 4"} == {post.text for post in found.posts}


@pytest.fixture
def study(db, settings, tmp_path):
    settings.EARNED_WORKSPACE = tmp_path / "workspace"
    store = open_store()
    return Study(store, store.studies.new("topic"))


def sync(study, *given):
    for one in given:
        study.add(one)
    for source in study.store.sources.of(study.record):
        assert "" == read_on(study.store, source, client=object()).error


def test_a_study_tells_copied_answers_that_meet_nothing_until_something_names_both(study, tmp_path):
    answers = made.written(tmp_path, "answers.txt", f"Answers to {COPIED}, copied 2024-03-05{ANSWER}")
    sync(study, export(tmp_path), answers)
    before = study.unmatched()
    (tmp_path / "more").mkdir()
    sync(study, export(tmp_path / "more", BOTH))

    assert (f"linkedin:{ACTIVITY}",) == before
    assert () == study.unmatched()
    assert {("linkedin", f"linkedin:{SHARE}"), ("answers", f"linkedin:{SHARE}")} == targets(study.conversation())


def test_counts_under_another_number_are_met_when_a_row_names_both_and_told_when_none_does(study, tmp_path):
    rows = [["Post URL", "Impressions"], [f"{FEED}{ACTIVITY}/", 1200], [f"{FEED}{SHARE}", 7], [f"{FEED}{UGC}", 3]]
    book = workbook(tmp_path, {"TOP POSTS": rows})
    sync(study, export(tmp_path))
    alone = add_counts(study, str(book))
    (tmp_path / "more").mkdir()
    sync(study, export(tmp_path / "more", BOTH))
    both = add_counts(study, str(book))

    assert (1, 1, 2) == (alone.kept, alone.posts, alone.elsewhere)
    assert 2 == alone.ignored[UNMET]
    assert (2, 1, 1, 1) == (both.kept, both.posts, both.elsewhere, both.ignored[UNMET])
    assert {f"linkedin:{SHARE}"} == {one.post for one in counts_of(study)}


def test_the_page_of_sources_tells_copied_answers_that_meet_nothing(study, tmp_path, client):
    answers = made.written(tmp_path, "answers.txt", f"Answers to {COPIED}, copied 2024-03-05{ANSWER}")
    sync(study, export(tmp_path), answers)
    page = client.get("/s/topic/settings/", headers={"host": "localhost"}).content.decode()

    assert "Copied answers that meet no post here" in page
    assert f"<li>linkedin:{ACTIVITY}</li>" in page
    assert "Answers to ADDRESS also ADDRESS" in page
