"""The picture screen says what it understood, exchanges a thing, and changes the light."""

import httpx
from playwright.sync_api import Browser, expect

from tests.server.conftest import Served
from tests.studio.conftest import Visitor
from tests.studio.test_screens import AXE, MISSING, SERIOUS

PROMPT = "a unicorn plays the piano, a zorg"


def test_a_thing_is_exchanged_and_the_light_is_changed(
    visitor: Visitor, http: httpx.Client
) -> None:
    page = visitor.opens("picture")
    words = page.get_by_label("What is in the picture?")
    words.fill(PROMPT)
    drawn = page.get_by_role("region", name="What is drawn")
    expect(drawn.get_by_role("button")).to_have_text(["unicorn", "piano similar drawing", "zorg"])
    expect(drawn).to_contain_text("Not drawn:")
    visitor.keeps("picture-understood")

    drawn.get_by_role("button", name="unicorn").click()
    page.get_by_label("Draw instead of unicorn").fill("elephant")
    drawn.get_by_role("button", name="elephant", exact=True).click()
    expect(words).to_have_value("an elephant plays the piano, a zorg")
    expect(drawn.get_by_role("button").first).to_have_text("elephant")

    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Size", exact=True).select_option("256x256")
    page.get_by_role("button", name="Paint", exact=False).first.click()
    page.wait_for_selector("article.work[data-work]")
    expect(page.locator("article.work .lost")).to_have_text("Not drawn: zorg")

    page.get_by_label("Time of day").select_option("night")
    page.get_by_label("Weather").select_option("snow")
    page.get_by_label("Place", exact=True).select_option("forest")
    page.get_by_label("Look").select_option("watercolor")
    expect(drawn).to_contain_text("Place: forest · Time of day: night · Weather: snow")
    page.get_by_role("button", name="Same picture in this light").click()
    page.wait_for_selector("article.work[data-work] >> nth=1")
    visitor.keeps("picture-relit")
    lit, plain = http.get("/v1/artifacts", params={"q": "elephant"}).json()["data"]
    assert lit["seed"] == plain["seed"] and lit["id"] != plain["id"]
    light = {"hour": "night", "weather": "snow", "place": "forest", "style": "watercolor"}
    assert light.items() <= lit["parameters"].items()
    files = [http.get(row["content"]).content for row in (lit, plain)]
    assert files[0] != files[1]


def test_what_is_drawn_is_said_in_chinese_on_a_telephone(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    visitor = Visitor(context.new_page(), served.url)
    page = visitor.opens("picture")
    page.get_by_label("画里有什么？").fill("一只猫在森林里弹钢琴，旁边有一个魍魉")
    drawn = page.get_by_role("region", name="会画出什么")
    expect(drawn).to_contain_text("近似图案")
    expect(drawn).to_contain_text("地点: 森林")
    drawn.get_by_role("button", name="猫", exact=True).click()
    page.get_by_label("用什么代替 猫").fill("狐狸")
    expect(drawn.get_by_role("button", name="狐狸", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(AXE)
    assert page.evaluate(SERIOUS) == []
    visitor.keeps("picture-understood-zh")
    drawn.get_by_role("button", name="狐狸", exact=True).click()
    expect(page.get_by_label("画里有什么？")).to_have_value(
        "一只狐狸在森林里弹钢琴，旁边有一个魍魉"
    )
    assert page.evaluate(MISSING) == []
    context.close()
    assert visitor.wrong == []
