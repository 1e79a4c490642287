// What a prompt is understood to show: a live list, and a search to exchange one thing for another.
import { get, post } from "./api.js";
import { field, h } from "./dom.js";
import { language, t } from "./words.js";

const PAUSE = 350; // milliseconds without a key before the prompt is read
const LONGEST = 20000; // characters that are read
const FOUND = 8; // rows of a search
const HOW = { near: "similar drawing", tag: "by meaning", meaning: "by meaning", implied: "added" };

// replaces a phrase of a prompt, and an English article before it where the sound changes
export function exchanged(prompt, phrase, name) {
  const at = prompt.toLowerCase().indexOf(phrase.toLowerCase());
  if (!phrase || at < 0) return `${prompt.trim()}${/[\u4e00-\u9fff]/.test(name) ? "，" : ", "}${name}`;
  const before = prompt.slice(0, at).replace(/\b(a)n?(\s+)$/i, (_, a, space) => a + (/^[aeiou]/i.test(name) ? "n" : "") + space);
  return before + name + prompt.slice(at + phrase.length);
}

const nameOf = (row) => (language() === "zh" ? row.chinese : row.english) || row.drawing;

// list of what is drawn; `placeName(id)` names a place, `enabled()` says whether pictures are drawn by rule,
// `chosen()` returns the fields that replace those of the words
export function scenePanel(area, { placeName, enabled, chosen }) {
  const list = h("div.chips.understood", { role: "group", "aria-label": t("What is drawn") });
  const about = h("p.muted", { role: "status" });
  const lost = h("div.chips.understood.lost", {});
  const search = h("div", {});
  const hint = h("small", { id: "exchange-hint" }, t("Press a word to draw something else instead."));
  const element = h("section.card.pad.stack", { "aria-label": t("What is drawn"), hidden: true }, h("h2", {}, t("What is drawn")), list, about, lost, search, hint);
  let timer = 0;
  let reading = null;

  function word(phrase, words, badge, title) {
    return h("button", { type: "button", title: title || null, "aria-describedby": hint.id, onclick: (event) => seek(phrase, event.currentTarget) },
      words, badge && [" ", h("span.badge", {}, badge)]);
  }

  function thing(row) {
    const how = HOW[row.match] ? t(HOW[row.match]) : "";
    const words = (row.phrase || nameOf(row)) + (row.count > 1 ? ` × ${row.count}` : "");
    if (!row.phrase) return h("span.badge", {}, `${words} (${how})`);
    return word(row.phrase, words, how, row.match === "near" ? t("a similar drawing: {name}", { name: nameOf(row) }) : "");
  }

  function show(told) {
    list.replaceChildren(...told.things.map(thing));
    const parts = [[t("Place"), told.place && placeName(told.place)], [t("Time of day"), t(told.hour)], [t("Weather"), t(told.weather)], [t("Season"), t(told.season)], [t("Look"), t(told.look)]];
    const rows = parts.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`);
    if (told.excluded.length) rows.push(t("Not wanted: {words}", { words: told.excluded.join(", ") }));
    if (!told.things.length && !told.place) rows.unshift(t("Nothing of this is in the catalog of drawings."));
    about.textContent = rows.join(" · ");
    lost.replaceChildren(...(told.left_out.length ? [h("span", {}, t("Not drawn:")), ...told.left_out.map((phrase) => word(phrase, phrase, "", ""))] : []));
    element.hidden = false;
  }

  async function read() {
    reading?.abort();
    const prompt = area.value.trim();
    if (!prompt || prompt.length > LONGEST || !enabled()) { element.hidden = true; return; }
    const own = reading = new AbortController();
    try {
      show({ ...await post("/v1/images/understanding", { prompt }, own.signal), ...chosen() });
    } catch (error) {
      if (error.name !== "AbortError") element.hidden = true; // painting reports what is wrong
    }
  }

  // search of the catalog below the list
  function seek(phrase, from) {
    const input = h("input", { type: "search", maxlength: 100, autocomplete: "off" });
    const rows = h("div.chips", { role: "group", "aria-label": t("Exchange {phrase}", { phrase }) });
    const count = h("small", { role: "status" });
    let waiting = 0;
    const close = (target) => { search.replaceChildren(); target.focus(); };
    const take = (name) => {
      area.value = exchanged(area.value, phrase, name);
      close(area);
      read();
    };
    async function find() {
      const query = input.value.trim();
      const told = query ? (await get(`/v1/catalog?kind=thing&limit=${FOUND}&query=${encodeURIComponent(query)}`).catch(() => ({ data: [] }))).data : [];
      if (query !== input.value.trim()) return; // an older search
      rows.replaceChildren(...told.map((row) => {
        const names = [...row.english, ...row.chinese];
        const usual = (/[\u4e00-\u9fff]/.test(area.value) ? row.chinese : row.english)[0] || names[0] || row.id;
        const name = names.find((one) => one === query.toLowerCase()) || usual;
        return h("button", { type: "button", onclick: () => take(name) }, name, row.match === "near" && [" ", h("span.badge", {}, t("similar drawing"))]);
      }));
      count.textContent = !query ? "" : told.length ? t("found: {count}", { count: told.length }) : t("Nothing in the catalog is called that.");
    }
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, PAUSE); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); close(from.isConnected ? from : area); }
    });
    search.replaceChildren(h("div.stack", {}, field(t("Draw instead of {phrase}", { phrase }), input), rows, count));
    input.focus();
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(read, PAUSE); };
  area.addEventListener("input", soon);
  return { element, soon };
}
