"""Coverage-guided fuzzing, a short run of each reader; `./dev bench fuzz --guided` is the night's."""

import pytest

import guided
from fuzzing import ARCHIVES

#: Executions of each reader in the whole suite, and the most seconds.
FEW, SECONDS = 2_000, 120


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ARCHIVES, guided.FEED, guided.MARKUP])
def test_what_the_code_s_own_paths_lead_to_is_posts_or_an_error_in_words(name, tmp_path):
    told = guided.guided(name, tmp_path, executions=FEW, seconds=SECONDS)

    assert () == told.findings, told.said[-3_000:]
    assert told.executions >= FEW
    assert told.reached > 50  # the reader was led, not only called


@pytest.mark.slow
def test_a_fault_behind_bytes_that_chance_does_not_meet_is_found_and_kept_as_a_file(tmp_path):
    told = guided.guided(guided.PLANTED, tmp_path, executions=2_000_000, seconds=60)

    assert 1 == len(told.findings)
    assert told.findings[0].read_bytes().startswith(b"lead")
    assert "ZeroDivisionError" in (tmp_path / "findings" / f"said-{told.findings[0].name}.txt").read_text()


def test_without_atheris_it_is_said_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(guided, "available", lambda: False)

    with pytest.raises(RuntimeError, match=r"Linux on x86_64, CPython 3\.11 to 3\.14"):
        guided.guided("x", tmp_path, executions=1, seconds=1)
