"""The shelf of starts: what the next fit of a study can begin with, as bytes that only the fit understands. A cache."""

from __future__ import annotations

from earned.store.models import StartRow
from earned.store.shelves import Study


class Starts:
    """One for each study; it goes with the study, and all go when a person is removed."""

    def keep(self, study: Study, state: bytes, *, version: str, seed: int) -> None:
        """Keep what a fit of the whole study leaves to the next, instead of what was there.

        Args:
            study: The study.
            state: Numbers, no words.
            version: Of what wrote it: another one reads nothing.
            seed: Of the fit, which another seed does not continue.
        """
        StartRow.objects.update_or_create(
            study_id=study.id, defaults={"state": state, "version": version, "seed": seed}
        )

    def of(self, study: Study, *, version: str, seed: int) -> bytes | None:
        """What was kept under this version and seed; None: nothing."""
        row = StartRow.objects.filter(study_id=study.id, version=version, seed=seed).first()
        return None if row is None else bytes(row.state)
