from datetime import UTC, datetime

from data.repository import Built, prose
from earned.channels.proposals import Proposals

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def open_recorded(folder):
    """Three PEPs by Ada, Bo and Cy."""
    built = Built(folder / "peps")
    for number, author in ((1, "Ada Q. <ada@a.example>"), (2, "Bo B."), (3, "Cy C., Ada Q.")):
        built.write(
            f"peps/pep-{number:04}.rst",
            f"PEP: {number}\nTitle: Idea {number}\nAuthor: {author}\nStatus: Draft\nCreated: 0{number}-Mar-2020\n\n"
            f"{prose(number)}\n\nSee PEP {max(1, number - 1)}.\n",
        )
        built.commit(f"2020-03-0{number + 1}")
    return Proposals(now=lambda: NOW), str(built.folder), None
