"""Cleaning, hashing, similarity, surprise, passages."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earned.text import address, clean, pov
from earned.text.boilerplate import templates, unsigned, without
from earned.text.clean import masked, own_words, quotation, without_quotation
from earned.text.debate import hint
from earned.text.names import mentioned_people, named_people
from earned.text.passages import closest_passages
from earned.text.pov import may_be_cued, own_names, pitch_fraction, takes_position
from earned.text.similarity import background_scale, neighbours, reference
from earned.text.sparse import Sparse, beside, compact, cosines, index, numbered, postings, tfidf
from earned.text.surprise import LEVELS, background_levels, level, shares, surprise, usual_tails
from earned.text.tokens import bigrams, characters, tokenize
from earned.text.usual import usual

MAIL = (
    "On Monday Ada Quill wrote:\n> an alert is a promise\n> somebody made\n\nMine was broken.\n-- \nBo\nFernhill Bank"
)


def test_quoted_lines_attribution_and_signature_are_cut():
    assert "Mine was broken." == without_quotation(MAIL).strip()
    assert "an alert is a promise" in quotation(MAIL)


def test_links_addresses_names_and_identifiers_are_masked():
    text = masked("see https://a.example/x and PEP 484, EIP-20, @ada or bo@b.example about rollback")

    assert "see and , , or about rollback".split() == text.split()


@given(st.text(max_size=400))
def test_cleaning_takes_any_text(text):
    assert isinstance(own_words(text, None), str)


@pytest.mark.parametrize("bad", ["-----BEGIN A-----\n" * 20_000, "--\n" * 100_000, "> " * 150_000, "wrote: " * 40_000])
def test_hostile_text_is_cleaned_in_time(bad):
    began = time.process_time()
    own_words(bad + "\n>\n--\n", None)

    assert time.process_time() - began < 5


def test_words_are_folded_and_numbers_are_none():
    one = tokenize(["Alert ALERT 42 a über"])

    assert 3 == len(one.word)
    assert one.word[0] == one.word[1]
    assert 2 == len(bigrams(one).word)
    assert len(characters(["alerts"]).word) > 5


def rows_of(texts):
    words = tokenize(texts)
    return beside([tfidf(words, most=0.9, norm=0.65**0.5), tfidf(bigrams(words), most=0.9, norm=0.35**0.5)])


TEXTS = [f"matter{k % 7} word{k % 3} thing{k % 5} about{k % 2} filler{k % 11}" for k in range(60)]


def dense(rows):
    out = np.zeros((len(rows), rows.width), np.float32)
    for i in range(len(rows)):
        out[i, rows.column[rows.start[i] : rows.start[i + 1]]] = rows.weight[rows.start[i] : rows.start[i + 1]]
    return out


def test_the_search_finds_what_the_whole_matrix_holds():
    words = tokenize(TEXTS)
    rows = tfidf(words, bits=12, most=0.9)
    cosine = dense(rows) @ dense(rows).T
    low, high = np.zeros(60, np.int64), np.arange(60, dtype=np.int64)
    found = neighbours(index(rows), low, high, least=0.05, most=60, most_work=1 << 60)
    pairs = {(c, e): s for c, e, s in zip(found.child.tolist(), found.earlier.tolist(), found.similarity.tolist())}

    assert {(i, j) for i in range(60) for j in range(i) if cosine[i, j] >= 0.05} == set(pairs)
    assert all(cosine[i, j] == pytest.approx(s, abs=1e-5) for (i, j), s in pairs.items())


def test_terms_are_weighed_by_the_formula_however_many_columns_there_are():
    words = tokenize(["pager pager alert", "pager alert night", "alert budget", "budget night", "once"])
    rows = tfidf(words, most=0.6)
    idf = {name: np.log(6 / (1 + texts)) + 1 for name, texts in {"pager": 2, "alert": 3, "night": 2}.items()}
    first = np.array([(1 + np.log(2)) * idf["pager"], idf["alert"]])
    second = np.array([idf["pager"], idf["alert"], idf["night"]])
    expected = first @ second[:2] / np.linalg.norm(first) / np.linalg.norm(second)

    assert cosines(rows, np.array([0, 4], np.int32), np.array([1, 0], np.int32)) == pytest.approx([expected, 0.0])
    assert rows.width == 1 << 22
    assert set(rows.column.tolist()) <= {int(word) >> 10 for word in words.word}


def test_columns_numbered_anew_change_no_cosine_and_need_no_table_of_all():
    rows = tfidf(tokenize([f"{a} {b} plan" for a in ("pager", "alert", "night") for b in ("rota", "budget", "alert")]))
    few = compact(rows)
    pairs = np.array([(i, j) for i in range(len(rows)) for j in range(i)], np.int32)
    many = np.arange(100, dtype=np.int32)

    assert cosines(rows, *pairs.T).tolist() == cosines(few, *pairs.T).tolist()
    assert len(postings(few).start) == few.width + 1 == len(np.unique(rows.column)) + 1
    assert few.width < 100 < rows.width
    assert numbered(many, 128) == (None, many, 128)
    assert compact(Sparse(np.array([0, 100]), many, np.ones(100, np.float32), 128)).column is many


def test_an_index_reads_the_rarest_terms_first_and_keeps_every_cosine():
    rows = rows_of(TEXTS)
    given = index(rows)
    pairs = np.array([(i, j) for i in range(len(rows)) for j in range(i)], np.int32)
    texts = np.bincount(given.rows.column, minlength=given.rows.width)

    assert (np.diff(texts) >= 0).all()
    assert all((np.diff(given.rows.column[a:b]) > 0).all() for a, b in itertools.pairwise(given.rows.start))
    assert cosines(rows, *pairs.T) == pytest.approx(cosines(given.rows, *pairs.T), abs=1e-6)


def test_what_is_usual_is_the_histogram_of_all_cosines_with_the_reference():
    rows, chosen = rows_of(TEXTS), np.arange(0, 60, 2)
    weight, scale = np.linspace(0.1, 1.0, 30), background_scale(rows, np.random.default_rng(0))
    cosine, knot = dense(rows) @ dense(rows)[chosen].T, scale.knot
    expected = np.zeros((60, len(knot)))
    for j in range(60):
        for s, w in ((cosine[j, r], weight[r]) for r in range(30) if chosen[r] != j):
            k = min(int(np.searchsorted(knot, s, side="right")) - 1, len(knot) - 2)
            part = min((s - knot[k]) / (knot[k + 1] - knot[k]), 1.0)
            expected[j, k] += w * (1 - part)
            expected[j, k + 1] += w * part

    assert expected == pytest.approx(usual(rows, reference(rows, chosen), weight, scale), abs=1e-4)


def test_posts_that_are_hardly_background_add_next_to_nothing_and_never_less():
    rows, chosen = rows_of(TEXTS), np.arange(60)
    rng, scale = np.random.default_rng(1), background_scale(rows, np.random.default_rng(0))
    weight = np.where(rng.random(60) < 0.5, 1e-9, 1.0) * rng.random(60)
    counts = usual(rows, reference(rows, chosen), weight, scale)

    assert counts.min() > -1e-12
    assert counts.sum(axis=1) == pytest.approx(weight.sum() - weight, rel=1e-6)
    assert np.isfinite(usual_tails(counts, float(weight.sum()), scale).log_tail).all()


def test_levels_of_background_pairs_are_counted_as_the_definition_says():
    rows, rng = rows_of(TEXTS), np.random.default_rng(0)
    scale, weight = background_scale(rows, rng), rng.random(60)
    tails = usual_tails(usual(rows, reference(rows, np.arange(60)), weight, scale), float(weight.sum()), scale)
    pairs = np.array([(i, j) for i in range(60) for j in range(i)], np.int32)
    own = np.full(60, 0.65, np.float32)
    alike = cosines(rows, *pairs.T)
    counts = np.bincount(level(surprise(tails, *pairs.T, alike, own[pairs[:, 0]])),
                         weights=weight[pairs[:, 0]] * weight[pairs[:, 1]], minlength=LEVELS)  # fmt: skip

    assert background_levels(rows, tails, own, weight, rng) == pytest.approx(shares(counts), abs=2e-3)


@given(st.text(st.characters(codec="ascii"), max_size=80))
def test_plain_text_is_cut_into_the_same_words_as_any_text(text):
    assert pov._WORD.findall(text.lower()) == pov._words(text)
    assert address._NICK.findall(text.casefold()) == address._nicks(text.casefold())


@given(st.text(max_size=60))
def test_a_text_that_can_hold_no_number_is_seen_at_once_and_never_wrongly(text):
    assert clean._may_number(text) or not clean._NUMBER.search(text)


def test_a_search_that_reads_less_gives_exact_cosines_of_what_it_finds():
    rows = rows_of(TEXTS)
    low, high = np.zeros(60, np.int64), np.arange(60, dtype=np.int64)
    whole = neighbours(index(rows), low, high, least=0.05, most=60, most_work=1 << 60)
    less = neighbours(index(rows), low, high, least=0.05, most=60, most_work=20)
    known = {(c, e): s for c, e, s in zip(whole.child.tolist(), whole.earlier.tolist(), whole.similarity.tolist())}

    assert 0 < len(less.child) <= len(whole.child)
    assert all(known[c, e] == pytest.approx(s, abs=1e-5) for c, e, s in zip(less.child, less.earlier, less.similarity))


def test_a_rare_similarity_surprises_more_and_nothing_in_common_not_at_all():
    rows = rows_of(TEXTS)
    scale = background_scale(rows, np.random.default_rng(0))
    counts = usual(rows, reference(rows, np.arange(60)), np.ones(60), scale)
    tails = usual_tails(counts, 60.0, scale)
    pair = np.zeros(3, np.int32)
    nats = surprise(tails, pair, pair, np.array([0.0, 0.3, 0.8], np.float32), np.full(3, 0.65, np.float32))

    assert counts.sum(axis=1) == pytest.approx(np.full(60, 59.0), rel=1e-3)
    assert 0 == nats[0] <= nats[1] <= nats[2]
    assert 0 == level(nats)[0]


def test_template_paragraphs_are_dropped_and_others_kept():
    template = " ".join(f"boiler{k}" for k in range(24)) + " twenty words"
    texts = [f"{template}\n\nown matter number {k} and what it says about rollbacks" for k in range(30)]
    known = templates(texts, list(range(30)), ["x"] * 30)

    assert "own matter number 3" in without(texts[3], known)
    assert "twenty words" not in without(texts[3], known)


def test_a_template_is_known_whatever_its_blanks_and_capitals():
    words = " ".join(f"word{k}" for k in range(25))
    texts = [
        words,
        words.upper(),
        words.replace(" ", "  "),
        f"  {words}",
        words.replace(" ", "\n"),
        "another matter " * 20,
    ]

    assert {hash(words)} == templates(texts, range(6), ["blog"] * 6)


def test_people_are_found_by_their_full_names():
    rows, who = named_people(tokenize(["as Ada Quill put it", "ada alone", "quill ada"]), ["Ada Quill", "Bo"])

    assert ([0], [0]) == (rows.tolist(), who.tolist())


def test_the_closest_passages_share_the_rare_words():
    child = "We had lunch. Every alert is a promise with a name in it, we found. It rained."
    parent = "Monday was grey. An alert is a promise somebody made. I went home."
    said, before, words = closest_passages(child, parent, lambda w: 0.1 if len(w) < 4 else 2.0, most_words=12)

    assert "promise" in said
    assert "promise" in before
    assert {"alert", "promise"} <= set(words)


def test_selling_is_told_from_a_position():
    names = own_names("Beaconly")
    pitch, claim = (
        "Beaconly Pulse saves hours. Try Beaconly today.",
        "Nobody reads the eleventh dashboard, so stop building it.",
    )

    assert pitch_fraction([pitch], names) > 0.9
    assert takes_position(claim, names)
    assert not takes_position(pitch, names)


@given(st.lists(st.lists(st.sampled_from(
    ["Isn't", "it", "a problem's", "NEEDS", "to", "need", "—must—", "the", "not", "no1", "Beaconly", "size.", "five\n", "?", "fail"]
)).map(" ".join)))  # fmt: skip
def test_looking_for_cues_first_overlooks_no_position(texts):
    names = own_names("Beaconly")

    assert [takes_position(text, names) for text in texts] == [
        bool(cue) and takes_position(text, names) for text, cue in zip(texts, may_be_cued(texts))
    ]


@pytest.mark.parametrize(
    ("reply", "means"),
    [
        ("We disagree.", "against"),
        ("I don't agree with the second half of that.", "against"),
        ("That is plain wrong: the clock was right.", "against"),
        ("Agreed, and it works for us.", "for"),
        ("You're right.", "for"),
        ("But what of the costs?", "asking"),
        ("But the costs are what they are, right or wrong.", "unclear"),
    ],
)
def test_a_hint_needs_words_that_say_it_outright(reply, means):
    assert hint(reply) == means


def test_what_a_person_puts_under_most_posts_is_no_part_of_what_they_say():
    sign = "\n\nAda Quill\nBudgets, not blame"
    texts = [f"Thought {k} about alerts.\nIt has two lines.{sign}" for k in range(6)]
    others = ["Budgets, not blame\nis what Ada says.", "One line", "Thought 0 about alerts.\nMine."]

    cut = unsigned([*texts, *others], ["ada"] * 6 + ["bo"] * 3)

    assert cut[0].split() == "Thought 0 about alerts.".split()
    assert cut[6:] == others


def test_signatures_are_looked_for_at_the_end_only():
    refrain = [f"Weekly note\n{'x' * k} first\n" + "\n".join(f"line {k} {n}" for n in range(20)) for k in range(8)]

    assert unsigned(refrain, ["ada"] * 8) == refrain


def test_people_are_mentioned_by_first_or_last_name_unless_it_is_a_word():
    names = ["Ada Quill", "Will Stone", "Bo Quill"]
    texts = ["as ada said", "Quill is right", "will it hold", "will they", "they will", "no name"] + [
        "nothing here"
    ] * 10

    row, who = mentioned_people(tokenize(texts), names, np.array([2, 2, 1]))

    assert sorted(zip(row.tolist(), who.tolist())) == [(0, 0), (1, 0), (1, 2)]


def test_nobody_is_mentioned_where_nobody_has_a_name():
    row, who = mentioned_people(tokenize(["a word", ""]), ["", "Q"], np.array([1, 1]))

    assert len(row) == len(who) == 0
