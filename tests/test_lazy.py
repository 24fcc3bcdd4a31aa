"""What a first step loads: nothing heavy before it is needed."""

import subprocess
import sys

import pytest

HEAVY = {"websockets", "django", "numpy", "numba", "scipy", "httpx2", "pyspark", "uvicorn", "pyarrow", "feedparser"}


@pytest.mark.parametrize(
    ("step", "loads"),
    [
        ("import earned", set()),
        ("import earned.model, earned.errors, earned.channels", set()),
        ("import earned.store, earned.settings", set()),
        (
            "import earned.workspace, earned.reading, earned.sync, earned.persons, earned.worker, earned.jobs, earned.edition",
            set(),
        ),
        ("from click.testing import CliRunner as R; from earned.cli import main; R().invoke(main, ['--help'])", set()),
    ],
)
def test_a_first_step_loads_no_more_than_it_needs(step, loads):
    code = f"import sys; {step}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loads == HEAVY & set(done.stdout.split())


@pytest.mark.parametrize(
    "words", [["new", "ops"], ["status", "--json"], ["health"], ["people", "ops"], ["counts", "ops"]]
)
def test_a_command_that_computes_nothing_loads_nothing_that_computes(tmp_path, words):
    begin = ["from click.testing import CliRunner as R", "from earned.cli import main", "from earned.workspace import begin",
             "from pathlib import Path", f"p = {str(tmp_path)!r}"]  # fmt: skip
    begin += [] if words[0] == "new" else ["begin('ops', workspace=Path(p))"]
    run = f"done = R().invoke(main, ['--workspace', p, *{words}]); assert done.exit_code == 0, done.output"
    told = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", "; ".join([*begin, run, told])], capture_output=True, text=True)

    assert 0 == done.returncode, done.stderr
    assert {"django"} == HEAVY & set(done.stdout.split())


def test_telling_what_a_file_is_loads_no_reader_of_something_else(tmp_path):
    file = tmp_path / "posts.jsonl"
    file.write_text('{"id": "ada-1", "text": "An alert is a promise."}\n')
    code = f"from earned.reading import recognised; from earned.work import net; print(recognised({str(file)!r}, net())[0].channel)"
    told = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", f"{code}; {told}"], capture_output=True, text=True, check=True)

    assert "records" == done.stdout.split()[0]
    assert not {"feedparser", "icalendar", "courlan", "pyarrow", "httpx2", "stamina"} & set(done.stdout.split())
