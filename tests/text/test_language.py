"""Several languages in one conversation: told apart by the packaged identifier, compared each with its own."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from earned.attribution.conversation import place
from earned.model import Account, Post
from earned.people import of_account, persons
from earned.text.language import languages, main_languages, one_language
from earned.text.sparse import cosines
from earned.text.tokens import tokenize
from earned.text.vectors import Mix, rows_of
from earned.work import identify_language
from earned.worlds.simulate import simulate
from earned.worlds.world import World

ENGLISH = """The pager went off at three and nobody on the rota had read the page that explains what the alert means.
We moved the ledger to another region last month, and the invoices of two customers are still waiting for a signature.
My daughter asked why computers sleep, and I had no better answer than that electricity costs money in this house.
A canary that receives one request an hour proves nothing, however green the line on the wall may look at noon.
Every review in our team takes a day because two people own the parser and one of them is always on holiday.
The train was late again, so I read the whole of the incident report that the bank published in the spring.
Backups are a promise until somebody restores one, and most of us have never seen that happen in an office.
I like the new editor, although the colours hurt and the keys I have used for ten years do something else now.
Nobody deletes a flag: it stays in the code like a light in the cellar that everybody walks past in the dark.
The vendor calls it a platform, we call it three programs and a wiki page that nobody is allowed to change.
Our budget for errors was spent in the first week, and the rest of the quarter was spent on talking about it.
If the queue grows at night, look at the clock of the machine that fills it before you look at anything else.""".splitlines()
GERMAN = """Gestern hat mein Nachbar die Hecke geschnitten und dabei die Leitung zum Garten mit der Schere erwischt.
Die neue Bäckerei an der Ecke öffnet schon um sechs, aber das Brot ist erst um acht aus dem Ofen und noch warm.
Wir haben den Bericht der Prüfer gelesen und verstehen nicht, warum die Zahlen vom März darin ganz fehlen sollen.
Im Zug nach Hamburg saß ein Mann, der seinen Hund mit einem Buch über Brücken unterhalten hat, das war schön.
Wer die Sicherung nie zurückspielt, der hat auch keine, sagt meine Kollegin, und sie hat damit leider oft recht.
Das Konzert war ausverkauft, doch vor der Tür standen noch viele, die auf eine Karte von Freunden gehofft haben.
Der Rechner im Keller brummt seit der Umstellung lauter, und die Lüfter laufen auch dann, wenn es kalt ist.
Unsere Schule bekommt endlich ein Dach, das dicht ist, nachdem es drei Winter lang in die Turnhalle geregnet hat.""".splitlines()
START = datetime(2024, 5, 1, tzinfo=UTC)


def conversation(**more):
    texts = [*ENGLISH, *GERMAN]
    accounts = [Account(id=f"list:{k}", name=f"Writer {k}") for k in range(len(texts))]
    posts = [
        Post(
            id=str(k),
            channel="list",
            accounts=(f"list:{k}",),
            claimed_at=START + timedelta(hours=k),
            text=text,
            time_precision="second",
        )
        for k, text in enumerate(texts)
    ]
    people = persons(accounts)
    return place(posts, [], of_account(people), len(people), **more)


def test_posts_are_told_apart_by_their_own_words():
    assert conversation(identify=identify_language).language.tolist() == [0] * 12 + [1] * 8
    assert not conversation().language.any()


def test_small_words_of_the_rarer_language_are_not_taken_for_rare_ones():
    texts = [*ENGLISH, *GERMAN]
    words, mix = tokenize(texts), Mix()
    language = np.array([0] * 12 + [1] * 8, np.int16)
    english = np.array([(a, b) for a in range(12) for b in range(a)], np.int32)
    german = np.array([(a, b) for a in range(12, 20) for b in range(12, a)], np.int32)
    across = np.array([(a, b) for a in range(12, 20) for b in range(12)], np.int32)

    as_one, apart = rows_of(texts, words, mix), rows_of(texts, words, mix, language)

    assert cosines(as_one, *german.T).mean() > cosines(as_one, *english.T).mean()
    assert cosines(apart, *german.T).mean() < cosines(apart, *english.T).mean()
    assert not cosines(apart, *across.T).any()


def test_the_main_language_is_compared_as_before():
    words = tokenize(ENGLISH)
    alone, zeros = rows_of(ENGLISH, words, Mix()), rows_of(ENGLISH, words, Mix(), np.zeros(12, np.int16))

    assert alone.column.tolist() == zeros.column.tolist()
    assert alone.weight.tolist() == zeros.weight.tolist()


def test_short_posts_are_in_the_language_their_writer_writes():
    texts = [*ENGLISH, *GERMAN, "Genau.", "+1", "ok"]
    writers = [*range(20), 14, 3, "new"]

    assert languages(texts, [""] * 23, writers, identify_language)[20:].tolist() == [1, 0, 0]


def test_what_a_program_claims_gives_way_to_the_text():
    """Whoever's menus are in German writes English posts that are marked German."""
    texts, claimed = [*ENGLISH, *GERMAN, "Genau."], ["de", "de", *[""] * 18, "de-AT"]

    assert languages(texts, claimed, range(21), identify_language).tolist() == [0] * 12 + [1] * 9


def test_made_up_words_are_no_languages():
    """Words of a simulated world pass for Slovene, Serbian and Basque; they share no small words."""
    world = simulate(World(people=40, days=150, spontaneous=600, matters=12, leaders=10, leading=(0.8, 1.4)), 5)
    texts = [post.text for post in world.posts]

    assert len({identify_language(text) for text in texts}) > 5
    assert not languages(texts, [""] * len(texts), range(len(texts)), identify_language).any()


@pytest.mark.parametrize("odd", [[], ["", ""], ["w1 w2 w3 " * 20] * 3])
def test_texts_without_language_are_one(odd):
    assert not languages(odd, [""] * len(odd), range(len(odd)), identify_language).any()
    assert main_languages(odd, [""] * len(odd), one_language).keys() <= {"?"}
