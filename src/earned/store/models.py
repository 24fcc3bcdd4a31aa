"""The tables. Rows are called ...Row: never mistaken for the nouns of `earned.model`, and never handed out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


def _once(name: str, *columns: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=columns, name=name)


class Member(AbstractUser):
    """Who signs in to the workbench; who is studied is a Person."""

    class Meta:
        db_table = "earned_member"


class StudyRow(models.Model):
    name = models.SlugField(max_length=100, unique=True)
    topic = models.TextField()
    created_at = models.DateTimeField()
    #: What a communications lead sees of an expert's own page: one of `shelves.PRIVACY`.
    privacy = models.TextField(default="all see all")

    class Meta:
        db_table = "earned_study"


class SourceRow(models.Model):
    channel = models.TextField()
    address = models.TextField()
    what = models.TextField(default="")
    #: Where the last kept page ended; null: never read.
    cursor = models.TextField(null=True)
    added_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    #: Field -> header, as a person named the columns of a file: JSON.
    columns = models.TextField(default="{}")

    class Meta:
        db_table = "earned_source"
        constraints: ClassVar = [_once("earned_source_once", "channel", "address")]


class StudySourceRow(models.Model):
    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE, db_index=False)
    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE)
    #: What people react to, no part of the conversation.
    news = models.BooleanField(default=False)

    class Meta:
        db_table = "earned_study_source"
        constraints: ClassVar = [_once("earned_study_source_once", "study", "source")]


class AccountRow(models.Model):
    id = models.TextField(primary_key=True)
    #: Of everything below, to tell at once whether anything is different.
    fingerprint = models.BigIntegerField()
    name = models.TextField()
    kind = models.TextField()
    handle = models.TextField()
    url = models.TextField()
    organization = models.TextField()
    #: JSON: addresses that the profile names, and those of them that name it in return.
    links = models.TextField(default="[]")
    checked = models.TextField(default="[]")
    #: Keyed hash of the e-mail address behind it.
    mail = models.TextField(default="")

    class Meta:
        db_table = "earned_account"


class PostRow(models.Model):
    pk_number = models.BigAutoField(primary_key=True)
    #: `Post.id`.
    id = models.TextField(unique=True)
    #: Of all that the channel gave; before the text, so that comparing reads no long row.
    fingerprint = models.BigIntegerField()
    #: Of title and texts: another one means another version.
    text_hash = models.BigIntegerField()
    #: Why the text is gone; empty: it is not.
    gone_why = models.TextField(default="")
    claimed_at = models.DateTimeField(null=True)
    time_precision = models.TextField()
    first_observed_at = models.DateTimeField()
    #: When the present text was first observed.
    text_observed_at = models.DateTimeField()
    channel = models.TextField()
    organization = models.TextField()
    thread = models.TextField()
    lang = models.TextField()
    version = models.TextField()
    url = models.TextField()
    #: JSON.
    labels = models.TextField()
    title = models.TextField()
    text = models.TextField()
    text_unquoted = models.TextField(null=True)

    class Meta:
        db_table = "earned_post"


class AuthorshipRow(models.Model):
    post = models.ForeignKey(PostRow, on_delete=models.CASCADE, db_index=False)
    #: `Account.id`; a channel may name an account before or without describing it.
    account = models.TextField()
    #: 0 for the first author.
    place = models.PositiveIntegerField()

    class Meta:
        db_table = "earned_authorship"
        constraints: ClassVar = [_once("earned_authorship_once", "post", "place")]
        indexes: ClassVar = [models.Index(fields=["account", "post"], name="earned_authorship_by_account")]


class LinkRow(models.Model):
    #: `Post.id`; the link may be kept before its post is.
    from_post = models.TextField()
    kind = models.TextField()
    target = models.TextField()
    fingerprint = models.BigIntegerField()
    count = models.PositiveIntegerField()
    evidence = models.TextField()

    class Meta:
        db_table = "earned_link"
        constraints: ClassVar = [_once("earned_link_once", "from_post", "kind", "target")]
        indexes: ClassVar = [models.Index(fields=["target"], name="earned_link_by_target")]


class SnapshotRow(models.Model):
    """Append-only: a count that somebody published, as of a time."""

    post = models.TextField()
    name = models.TextField()
    as_of = models.DateTimeField()
    via = models.TextField()
    unit = models.TextField()
    value = models.FloatField()
    since = models.DateTimeField(null=True)

    class Meta:
        db_table = "earned_snapshot"
        constraints: ClassVar = [_once("earned_snapshot_once", "post", "name", "as_of", "via")]


class SourcePostRow(models.Model):
    """Which posts a source gave."""

    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE, db_index=False)
    post = models.ForeignKey(PostRow, on_delete=models.CASCADE, db_index=False)
    #: `claimed_at` again, "~" (after every time) when unknown: a source's posts come in order from one index.
    moment = models.TextField()

    class Meta:
        db_table = "earned_source_post"
        constraints: ClassVar = [_once("earned_source_post_once", "post", "source")]
        indexes: ClassVar = [models.Index(fields=["source", "moment", "post"], name="earned_source_post_by_time")]


class PostVersionRow(models.Model):
    """An older text of a post."""

    post = models.ForeignKey(PostRow, on_delete=models.CASCADE, db_index=False)
    text_hash = models.BigIntegerField()
    first_observed_at = models.DateTimeField()
    title = models.TextField()
    text = models.TextField()
    text_unquoted = models.TextField(null=True)

    class Meta:
        db_table = "earned_post_version"
        constraints: ClassVar = [_once("earned_post_version_once", "post", "text_hash")]


class TombstoneRow(models.Model):
    """An account or post of somebody who asked to be removed: later readings leave it out. A keyed hash, no id."""

    hash = models.TextField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "earned_tombstone"


class RejectedRow(models.Model):
    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE, db_index=False)
    #: Where it stands in the source.
    place = models.TextField()
    reason = models.TextField()
    detail = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "earned_rejected"
        constraints: ClassVar = [_once("earned_rejected_once", "source", "place", "reason", "detail")]


class FindingRow(models.Model):
    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE, db_index=False)
    kind = models.TextField()
    #: JSON.
    payload = models.TextField()
    high_water = models.TextField()
    version = models.TextField()
    seed = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "earned_finding"
        indexes: ClassVar = [models.Index(fields=["study", "kind", "made_at"], name="earned_finding_latest")]


class StartRow(models.Model):
    """What the next fit of a study begins with: packed arrays (`attribution.packing`), no words."""

    study = models.OneToOneField(StudyRow, on_delete=models.CASCADE, primary_key=True)
    version = models.TextField()
    seed = models.BigIntegerField()
    state = models.BinaryField()

    class Meta:
        db_table = "earned_start"


class EditionRow(models.Model):
    """What one fit found, written down page by page; pages read nothing else."""

    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE)
    made_at = models.DateTimeField()
    high_water = models.TextField()
    version = models.TextField()
    seed = models.BigIntegerField()
    #: `DecisionRow` changes up to this one were taken into account.
    decided = models.BigIntegerField()

    class Meta:
        db_table = "earned_edition"


class SheetRow(models.Model):
    """One page of an edition as JSON."""

    edition = models.ForeignKey(EditionRow, on_delete=models.CASCADE, db_index=False)
    #: "topic", "person", "organization", "idea".
    kind = models.TextField()
    key = models.TextField()
    place = models.PositiveIntegerField()
    title = models.TextField()
    payload = models.TextField()

    class Meta:
        db_table = "earned_sheet"
        constraints: ClassVar = [_once("earned_sheet_once", "edition", "kind", "key")]
        indexes: ClassVar = [
            models.Index(fields=["edition", "kind", "place", "key", "title"], name="earned_sheet_listed")
        ]


class UptakeRow(models.Model):
    """One adoption of an edition: a receipt as JSON, with what the ledger filters by."""

    edition = models.ForeignKey(EditionRow, on_delete=models.CASCADE, db_index=False)
    child = models.TextField()
    parent = models.TextField()
    #: Person ids: who took up, and whose matter.
    follower = models.TextField()
    leader = models.TextField()
    idea = models.TextField()
    organization = models.TextField()
    #: "~" when unknown, else the child's claimed time as text.
    moment = models.TextField()
    probability = models.FloatField()
    credited = models.BooleanField()
    colleague = models.BooleanField()
    payload = models.TextField()

    class Meta:
        db_table = "earned_uptake"
        constraints: ClassVar = [_once("earned_uptake_once", "edition", "child", "parent")]
        indexes: ClassVar = [
            models.Index(fields=["edition", "moment"], name="earned_uptake_by_time"),
            models.Index(fields=["edition", "leader", "moment"], name="earned_uptake_by_leader"),
            models.Index(fields=["edition", "follower", "moment"], name="earned_uptake_by_follower"),
            models.Index(fields=["edition", "idea", "moment"], name="earned_uptake_by_idea"),
            models.Index(fields=["edition", "organization", "moment"], name="earned_uptake_by_firm"),
        ]


class DecisionRow(models.Model):
    """What a person decided about a finding. Never changed: an undoing is a decision of its own."""

    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE, db_index=False)
    #: One of `shelves.DECISIONS`.
    kind = models.TextField()
    #: JSON: what it is about.
    subject = models.TextField()
    #: JSON: what was decided; null: an earlier decision is undone.
    verdict = models.TextField(null=True)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "earned_decision"
        indexes: ClassVar = [models.Index(fields=["study", "kind", "subject", "id"], name="earned_decision_latest")]


class JobRow(models.Model):
    """A long piece of work on a study; one at a time."""

    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE, db_index=False)
    what = models.TextField()
    stage = models.TextField(default="")
    stage_at = models.DateTimeField(null=True)
    done = models.FloatField(default=0.0)
    total = models.FloatField(null=True)
    #: Lines for the person: what was read, what was left out.
    notes = models.TextField(default="")
    error = models.TextField(default="")
    begun_at = models.DateTimeField()
    #: Written while it runs; an old one means that its process ended.
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "earned_job"
        indexes: ClassVar = [models.Index(fields=["study", "id"], name="earned_job_latest")]


class SeatRow(models.Model):
    """What a member may do in a study."""

    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE, db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    #: One of `shelves.ROLES`.
    role = models.TextField()
    #: The person that an expert is; empty: nobody.
    person = models.TextField(default="")

    class Meta:
        db_table = "earned_seat"
        constraints: ClassVar = [_once("earned_seat_once", "study", "member")]


class RoundRow(models.Model):
    """When a source is read next, by whom it is being read, and how it has been going."""

    source = models.OneToOneField(SourceRow, on_delete=models.CASCADE, primary_key=True)
    due_at = models.DateTimeField(db_index=True)
    #: Seconds between two readings, as its rhythm asks for.
    interval = models.FloatField()
    #: In a row.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    #: Not tried again by itself.
    paused = models.BooleanField(default=False)
    #: Class of the last failure, and what a person can do about it.
    kind = models.TextField(default="")
    advice = models.TextField(default="")
    #: Size and time of a file as last read to its end.
    state = models.TextField(default="")
    #: Who is reading; empty: nobody.
    holder = models.TextField(default="")
    held_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "earned_round"


class AttemptRow(models.Model):
    """One reading of a source: for the health of a channel."""

    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE, db_index=False)
    at = models.DateTimeField(db_index=True)
    seconds = models.FloatField()
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    #: Empty: it went well.
    error = models.TextField()

    class Meta:
        db_table = "earned_attempt"


class BeatRow(models.Model):
    """When each worker last looked for work."""

    worker = models.TextField(unique=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "earned_beat"
