"""Files dropped on a page, and addresses typed into it."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest

from earned.errors import InputError
from earned.workspace import Study

#: Bytes of one dropped file.
LARGEST = 4 * 2**30


def addresses(request: HttpRequest) -> list[str]:
    """The addresses typed into a form, one a line.

    Raises:
        InputError: in team mode, something that is no web address: nobody reads files of the server from a page.
    """
    given = [line.strip() for line in request.POST.get("addresses", "").splitlines() if line.strip()]
    for one in given:
        if settings.EARNED_TEAM and not re.match(r"https?://", one):
            raise InputError(one, "is no web address.", "Drop a file, or give an address that begins with https://.")
    return given


def pasted(request: HttpRequest) -> list[UploadedFile[Any]]:
    """Answers copied into the page (docs/channels.md, answers), as the file that they could have been."""
    text = request.POST.get("answers", "").strip()
    return [SimpleUploadedFile("answers.txt", text.encode(), "text/plain")] if text else []


def keep(opened: Study, file: UploadedFile[Any]) -> Path:
    """Keep a dropped file in the workspace; the same content is kept once.

    Raises:
        InputError: it is too large or empty.
    """
    if not file.size or file.size > LARGEST:
        raise InputError(file.name or "The file", "is empty or larger than 4 GB.", "Name a folder with: earned add.")
    digest = sha256()
    folder = opened.store.folder / "uploads" / opened.record.name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f".{id(file):x}.part"
    with part.open("wb") as kept:
        for chunk in file.chunks():
            digest.update(chunk)
            kept.write(chunk)
    whole = folder / f"{digest.hexdigest()[:12]}-{_safe(file.name or 'file')}"
    part.replace(whole)
    return whole


def forget(opened: Study) -> None:
    """Delete what was dropped for a study that is not to be."""
    shutil.rmtree(opened.store.folder / "uploads" / opened.record.name, ignore_errors=True)


def _safe(name: str) -> str:
    """The last part of a name, in letters that every file system takes; its ending stays."""
    return re.sub(r"[^\w.-]+", "-", Path(name).name)[-80:].lstrip(".-") or "file"
