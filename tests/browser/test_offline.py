"""No request leaves the machine while the app is used."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.browser.app import ROOT


def test_the_app_serves_every_page_with_no_network_but_loopback(tmp_path: Path) -> None:
    """App and Chromium run in a network namespace that holds loopback alone, and a walk through the app needs no more.

    Where a machine forbids namespaces, the walk is the same and proves less: each address that the browser asks for
    or the server looks up is still written down, and must be loopback.
    """
    walked = subprocess.run(
        [sys.executable, "-m", "tests.browser.walk", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    seen = json.loads(walked.stdout.splitlines()[-1])
    assert seen["interfaces"] == ["lo"] or not seen["isolated"]
    assert seen["reaches_outside"] is False or not seen["isolated"]
    assert seen["asked_outside"] == []
    assert seen["failed"] == []
    assert seen["faults"] == []
    assert seen["server_asked_for"] == []
    # The walk was one: all pages and languages, a click, a file, fonts and scripts out of the app itself.
    assert seen["pages"] == 27
    assert seen["evidence"]
    assert seen["csv_rows"] > 10
    assert seen["requests"] > 50
