"""A real `earned serve` on loopback and Debian's Chromium. A server or a browser that does not start is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

from servers import mail_server

HERE = os.environ | {"EARNED_TEAM": "", "PYTHONUNBUFFERED": "1"}


def earned(workspace, *words):
    """Run a command of Earned on a workspace; its output."""
    command = [sys.executable, "-m", "earned", "--workspace", str(workspace), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=HERE, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def command():
    return earned


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is not installed: ./dev test installs it (Debian package chromium)."
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve():
    """Start servers on workspaces; each is stopped by its process at the end."""
    running = []

    def start(workspace, **environment):
        command = [sys.executable, "-m", "earned", "--workspace", str(workspace), "serve", "--no-open", "--port", "0"]
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=HERE | environment
        )
        running.append(server)
        line = server.stdout.readline()
        assert line.startswith("http://127.0.0.1:"), line
        return line.split()[0].rstrip("/")

    yield start
    for server in running:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def post_office():
    """A mail server's address and the letters it took."""
    with mail_server() as (url, kept):
        yield url, kept.letters


@pytest.fixture(scope="session")
def sample(serve, tmp_path_factory, post_office):
    """Address of a workbench with the sample world worked out, and its workspace."""
    workspace = tmp_path_factory.mktemp("workspace")
    code = "from pathlib import Path; import sys; from earned.workspace import begin_sample; begin_sample(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(workspace)], check=True, env=HERE, timeout=120)
    earned(workspace, "refresh", "sample", "--quiet")
    return serve(workspace, EARNED_SMTP=post_office[0]), workspace


@pytest.fixture
def page(chromium):
    """A fresh page; what the browser complains about fails the test."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    made = context.new_page()
    complaints = []
    made.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.set_default_timeout(20_000)
    yield made
    context.close()
    assert complaints == []
