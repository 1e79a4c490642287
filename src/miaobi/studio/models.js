// Models: available, installed, fitting this machine; and downloads.
import { can, events, get, models } from "./api.js";
import { KIND_WORDS } from "./cards.js";
import { button, h, heading, meter, problem, toast } from "./dom.js";
import { loadSentences, t } from "./words.js";
import { isCancel, start } from "./work.js";

const ORDER = ["text", "image", "speech", "music", "sound", "video", "transcript", "embedding"];

export function build(places) {
  const list = h("div.stack", {});
  const machine = h("p.muted", {});
  const element = h("div.screen", {}, heading(t("Models"), t("Each says what it is good for, what it needs, and under which license it may be used.")), machine, list);

  async function draw() {
    try {
      await loadSentences();
      const [rows, told, canPull] = await Promise.all([models(null, true), get("/v1/machine").catch(() => null), can("/v1/models/pull")]);
      if (told) machine.textContent = t("This machine: {cores} cores, {memory} GB of memory, {free} GB of it free; {disk} GB free on the disk.", { cores: told.cores, memory: (told.memory_mb / 1000).toFixed(1), free: (told.free_mb / 1000).toFixed(1), disk: Math.round(told.disk_free_mb / 1000) });
      const kinds = [...new Set([...ORDER, ...rows.map((row) => row.kind)])].filter((kind) => rows.some((row) => row.kind === kind));
      list.replaceChildren(...kinds.map((kind) => h("section.stack", {}, h("h2", {}, t(KIND_WORDS[kind] || kind)), rows.filter((row) => row.kind === kind).map((row) => card(row, told, canPull)))));
    } catch (error) { list.replaceChildren(problem(error, draw)); }
  }

  function card(row, told, canPull) {
    const fits = !told || row.memory_mb < told.memory_mb * 0.8;
    const tight = told && fits && row.memory_mb > told.free_mb;
    const action = h("div.stack", {});
    if (!row.here && canPull && row.asset) action.append(h("div.row", {}, button(t("Get it ({size} MB)", { size: Math.round((row.bytes || 0) / 1e6).toLocaleString() }), "save", () => pull(row, action), "small")));
    else if (!row.here) action.append(h("small", {}, t("Get it: miaobi pull {name}", { name: row.asset || row.id })));
    return h("article.card.pad.stack", { "data-model": row.id }, h("div.row.apart", {}, h("div.row", {}, h("h3", {}, row.id), h(`span.badge${row.here ? ".good" : ""}`, {}, row.here ? t("here") : t("not here yet")),
      fits ? tight ? h("span.badge", {}, t("tight: close other programs")) : h("span.badge", {}, t("fits this machine")) : h("span.badge.bad", {}, t("too large for this machine"))), h("small", {}, `${row.memory_mb.toLocaleString()} MB · ${row.languages?.length ? `${row.languages.join(", ")} · ` : ""}${row.license}`)),
      row.summary ? h("p", {}, t(row.summary)) : null, action.children.length ? action : null);
  }

  async function pull(row, action) {
    const bar = meter(t("Asking for {name} …", { name: row.asset }));
    try {
      await start("pull", row.asset, async (signal, work) => {
        action.replaceChildren(bar.element, h("div.row", {}, button(t("Stop"), "stop", work.cancel, "small")));
        for await (const told of events("POST", "/v1/models/pull", { name: row.asset }, signal)) {
          bar.update(t("{done} of {total} MB", { done: Math.round(told.done / 1e6), total: Math.round(told.total / 1e6) }), told.done, told.total);
          work.update(t("{done} of {total} MB", { done: Math.round(told.done / 1e6), total: Math.round(told.total / 1e6) }), told.done, told.total);
        }
      });
      toast(t("{name} is ready.", { name: row.asset }));
      await draw();
    } catch (error) {
      if (isCancel(error)) { toast(t("Stopped; what has come is kept, and goes on from there.")); await draw(); }
      else action.replaceChildren(problem(error, () => pull(row, action)));
    }
  }
  return { element, shown: draw };
}
