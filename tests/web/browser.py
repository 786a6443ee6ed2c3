# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium that is driven as a person would: what it shows, real clicks and keys, and whether all is well."""

import os
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

PATIENCE = 60  # Seconds, on a busy machine.
SHOTS = os.environ.get("KINTSUGI_SHOTS", "")  # A folder for pictures; none are kept without it.


class Browser:
    def __init__(self):
        self.profile = tempfile.TemporaryDirectory()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                     "--no-first-run", f"--user-data-dir={self.profile.name}"):
            options.add_argument(flag)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium has none for root.
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.look(1280, 800, "dark")

    def close(self) -> None:
        self.driver.quit()
        self.profile.cleanup()

    def look(self, width: int, height: int, scheme: str) -> None:
        """The size of the page in CSS pixels, and what the desktop prefers: 'dark' or 'light'."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, url: str) -> None:
        self.driver.get("about:blank")  # Else a change of the fragment alone loads nothing.
        self.driver.get(url)

    def run(self, script: str, *arguments):
        return self.driver.execute_script(script, *arguments)

    def element(self, css: str):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def text(self, css: str) -> str:
        """What a person reads there; nothing when it is not shown."""
        return " ".join(self.element(css).text.split())

    def until(self, condition, what: str):
        """Waits until condition() holds, and gives what it gave."""
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.02,
                             ignored_exceptions=[StaleElementReferenceException]).until(
            lambda _: condition(), message=f"waited for {what}")

    def says(self, css: str, words: str) -> str:
        self.until(lambda: words in self.text(css), f"{css} to say {words!r}")
        return self.text(css)

    def click(self, css: str) -> None:
        element = self.element(css)
        self.until(element.is_enabled, f"{css} to be enabled")
        element.click()

    def fill(self, css: str, text: str) -> None:
        element = self.element(css)
        element.clear()
        element.send_keys(text)

    def choose(self, css: str, words: str) -> None:
        Select(self.element(css)).select_by_visible_text(words)

    def shot(self, name: str) -> None:
        if SHOTS:
            self.driver.save_screenshot(str(Path(SHOTS) / f"{name}.png"))

    def complaints(self) -> list[str]:
        """What the browser found wrong since the last time, but for a server that was not there."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] in ("WARNING", "SEVERE") and "net::ERR_" not in entry["message"]]
