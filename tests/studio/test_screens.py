"""What people do in the studio, done in a real browser."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.conftest import SMALL, Served, eventually
from tests.studio.conftest import Visitor

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
SCREENS = (
    "",
    "write",
    "picture",
    "speak",
    "music",
    "sounds",
    "video",
    "film",
    "library",
    "verify",
    "models",
    "train",
    "jobs",
    "settings",
)
MISSING = "import('/studio/words.js').then((words) => [...words.missing])"
SERIOUS = """async () => (await axe.run()).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" | "))"""


def paint(page: Page, words: str) -> None:
    """Paint a picture in a few steps and wait for it."""
    page.get_by_label("What is in the picture?").fill(words)
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Steps").fill("3")
    page.get_by_role("button", name="Paint", exact=False).first.click()
    page.wait_for_selector("article.work[data-work]")


def test_a_picture_is_painted_found_again_and_made_again(
    visitor: Visitor, http: httpx.Client
) -> None:
    page = visitor.opens("picture")
    paint(page, "a red fox in the snow")
    visitor.keeps("picture")
    [row] = http.get("/v1/artifacts", params={"q": "red fox"}).json()["data"]

    page = visitor.opens("library")
    page.get_by_label("Search").fill("red fox")
    expect(page.locator("button.work")).to_have_count(1)
    page.get_by_label("Search").fill("whale")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    visitor.keeps("library")
    page.locator(f"button.work[data-id='{row['id']}']").click()
    expect(page.get_by_role("cell", name=str(row["seed"]), exact=True)).to_be_visible()
    visitor.keeps("details")

    page.get_by_role("button", name="Make again").click()
    page.wait_for_selector("article.work[data-work] >> nth=1")
    again, first = http.get("/v1/artifacts", params={"q": "red fox"}).json()["data"]
    assert again["seed"] == first["seed"] and again["id"] != first["id"]


def test_what_is_deleted_is_gone(visitor: Visitor, http: httpx.Client) -> None:
    http.post("/v1/sounds", json={"prompt": "a laser"})
    [row] = http.get("/v1/artifacts", params={"q": "laser"}).json()["data"]
    page = visitor.opens(f"library/{row['id']}")
    page.get_by_role("button", name="Delete").click()
    page.locator("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_selector("form[role=search]")
    assert http.get("/v1/artifacts", params={"q": "laser"}).json()["data"] == []


def test_a_sound_is_made_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.opens()
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_selector("html[data-ready=sounds]")
    page.keyboard.press("/")
    page.keyboard.type("a heavy door closes")
    page.keyboard.press("Control+Enter")
    sound = page.wait_for_selector("article.sound[data-work] audio")
    page.wait_for_function("(audio) => audio.duration > 0.1", arg=sound)
    visitor.keeps("sounds")


def test_a_tune_is_composed_as_the_options_say(visitor: Visitor, http: httpx.Client) -> None:
    page = visitor.opens("music")
    page.get_by_label("Words").fill("a calm waltz")
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Seconds").fill("8")
    page.get_by_label("Key", exact=True).fill("D minor")
    page.get_by_label("Instruments").fill("flute, piano")
    page.get_by_role("button", name="Compose", exact=False).first.click()
    sound = page.wait_for_selector("article.sound[data-work] audio")
    page.wait_for_function("(audio) => audio.duration > 6", arg=sound)
    visitor.keeps("music")
    [row] = http.get("/v1/artifacts", params={"q": "calm waltz"}).json()["data"]
    assert row["parameters"]["key"] == "D minor"
    assert row["parameters"]["instruments"] == ["flute, piano"]


def test_a_melody_is_harmonized(visitor: Visitor, tmp_path: Path) -> None:
    tune = tmp_path / "ode.abc"
    tune.write_text("X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:D\nFFGA|AGFE|DDEF|F>EE2|\n")
    page = visitor.opens("music")
    page.get_by_label("Words").fill("an old song, choir")
    page.locator("input[type=file]").set_input_files(tune)
    assert page.get_by_text("ode.abc").is_visible()
    page.get_by_label("What becomes of it").select_option("harmonize")
    page.get_by_role("button", name="Compose", exact=False).first.click()
    sound = page.wait_for_selector("article.sound[data-work] audio")
    page.wait_for_function("(audio) => audio.duration > 6", arg=sound)
    page.get_by_role("button", name="Without this melody").click()
    assert not page.get_by_text("ode.abc").is_visible()


def test_a_video_is_filmed_found_and_varied(visitor: Visitor, http: httpx.Client) -> None:
    page = visitor.opens("video")
    page.get_by_label("What happens?").fill("a red balloon rises over the sea")
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Seconds").fill("1")
    page.get_by_label("Size").select_option("128x128")
    page.get_by_role("button", name="Film it", exact=False).first.click()
    video = page.wait_for_selector("article.work[data-work] video")
    page.wait_for_function("(video) => video.duration > 0.5", arg=video)
    visitor.keeps("video")
    [row] = http.get("/v1/artifacts", params={"q": "red balloon"}).json()["data"]
    assert row["media_type"] == "video/mp4"
    page.get_by_role("button", name="Vary").click()
    page.wait_for_selector("article.work[data-work] >> nth=1")
    two = http.get("/v1/artifacts", params={"q": "red balloon"}).json()["data"]
    assert len({one["seed"] for one in two}) == 2


def test_a_video_is_stopped(visitor: Visitor, http: httpx.Client) -> None:
    page = visitor.opens("video")
    page.get_by_label("What happens?").fill("a fox jumps in the snow")
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Seconds").fill("60")
    page.get_by_role("button", name="Film it", exact=False).first.click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    eventually(lambda: http.get("/v1/jobs?limit=1").json()["data"][0]["status"] == "canceled")


def test_words_nobody_has_a_sound_for(visitor: Visitor) -> None:
    page = visitor.opens("sounds")
    page.get_by_label("Words").fill("zzz")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no sound for")
    assert page.get_by_role("button", name="Try again").is_visible()
    assert [told for told in visitor.wrong if "404" not in told] == []
    visitor.wrong.clear()  # the browser notes the refusal as well


def test_a_conversation_comes_as_it_is_written_and_can_be_stopped(
    visitor: Visitor, served: Served
) -> None:
    page = visitor.opens("write")
    page.get_by_label("Model", exact=True).select_option(SMALL)
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Longest answer").fill("2000")
    page.get_by_label("Your words").fill("Tell me a very long story about the sea.")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.assistant .said")).to_have_text(re.compile(".{5}"))
    visitor.keeps("write")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn.assistant").get_by_text("Stopped.")).to_be_visible()
    limiters = served.state.limiters.by_model
    # the work stops when nobody reads it
    eventually(lambda: not any(limiter.running for limiter in limiters.values()))


def test_a_file_says_what_made_it(visitor: Visitor, http: httpx.Client, tmp_path: Path) -> None:
    made = tmp_path / "sound.wav"
    made.write_bytes(http.post("/v1/sounds", json={"prompt": "a doorbell", "seed": 5}).content)
    page = visitor.opens("verify")
    page.locator("input[type=file]").set_input_files(made)
    card = page.locator("[data-status=intact]")
    expect(card).to_contain_text("procedural")
    expect(card.get_by_role("cell", name="5", exact=True)).to_be_visible()
    visitor.keeps("verify")
    changed = bytearray(made.read_bytes())
    changed[len(changed) // 2] ^= 255
    made.write_bytes(changed)
    page.locator("input[type=file]").set_input_files(made)
    page.wait_for_selector("[data-status=changed]")
    page.locator("input[type=file]").set_input_files(Path(__file__))
    page.wait_for_selector("[data-status=unlabeled]")


def test_a_job_is_watched_and_canceled(visitor: Visitor, http: httpx.Client) -> None:
    asked = {"prompt": "a whale", "steps": 1000}
    id = http.post("/v1/images/generations?background=true", json=asked).json()["id"]
    page = visitor.opens("jobs")
    job = page.locator(f"[data-job='{id}']")
    expect(job).to_contain_text("a whale")
    visitor.keeps("jobs")
    job.get_by_role("button", name="Cancel").click()
    page.wait_for_selector(f"[data-job='{id}'][data-status=canceled]")
    assert http.get(f"/v1/jobs/{id}").json()["status"] == "canceled"


def test_every_screen_is_there_in_chinese(visitor: Visitor) -> None:
    visitor.opens().get_by_role("button", name="中文").click()
    for screen in SCREENS:
        page = visitor.opens(screen)
        expect(page.locator("h1").first).to_have_text(re.compile("[\u4e00-\u9fff]"))
        visitor.keeps(f"{screen or 'home'}-zh")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.evaluate(MISSING) == []
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1").first).to_have_text("Settings")


def test_light_and_dark(visitor: Visitor) -> None:
    page = visitor.opens()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    page.get_by_role("button", name="Light theme").click()
    assert page.evaluate(ground) == light
    page.reload()
    assert page.evaluate(ground) == light  # it is remembered


def test_nothing_is_wider_than_a_telephone(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    for screen in SCREENS:
        page = visitor.opens(screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, screen
        visitor.keeps(f"{screen or 'home'}-narrow")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Picture").click()
    page.wait_for_selector("html[data-ready=picture]")
    assert page.locator("#side.open").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, served: Served, theme: str) -> None:
    context = browser.new_context(color_scheme=theme, locale="en-US")
    visitor = Visitor(context.new_page(), served.url)
    found = {}
    for screen in SCREENS:
        page = visitor.opens(screen)
        page.evaluate(
            "() => document.querySelectorAll('details').forEach((one) => one.open = true)"
        )
        page.evaluate(AXE)
        if serious := page.evaluate(SERIOUS):
            found[screen] = serious
        visitor.keeps(f"{screen or 'home'}-{theme}")
    context.close()
    assert found == {}
    assert visitor.wrong == []


def test_the_first_screen_is_small(visitor: Visitor) -> None:
    page = visitor.opens()
    sizes = """performance.getEntriesByType("resource")
        .concat(performance.getEntriesByType("navigation"))
        .reduce((sum, one) => sum + one.transferSize, 0)"""
    assert 10_000 < page.evaluate(sizes) <= 300_000


def test_keys_are_listed(visitor: Visitor) -> None:
    page = visitor.opens()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
