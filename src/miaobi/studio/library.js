// Library: all artifacts, searchable by prompt, kind, model and date.
import { get, models, request } from "./api.js";
import { KIND_WORDS, fromRow, libraryCard } from "./cards.js";
import { ask, button, empty, field, fillSelect, h, heading, problem, select, toast } from "./dom.js";
import { shown, whenMade, workButtons } from "./parts.js";
import { t } from "./words.js";

const PAGE = 40;
const SHOWN = ["style", "size", "steps", "guidance", "negative", "upscale", "strength", "voice", "speed", "seconds", "loop", "temperature", "max_tokens", "top_p", "top_k", "scenes", "language"];
const DAYS = [["", "any time"], ["1", "the last day"], ["7", "the last week"], ["31", "the last month"]];

export function build(places) {
  const words = h("input", { type: "search", placeholder: t("words of the prompt"), "data-first": true });
  const kind = select([["", t("all kinds")], ...["image", "audio", "video", "text"].map((one) => [one, t(KIND_WORDS[one])])]);
  const model = select([["", t("all models")]]);
  const day = select(DAYS.map(([value, told]) => [value, t(told)]));
  const found = h("section", { "aria-label": t("Found"), "aria-live": "polite" });
  const list = h("div.stack", {}, h("form.card.pad.grid.search", { role: "search", onsubmit: (event) => { event.preventDefault(); look(); } },
    field(t("Search"), words), field(t("Kind"), kind), field(t("Model"), model), field(t("Made"), day)), found);
  const element = h("div.screen", {}, heading(t("Library"), t("Everything that was made here, with what it was made from.")), list);
  let asked = 0, waiting = 0;

  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 150); });
  for (const one of [kind, model, day]) one.addEventListener("change", look);

  function query(after) {
    const told = new URLSearchParams({ limit: PAGE });
    if (words.value.trim()) told.set("q", words.value.trim());
    if (kind.value) told.set("kind", kind.value);
    if (model.value) told.set("model", model.value);
    if (day.value) told.set("since", new Date(Date.now() - 86400000 * Number(day.value)).toISOString().slice(0, 19));
    if (after) told.set("before", after);
    return `/v1/artifacts?${told}`;
  }

  async function look() {
    const number = ++asked;
    try {
      const answer = await get(query());
      if (number === asked) draw(answer);
    } catch (error) { if (number === asked) found.replaceChildren(problem(error, look)); }
  }

  function draw(answer) {
    if (!answer.data.length) {
      const looked = words.value || kind.value || model.value || day.value;
      found.replaceChildren(looked
        ? empty("library", t("Nothing fits"), t("Try fewer words, or another kind or time."), button(t("Show everything"), null, () => { words.value = kind.value = model.value = day.value = ""; look(); }))
        : empty("library", t("Nothing made yet"), t("What you make is kept here, with its seed and its label."), h("a.button.primary", { href: "#/picture" }, t("Paint a picture"))));
      return;
    }
    const works = h("div.works", {});
    const more = h("div.row", {});
    const add = (told) => {
      works.append(...told.data.map((row) => libraryCard(fromRow(row), () => places.go(`library/${row.id}`))));
      more.replaceChildren(...(told.has_more ? [button(t("Show more"), "plus", async () => add(await get(query(told.data.at(-1).id))))] : []));
    };
    add(answer);
    found.replaceChildren(h("div.stack", {}, works, more));
  }

  async function details(id) {
    const view = h("div.stack", {}, h("a", { href: "#/library" }, `← ${t("Back to the library")}`));
    element.replaceChildren(view);
    try {
      const work = fromRow(await get(`/v1/artifacts/${id}`));
      const facts = [[t("Kind"), t(KIND_WORDS[work.kind] || work.kind)], [t("Model"), work.model], [t("Seed"), String(work.seed)], [t("Made"), whenMade(work.madeAt)],
        [t("Size"), work.size ? `${Math.ceil(work.size / 1000).toLocaleString()} kB` : ""], ...Object.entries(work.parameters).filter(([name, value]) => SHOWN.includes(name) && value !== null && value !== "").map(([name, value]) => [t(name), String(value)]),
        ["ID", h("code", {}, work.id)]];
      const remove = button(t("Delete"), "trash", async () => {
        if (!(await ask(t("Delete this for good? The file and its row go."), t("Delete")))) return;
        try {
          await request("DELETE", `/v1/artifacts/${id}`);
          toast(t("Deleted."));
          places.go("library");
        } catch (error) { view.append(problem(error)); }
      }, "small");
      const buttons = workButtons(work, places);
      buttons.append(remove);
      view.append(h("div.detail", {}, h("div.stack", {}, work.url ? shown(work) : null, buttons),
        h("div.stack", {}, h("h1.words", {}, work.prompt ? work.prompt.slice(0, 160) : t("Words were not kept")), h("div.card.pad", {}, h("table", {}, facts.filter(([, value]) => value).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)))))),
        ));
      if (!work.url) view.append(h("p.muted", {}, t("Of texts the library keeps the label and not the words.")));
    } catch (error) {
      view.append(error.status === 404 ? empty("library", t("This is not in the library"), t("It may have been deleted."), h("a.button", { href: "#/library" }, t("The whole library"))) : problem(error, () => details(id)));
    }
  }

  return { element, async shown(given, id) {
    if (id) { await details(id); return; }
    element.replaceChildren(heading(t("Library"), t("Everything that was made here, with what it was made from.")), list);
    models(null).then((rows) => fillSelect(model, [["", t("all models")], ...rows.map((row) => [row.id, row.id])], model.value)).catch(() => {});
    await look();
  } };
}
