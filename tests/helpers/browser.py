"""A real browser for tests of pages: Debian's Chromium, driven by Playwright, which downloads none.

Here: finding it, and what to do where it is not. Not here: any page.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "No Chromium here: install it (Debian, Ubuntu: apt-get install chromium) to have the pages tested in a browser."
REQUIRED = "MATLAS_REQUIRE_BROWSER"
"""Set by .ci/run, where a browser that is not there is a failure and no reason to skip."""


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Headless Chromium, or a skip that says what to install."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get(REQUIRED):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # As root, as in many containers, Chromium starts only without its sandbox; it reads our own pages alone.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()
