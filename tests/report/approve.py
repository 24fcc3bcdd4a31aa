"""Write the golden files again: python tests/report/approve.py, then read the difference."""

from pathlib import Path

from cast import STORY

from earned.report import OUTPUTS, output

for name in OUTPUTS:
    (Path(__file__).parent / "golden" / f"story.{name}").write_bytes(output(name)(STORY).encode())
