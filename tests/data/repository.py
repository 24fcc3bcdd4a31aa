"""Builds a git repository, commit by commit, each with its own author and day."""

import os
import subprocess


class Built:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._git("init", "-q", "-b", "main")

    def _git(self, *words, **extra):
        environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_COMMITTER_NAME": "Di", "GIT_COMMITTER_EMAIL": "di@d.example", **extra,
        }  # fmt: skip
        subprocess.run(["git", "-C", str(self.folder), *words], check=True, env=environment, capture_output=True)

    def write(self, path, text):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def move(self, old, new):
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def delete(self, path):
        (self.folder / path).unlink()

    def commit(self, day, author="Di", message="x"):
        self._git("add", "-A")
        self._git("commit", "-q", "--no-verify", "-m", message, GIT_AUTHOR_NAME=author,
                  GIT_AUTHOR_EMAIL=f"{author.lower()}@x.example", GIT_AUTHOR_DATE=f"{day}T12:00:00+00:00",
                  GIT_COMMITTER_DATE=f"{day}T12:00:00+00:00")  # fmt: skip


WORDS = """
gardens lanterns harbour copper meadow violin granite thunder orchard saffron glacier compass velvet walnut falcon
beacon marble canyon timber ribbon whistle pebble cinder hollow anchor basket candle dagger ember feather goblet
hammer island jacket kettle ladder mirror needle oyster parcel quiver rocket saddle tunnel
""".split()


def prose(seed, count=40):
    """A paragraph of its own vocabulary: two seeds share few words."""
    return " ".join(f"{word}{chr(97 + seed % 26) * 2}{chr(97 + seed // 26) * 2}" for word in WORDS[:count])
