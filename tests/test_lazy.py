"""What a first step loads: nothing heavy before it is needed."""

import subprocess
import sys

import pytest

HEAVY = {"django", "numpy", "numba", "scipy", "httpx2", "pyspark", "uvicorn", "pyarrow", "feedparser"}


@pytest.mark.parametrize(
    ("step", "loads"),
    [
        ("import earned", set()),
        ("import earned.model, earned.errors, earned.channels", set()),
        ("import earned.store, earned.settings", set()),
        ("from click.testing import CliRunner as R; from earned.cli import main; R().invoke(main, ['--help'])", set()),
    ],
)
def test_a_first_step_loads_no_more_than_it_needs(step, loads):
    code = f"import sys; {step}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loads == HEAVY & set(done.stdout.split())
