"""The shelf of findings: results with what they were made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from earned.store.models import FindingRow
from earned.store.shelves import Finding, Study


class Findings:
    """Results of the analysis. An older finding is never changed; a newer one of its kind comes after it."""

    def keep(
        self,
        study: Study,
        kind: str,
        payload: Mapping[str, object],
        *,
        high_water: str,
        version: str,
        seed: int,
        now: datetime,
    ) -> Finding:
        """Keep a result (JSON values only) with its inputs' high-water mark, the code version and the seed."""
        row = FindingRow.objects.create(
            study_id=study.id,
            kind=kind,
            payload=json.dumps(payload, ensure_ascii=False, allow_nan=False),
            high_water=high_water,
            version=version,
            seed=seed,
            made_at=now,
        )
        return _finding(study, row)

    def latest(self, study: Study, kind: str) -> Finding | None:
        """The newest finding of this kind; None: there is none yet."""
        row = FindingRow.objects.filter(study_id=study.id, kind=kind).order_by("-made_at", "-pk").first()
        return None if row is None else _finding(study, row)


def _finding(study: Study, row: FindingRow) -> Finding:
    return Finding(
        study=study.name,
        kind=row.kind,
        payload=json.loads(row.payload),
        high_water=row.high_water,
        version=row.version,
        seed=row.seed,
        made_at=row.made_at,
    )
