"""The command line in the test's own process."""

import pytest
from click.testing import CliRunner

from earned.cli import main


@pytest.fixture
def here(monkeypatch, tmp_path):
    """The command in this process: what it computes with is loaded once. With `db` the workspace is the test's own."""
    monkeypatch.chdir(tmp_path)

    def earned(*words, stdin=None):
        done = CliRunner().invoke(main, list(map(str, words)), input=stdin)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return earned


@pytest.fixture
def kept(db, settings, here, tmp_path):
    """`here`, in a workspace of its own that lives in memory."""
    settings.EARNED_WORKSPACE = tmp_path / "workspace"
    return here
