"""The tables. Rows are called ...Row: never mistaken for the nouns of `earned.model`, and never handed out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class Member(AbstractUser):
    """Who signs in to the workbench; who is studied is a Person."""

    class Meta:
        db_table = "earned_member"


class StudyRow(models.Model):
    name = models.SlugField(max_length=100, unique=True)
    topic = models.TextField()
    created_at = models.DateTimeField()

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

    class Meta:
        db_table = "earned_source"
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "address"], name="earned_source_once")]


class StudySourceRow(models.Model):
    study = models.ForeignKey(StudyRow, on_delete=models.CASCADE, db_index=False)
    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE)

    class Meta:
        db_table = "earned_study_source"
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "source"], name="earned_study_source_once")]


class AccountRow(models.Model):
    id = models.TextField(primary_key=True)
    #: Of everything below, to tell at once whether anything is different.
    fingerprint = models.BigIntegerField()
    name = models.TextField()
    kind = models.TextField()
    handle = models.TextField()
    url = models.TextField()
    organization = models.TextField()
    #: JSON lists of addresses.
    profile_links = models.TextField(default="[]")
    verified_links = models.TextField(default="[]")
    mail_hash = models.TextField(default="")

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
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "place"], name="earned_authorship_once")]
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
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["from_post", "kind", "target"], name="earned_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["target"], name="earned_link_by_target")]


class SnapshotRow(models.Model):
    """Append-only: a count that somebody published, as of a time."""

    post = models.TextField()
    name = models.TextField()
    as_of = models.DateTimeField()
    via = models.TextField()
    unit = models.TextField()
    value = models.FloatField()

    class Meta:
        db_table = "earned_snapshot"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "name", "as_of", "via"], name="earned_snapshot_once"),
        ]


class SourcePostRow(models.Model):
    """Which posts a source gave."""

    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE, db_index=False)
    post = models.ForeignKey(PostRow, on_delete=models.CASCADE, db_index=False)
    #: `claimed_at` again, "~" (after every time) when unknown: a source's posts come in order from one index.
    moment = models.TextField()

    class Meta:
        db_table = "earned_source_post"
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "source"], name="earned_source_post_once")]
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
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "text_hash"], name="earned_post_version_once")]


class RejectedRow(models.Model):
    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE, db_index=False)
    #: Where it stands in the source.
    place = models.TextField()
    reason = models.TextField()
    detail = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "earned_rejected"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "place", "reason", "detail"], name="earned_rejected_once"),
        ]


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


class BondRow(models.Model):
    """What a member said about two accounts: appended and retracted, never edited."""

    one = models.TextField()
    other = models.TextField()
    #: One human being, or two.
    same = models.BooleanField()
    evidence = models.TextField()
    said_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "earned_bond"


class ProofRow(models.Model):
    """A page that was read, and an address it calls its owner's (rel=me); empty: it names none."""

    page = models.TextField()
    names = models.TextField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "earned_proof"
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "names"], name="earned_proof_once")]


class AffiliationRow(models.Model):
    #: `Account.id`.
    account = models.TextField()
    organization = models.TextField()
    #: "" : open. Text, so that "the same again" is one comparison.
    since = models.TextField()
    until = models.TextField()
    evidence = models.TextField()

    class Meta:
        db_table = "earned_affiliation"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "organization", "since", "until"], name="earned_affiliation_once"
            )
        ]


class AliasRow(models.Model):
    """Another name of an organization."""

    name = models.TextField(unique=True)
    organization = models.TextField()

    class Meta:
        db_table = "earned_alias"


class TombstoneRow(models.Model):
    """Keyed hash of an id, address or name that was removed on request and never comes back."""

    mark = models.TextField(unique=True)
    #: "id": of an account, a post or an address. "place": of an address with all below. "words": of a name, `size` long.
    kind = models.TextField()
    size = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "earned_tombstone"


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
