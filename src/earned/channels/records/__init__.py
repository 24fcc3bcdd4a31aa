"""`records`: posts in a file, one a row: JSON Lines, CSV or Parquet in the exchange form of `docs/channels.md`."""

from earned.channels.records.channel import Records
from earned.channels.records.export import row_of

__all__ = ["Records", "row_of"]
