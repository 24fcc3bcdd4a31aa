"""Long work on a workspace of its own: a stage that tells nothing is not taken for a lost process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

#: A stage that is silent for as long as it takes the job to be seen as alive again, or ten seconds.
SILENT_STAGE = """
import time
from datetime import timedelta
from earned import edition, jobs, reading, workspace

opened = workspace.begin("quiet")
job = jobs.begin(opened, "Working")

def silent(*_, **__):
    from earned.store.models import JobRow
    JobRow.objects.filter(pk=job.id).update(beat_at=job.beat_at - timedelta(minutes=5))
    print("lost" if jobs.latest(opened).error else "there")
    until = time.monotonic() + 10
    while jobs.latest(opened).error and time.monotonic() < until:
        time.sleep(0.02)
    print("lost" if jobs.latest(opened).error else "there")

edition.refresh, jobs.PULSE = silent, float(__import__("sys").argv[1])
jobs.run(opened, reading.Wish(), job, lambda *_: None)
print("ended" if jobs.latest(opened).ended_at else "open")
"""


def told(workspace, pulse):
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    made = subprocess.run([sys.executable, "-c", SILENT_STAGE, str(pulse)], check=True, timeout=120, text=True,
                          stdout=subprocess.PIPE, env=environment | {"EARNED_WORKSPACE": str(workspace)})  # fmt: skip
    return made.stdout.split()


def test_a_long_silent_stage_is_no_lost_process(tmp_path):
    assert told(tmp_path / "beating", 0.05) == ["lost", "there", "ended"]


@pytest.mark.slow
def test_without_a_sign_of_life_it_would_be_one(tmp_path):
    assert told(tmp_path / "silent", 1_000) == ["lost", "lost", "ended"]
