#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live page in a real Chromium, with real clicks, on the real server.

page_story.py KINTSUGI_CLI [TEST…]: wants chromium-driver and python3-selenium. KINTSUGI_SHOTS=FOLDER keeps pictures.
"""

import sys
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "http"))
from browser import Browser
from selenium.webdriver.common.keys import Keys
from served import Served

COUNT = "form[data-task=count-to-n]"
PIPELINE = "form[data-task=pipeline-with-steps]"
# Follows a task by what a page of anybody's would use; window.seen has what came.
FOLLOW = """
  const [id, types] = arguments;
  const path = `/api/durable-example/reattach/${id}`;
  window.seen = { source: [], client: [], result: null };
  const source = new EventSource(path);
  for (const type of types) source.addEventListener(type, (message) => seen.source.push(JSON.parse(message.data)));
  import('/client.mjs').then(async ({ subscribeToTask }) => {
    window.seen.result = await subscribeToTask(path, { onEvent: { '*': (_, event) => seen.client.push(event) } });
  });
"""


class Page(unittest.TestCase):
    program: str
    browser: Browser

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def serve(self, *flags: str) -> Served:
        server = Served(self.program, "--stale-ms", "1500", *flags)
        self.addCleanup(server.close)
        self.addCleanup(self.browser.driver.get, "about:blank")
        return server

    def setUp(self):
        self.refusals: list[int] = []  # The statuses that the test asked for.

    def tearDown(self):
        expected = [f"status of {status} " for status in self.refusals]
        complaints = self.browser.complaints()
        self.assertEqual([words for words in complaints if not any(status in words for status in expected)], [])

    def start(self, form: str, **values: int) -> None:
        self.browser.until(lambda: self.browser.element(f"{form} [type=submit]").is_enabled(), "the form")
        for name, value in values.items():
            self.browser.fill(f"{form} [name={name}]", str(value))
        self.browser.click(f"{form} [type=submit]")

    def selected(self) -> str:
        return self.browser.until(lambda: self.browser.run("return decodeURIComponent(location.hash.slice(1))"), "a task in the address")

    def events(self, server: Served, task: str) -> list[dict]:
        return server.ask("GET", f"/api/tasks/{task}/events?limit=1000").json()["events"]

    def done(self) -> int:
        """How many ticks the page shows."""
        return int(self.browser.text("#ticksCount").split(" of ")[0] or 0)

    def shown(self) -> list[int]:
        return self.browser.run("return [...document.querySelectorAll('#events .seq')].map((seq) => Number(seq.textContent))")

    def crash_after(self, ticks: int) -> int:
        self.browser.until(lambda: self.done() >= ticks, f"{ticks} ticks")
        self.browser.click("#crash")
        self.browser.says("#said", "Crashed")
        return self.done()

    def test_ticks_break_and_are_mended(self):
        server = self.serve()
        browser = self.browser
        browser.open(server.url)
        browser.says("#empty h1", "Watch it break and mend")
        self.start(COUNT, n=12, sleepMs=150)
        self.crash_after(3)
        browser.says("#pill", "nobody drives it")
        browser.says("#banner", "Stale in")
        browser.shot("page-stale")
        browser.says("#banner", "Stale: nobody drives it. Nudge it.")
        broken = self.done()
        self.assertGreater(broken, 0)
        browser.click("#nudge")
        browser.says("#banner", f"Broken after tick {broken}, mended")
        browser.shot("page-mended")
        browser.says("#outcome", 'Result {"total":12}')
        browser.says("#streamState", "log complete")
        self.assertEqual(browser.text("#ticksCount"), "12 of 12 · 0 ran twice")
        events = self.events(server, self.selected())
        self.assertEqual(self.shown(), [event["seq"] for event in reversed(events)])
        self.assertEqual([event["payload"]["i"] for event in events if event["type"] == "tick"], list(range(1, 13)))
        self.assertEqual(len(browser.run("return [...document.querySelectorAll('#events li.mended')]")), 1)

        # The same input is the same task: it has finished, and nothing runs.
        browser.says(f"{COUNT} .hint", "This input has finished")
        browser.click(f"{COUNT} [type=submit]")
        browser.says("#said", "It has finished already")
        # Unless a new one is asked for.
        browser.click(f"{COUNT} [name=fresh]")
        browser.click(f"{COUNT} [type=submit]")
        browser.says("#said", "Started.")
        self.assertEqual(len(server.ask("GET", "/api/tasks").json()["tasks"]), 2)
        # A reload shows the same again, from the log.
        browser.says("#outcome", "Result")
        browser.driver.refresh()
        browser.says("#outcome", 'Result {"total":12}')
        self.assertEqual(browser.text("#replayed"), browser.text("#lastEventId"))

    def test_a_finished_stage_is_not_paid_twice(self):
        server = self.serve()
        browser = self.browser
        browser.open(server.url)
        self.start(PIPELINE, rows=50, stageMs=500)
        browser.says("#cards", "running")
        browser.until(lambda: browser.text(".card.running h3") == "transform", "the second stage")
        browser.click("#crash")
        browser.says(".card.broken h3", "transform")
        browser.says("#banner", "Stale: nobody drives it.")
        browser.click("#nudge")
        browser.says(".card.cached", "from cache")
        self.assertIn("1 body run 1 commit 1 from cache", browser.text(".card.cached .ledger"))
        browser.says("#banner", "extract came from the log, nothing of it ran again.")
        browser.shot("page-cached")
        browser.says("#outcome", "checksum")
        self.assertEqual(browser.text("#stagesCount"), "3 of 3 · extract not paid twice")
        result = server.ask("GET", f"/api/tasks/{self.selected()}").json()["result"]
        self.assertIn(result["checksum"], browser.text("#outcome"))

    def test_three_kills_of_the_server(self):
        server = self.serve("--recovery-interval-ms", "100")
        browser = self.browser
        browser.open(server.url)
        browser.click("#startAny")
        browser.fill("#startForm [name=n]", "300")
        browser.fill("#startForm [name=sleepMs]", "20")
        browser.click("#startForm summary")
        browser.choose("#startForm [name=recover]", "by itself")
        browser.click("#startForm [type=submit]")
        task = self.selected()
        browser.run(FOLLOW, task, ["created", "attempt_started", "recovered", "tick", "completed"])
        broken = []
        for attempt in (1, 2, 3):
            before = self.done()
            browser.until(lambda: self.done() >= before + 5, "ticks of this attempt")
            server.kill()
            browser.says("#connectionText", "no answer, trying again")
            broken.append(self.done())
            server.start()
            browser.says("#connection", "connected to")
            browser.until(lambda: self.done() > broken[-1], "ticks after the kill")
        browser.says("#outcome", 'Result {"total":300}')
        browser.until(lambda: browser.run("return seen.result"), "the result of the client")
        browser.until(lambda: browser.run("return seen.source.at(-1)?.type === 'completed'"), "the end of the EventSource")
        events = self.events(server, task)
        self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
        self.assertEqual([event["payload"]["i"] for event in events if event["type"] == "tick"], list(range(1, 301)))
        self.assertEqual(sum(event["type"] == "attempt_started" for event in events), 4)
        seen = browser.run("return seen")
        self.assertEqual(seen["source"], events, "EventSource")
        self.assertEqual(seen["client"], events, "client.mjs")
        self.assertEqual(seen["result"], {"total": 300})
        self.assertEqual(self.shown(), [event["seq"] for event in reversed(events)], "the page")
        self.assertEqual(browser.text("#ticksCount"), "300 of 300 · 0 ran twice")

    def test_dialog_stop_and_run_again(self):
        server = self.serve()
        self.refusals = [409, 422]
        browser = self.browser
        browser.open(server.url)
        browser.until(lambda: browser.element("#startAny").is_enabled(), "the definitions")
        browser.element("#startAny").send_keys(Keys.ENTER)
        browser.choose("#startName", "Pipeline with steps (pipeline-with-steps)")
        self.assertIn("How many rows the first stage makes.", browser.text("#startForm .fields"))
        browser.choose("#startName", "Count to n (count-to-n)")
        browser.fill("#startForm [name=n]", "0")
        browser.click("#startForm [type=submit]")
        self.assertTrue(browser.element("#startDialog").is_displayed(), "0 is below the schema's minimum")
        # What the browser lets through, the server refuses, and the field says why.
        browser.run("document.querySelector('#startForm').noValidate = true")
        browser.click("#startForm [type=submit]")
        browser.says("#startForm .fieldError", "must be a whole number from 1 to 1000000, not 0")
        self.assertEqual(browser.run("return document.activeElement.name"), "n")
        self.assertEqual(browser.element("#startForm [name=n]").get_attribute("aria-invalid"), "true")
        browser.shot("page-refused")
        browser.fill("#startForm [name=n]", "500")
        self.assertEqual(browser.text("#startForm .fieldError"), "")
        browser.click("#startForm summary")
        browser.fill("#startForm [name=key]", "my-own-key")
        browser.element("#startForm [name=key]").send_keys(Keys.ENTER)
        browser.says("#key", "my-own-key")
        browser.click("#again")
        self.assertEqual(browser.element("#startForm [name=n]").get_attribute("value"), "500")
        browser.fill("#startForm [name=n]", "501")
        browser.fill("#startForm [name=key]", "my-own-key")
        browser.click("#startForm [type=submit]")
        browser.says("#startForm .hint", "my-own-key")
        browser.element("#startName").send_keys(Keys.ESCAPE)
        self.assertFalse(browser.element("#startDialog").is_displayed())

        browser.click("#stop")
        browser.fill("#reason", "<b>enough</b>")
        browser.click("#stopDialog [value=stop]")
        browser.says("#outcome", "Cancelled <b>enough</b>")
        browser.until(lambda: not browser.element("#stop").is_enabled(), "Stop to be disabled")
        browser.click("#reattach")
        browser.says("#said", "nothing was missed")
        self.assertEqual(server.ask("GET", "/api/tasks/my-own-key").json()["stopReason"], "<b>enough</b>")

    def test_many_tabs_share_one_stream(self):
        server = self.serve()
        browser = self.browser
        first = browser.driver.current_window_handle
        browser.open(server.url)
        self.start(COUNT, n=1000, sleepMs=50)
        task = self.selected()
        tabs = [first]
        for _ in range(8):
            browser.driver.switch_to.new_window("tab")
            tabs.append(browser.driver.current_window_handle)
            browser.open(f"{server.url}/#{task}")
        for tab in tabs:
            browser.driver.switch_to.window(tab)
            before = self.done()
            browser.until(lambda: self.done() > before + 3, "live ticks in every tab")
            browser.says("#streamState", "live")
        metrics = server.ask("GET", "/metrics").body.decode()
        self.assertIn("\nkintsugi_http_streams 1\n", metrics)
        self.assertIn("\nkintsugi_http_streams_opened_total 1\n", metrics)
        # A crash in one tab is seen in each of them, and so is a task that another one started.
        browser.driver.switch_to.window(tabs[0])
        self.crash_after(1)
        server.ask("POST", "/api/tasks", {"name": "count-to-n", "input": {"n": 3, "sleepMs": 0}})
        for tab in tabs:
            browser.driver.switch_to.window(tab)
            browser.says("#pill", "nobody drives it")
            browser.until(lambda: len(browser.run("return [...document.querySelectorAll('.task')]")) == 2, "the new task in the list")
        for tab in tabs[1:]:
            browser.driver.switch_to.window(tab)
            browser.driver.close()
        browser.driver.switch_to.window(first)

    def test_with_a_token(self):
        server = self.serve("--token", "a+b/c~d")
        browser = self.browser
        browser.open(f"{server.url}/?token=a%2Bb%2Fc~d")
        self.start(COUNT, n=3, sleepMs=10)
        browser.says("#outcome", 'Result {"total":3}')
        browser.says("#connection", "connected to")
        self.assertIn("$TOKEN", browser.text("#curl"))
        self.assertNotIn("a+b", browser.text("body"))
        browser.driver.refresh()
        browser.says("#outcome", 'Result {"total":3}')

    def test_every_size_and_both_themes(self):
        server = self.serve("--stale-ms", "60000")
        browser = self.browser
        browser.open(server.url)
        self.start(COUNT, n=10, sleepMs=100)
        self.crash_after(5)
        browser.says("#banner", "Stale in")
        stale = self.selected()
        self.start(PIPELINE, rows=9, stageMs=10)
        browser.says("#outcome", "checksum")
        finished = self.selected()
        last_sign = datetime.fromisoformat(server.ask("GET", f"/api/tasks/{stale}").json()["lastHeartbeatAt"])
        browser.until(lambda: datetime.now(timezone.utc) - last_sign > timedelta(seconds=3), "a silence that is long enough")
        for width, height in ((320, 700), (360, 740), (700, 900), (900, 800), (1280, 800), (1920, 1080)):
            for scheme in ("dark", "light"):
                browser.look(width, height, scheme)
                for name, task in (("empty", None), ("stale", stale), ("pipeline", finished)):
                    with self.subTest(f"{name}, {width} wide, {scheme}"):
                        browser.open(f"{server.url}/#{task}" if task else server.url)
                        browser.until(lambda: browser.element("#startAny").is_enabled(), "the definitions")
                        browser.until(lambda: browser.element("#picture" if task else "#empty").is_displayed(), "the run")
                        if task == stale:  # Whoever comes later need not wait for the silence again.
                            self.assertIn("nobody drives it", browser.text("#pill"))
                        self.assert_fits(width)
                        browser.shot(f"page-{name}-{width}-{scheme}")
                with self.subTest(f"dialog, {width} wide, {scheme}"):
                    browser.click("#startAny")
                    self.assert_fits(width)
                    browser.shot(f"page-dialog-{width}-{scheme}")
        browser.look(1280, 800, "dark")

    def assert_fits(self, width: int) -> None:
        """Nothing is wider than the page, nothing that can be pressed is too small for a finger on a narrow one."""
        wide = self.browser.run("""
          const shown = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility?.() && !one.closest('svg, .events, summary'));
          return shown.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML.slice(0, 80))""")
        self.assertEqual(wide, [])
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
        if width <= 900:
            small = self.browser.run("""
              return [...document.querySelectorAll('button:not(.link), select, input:not([type=checkbox])')].filter((one) => one.checkVisibility())
                .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80))""")
            self.assertEqual(small, [])

    def test_a_screen_reader_is_told(self):
        server = self.serve("--stale-ms", "60000")
        browser = self.browser
        browser.open(server.url)
        self.start(COUNT, n=10, sleepMs=100)
        broken = self.crash_after(4)
        browser.says("#banner", "Stale in")
        browser.click("#startAny")
        nodes = self.tree()
        self.assertEqual([name for role, name in nodes if role == "dialog"], ["Start a task"])
        self.assert_named(nodes)
        browser.element("#startName").send_keys(Keys.ESCAPE)
        nodes = self.tree()
        self.assert_named(nodes)
        self.assertIn(("image", f"{broken} of 10 ticks. attempt 1: ticks 1 to {broken}. Broken after tick {broken}"), nodes)
        for landmark in ("main", "banner", "complementary", "navigation"):
            self.assertIn(landmark, [role for role, _ in nodes])
        for words in ("Stop", "Crash", "Nudge", "Reattach", "Start any task…"):
            self.assertIn(("button", words), nodes)
        self.assertIn(("status", "Crashed: the attempt was dropped where it stood, nothing was written."),
                      [(role, self.browser.text("#said")) for role, _ in nodes if role == "status"])
        # With keys alone: from the top of the page to its end, and always a ring around where one is.
        browser.driver.refresh()
        browser.until(lambda: browser.element("#startAny").is_enabled() and browser.element("#again").is_displayed(), "the page")
        reached = []
        browser.element("body").send_keys(Keys.TAB)
        while not browser.run("return document.activeElement === document.body"):
            reached.append(browser.run("return document.activeElement.name || document.activeElement.id || document.activeElement.className"))
            self.assertEqual(browser.run("return getComputedStyle(document.activeElement).outlineStyle"), "solid", f"no ring around {reached[-1]}")
            self.assertLess(len(reached), 40, reached)
            browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        for name in ("stop", "nudge", "reattach", "again", "n", "sleepMs", "fresh", "startAny"):
            self.assertIn(name, reached)

    def tree(self) -> list[tuple[str, str]]:
        """What a screen reader is given: (role, name)."""
        nodes = self.browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"] and "role" in node]

    def assert_named(self, nodes: list[tuple[str, str]]) -> None:
        roles = ("button", "textbox", "spinbutton", "combobox", "checkbox", "image", "link", "dialog", "form", "navigation", "heading")
        self.assertEqual([role for role, name in nodes if role in roles and not name.strip()], [])


if __name__ == "__main__":
    Page.program = sys.argv.pop(1)
    unittest.main(verbosity=2)
