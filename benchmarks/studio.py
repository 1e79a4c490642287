"""The studio in the system's Chromium, and a library with many artifacts."""

import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

WORDS = (
    "lighthouse",
    "a fox",
    "snow",
    "the sea",
    "a clock",
    "rain",
    "bread",
    "a train",
    "妙笔生花",
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAINT = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return paint ? paint.startTime / 1000 : null;
}"""
BYTES = """() => [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].reduce((sum, one) => sum + one.transferSize, 0)"""


def fill_library(home: Path, rows: int) -> None:
    """Add rows with random prompts to the library of a MIAOBI_HOME."""
    from miaobi.core.artifact import new_id
    from miaobi.core.requests import Message, TextRequest
    from miaobi.provenance.manifest import GENERATED, Record
    from miaobi.tasks import library, search

    before = os.environ.get("MIAOBI_HOME")
    os.environ["MIAOBI_HOME"] = str(home)
    rng = random.Random(3)
    request = TextRequest(model="smollm2-135m", messages=(Message("user", "x"),))
    template = Record.of(request, "Apache-2.0", "1", GENERATED)
    try:
        for number in range(rows):
            record = replace(template, id=new_id())
            library.add(record, "text/plain", str(number).encode(), None, [])
            prompt = " ".join(rng.choices(WORDS, k=6)) + f" {number}"
            search.save_prompt(record.id, prompt, {"verb": "text", "seed": number})
    finally:
        library.close()
        os.environ.pop("MIAOBI_HOME") if before is None else os.environ.update(MIAOBI_HOME=before)


def first_paints(url: str, times: int) -> tuple[list[float], list[float]]:
    """Measure seconds to the first contentful paint and transferred bytes of uncached visits."""
    from playwright.sync_api import sync_playwright

    paints, sizes = [], []
    program = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        for number in range(times + 1):
            context = browser.new_context(viewport={"width": 1280, "height": 820})
            page = context.new_page()
            page.goto(url)
            page.wait_for_selector("html[data-ready]")
            page.wait_for_function(PAINT)
            if number:  # the first visit warms up the browser
                paints.append(page.evaluate(PAINT))
                sizes.append(page.evaluate(BYTES))
            context.close()
        browser.close()
    return paints, sizes
