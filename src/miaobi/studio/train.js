// Train: start a run on your own text, watch loss curves and samples, use the model.
import { events, fileUrl, get, post, request } from "./api.js";
import { ask, button, dropPlace, empty, field, h, heading, meter, problem, select, svg, toast } from "./dom.js";
import { numberOf } from "./parts.js";
import { t } from "./words.js";

const FAMILIES = [["gpt", "A Transformer that writes"], ["rnn", "A recurrent network that writes"]];

export function build(places) {
  const family = select(FAMILIES.map(([value, words]) => [value, t(words)]));
  const size = select([["tiny", t("tiny: minutes")], ["small", t("small: hours")]]);
  const steps = h("input", { type: "number", min: 1, max: 1000000, step: 1, value: "300" });
  const name = h("input", { placeholder: t("my-model"), maxlength: 40, pattern: "[a-zA-Z0-9][a-zA-Z0-9_\\-]*" });
  const text = h("textarea", { rows: 5, placeholder: t("Paste text to learn from: some thousands of words, the more the better.") });
  const wrong = h("div", {});
  const runs = h("section.stack", { "aria-label": t("Runs") });
  const view = h("section.stack", {});
  let watching = null;

  const form = h("form.card.pad.stack", { onsubmit: (event) => { event.preventDefault(); begin(); } },
    h("div.grid", {}, field(t("What it becomes"), family), field(t("Size"), size), field(t("Steps"), steps), field(t("Name"), name)),
    field(t("Text to learn from"), text),
    dropPlace(t("or drop a text file here"), ".txt,.md,text/plain", async (file) => { text.value = await file.text(); name.value ||= file.name.replace(/\.\w+$/, "").replace(/[^\w-]+/g, "-").slice(0, 40); }),
    wrong, h("div.row.end", {}, button(t("Start the run"), "train", null, "primary", { type: "submit" })));
  form.querySelector(".drop").classList.add("slim");
  const start = h("details", {}, h("summary", {}, t("A new run")), form);
  const element = h("div.screen", {}, heading(t("Train"), t("A small model of your own, from your own text, on this machine.")), start, view, runs);

  async function begin() {
    wrong.replaceChildren();
    if (!text.value.trim()) { wrong.replaceChildren(problem(new Error(t("There is nothing to learn from: paste text, or drop a file.")))); return; }
    try {
      const made = await post("/v1/training", { family: family.value, size: size.value, steps: numberOf(steps) ?? 300, name: name.value.trim() || "my-model", text: text.value });
      start.open = false;
      toast(t("The run has begun."));
      places.go(`train/${made.id}`);
    } catch (error) { wrong.replaceChildren(problem(error)); }
  }

  async function draw() {
    try {
      const rows = (await get("/v1/training")).data;
      start.open ||= rows.length === 0;
      runs.replaceChildren(rows.length ? h("h2", {}, t("Runs")) : empty("train", t("No run yet"), t("Give it text above; a tiny model takes minutes.")),
        ...rows.map((row) => h("a.card.pad.row.apart.tile", { href: `#/train/${row.id}` }, h("div", {}, h("h3", {}, row.id), h("small", {}, `${t(row.family)} · ${t("step {step} of {total}", { step: row.step, total: row.total })}`)), h(`span.badge${row.status === "failed" ? ".bad" : ".good"}`, {}, t(row.status)))));
    } catch (error) { runs.replaceChildren(problem(error, draw)); }
  }

  async function watch(id) {
    watching?.abort();
    const control = watching = new AbortController();
    const bar = meter(t("Reading the data …"));
    const curve = h("div", {});
    const samples = h("div.stack", {});
    const buttons = h("div.row", {});
    view.replaceChildren(h("article.card.pad.stack", { "data-run": id }, h("div.row.apart", {}, h("h2", {}, id), buttons), bar.element, curve, samples));
    let run = null;
    const show = () => {
      bar.update([t(run.status), t("step {step} of {total}", { step: run.step, total: run.total })].join(" · "), run.step, run.total);
      curve.replaceChildren(drawCurve(run.history));
      const last = run.samples.at(-1);
      samples.replaceChildren(...(last ? [h("h3", {}, t("What it writes at step {step}", { step: last.step })), last.text ? h("p.sample", {}, last.text) : null].filter(Boolean) : []));
      if (last?.picture) fileUrl(`/v1/training/${id}/${last.picture}`).then((src) => samples.append(h("img", { src, alt: t("Samples of the model") })));
      const works = run.status === "running" || run.status === "queued";
      buttons.replaceChildren(...(works ? [button(t("Stop"), "stop", stop, "small")] : []),
        ...(run.usable ? [button(t("Write with it"), "write", () => places.go("write", { model: id, prompt: "" }), "small")] : []),
        ...(works ? [] : [button(t("Delete"), "trash", remove, "small")]));
      if (run.error) samples.prepend(problem(new Error(run.error)));
    };
    const stop = () => request("POST", `/v1/training/${id}/cancel`).catch((error) => view.append(problem(error)));
    const remove = async () => {
      if (!(await ask(t("Delete this model and its run for good?"), t("Delete")))) return;
      await request("DELETE", `/v1/training/${id}`).then(() => { view.replaceChildren(); places.go("train"); }).catch((error) => view.append(problem(error)));
    };
    try {
      for await (const told of events("GET", `/v1/training/${id}/events`, null, control.signal)) {
        run = told;
        show();
      }
      await draw();
    } catch (error) { if (error.name !== "AbortError") view.replaceChildren(problem(error, () => watch(id))); }
  }

  return { element, left: () => watching?.abort(), async shown(given, id) {
    if (id) watch(id);
    else { watching?.abort(); view.replaceChildren(); }
    await draw();
  } };
}

// loss by step: training (solid) and validation (dashed)
export function drawCurve(history) {
  const points = history.filter((row) => Number.isFinite(row.loss));
  const held = history.filter((row) => Number.isFinite(row.validation?.loss)).map((row) => ({ step: row.step, loss: row.validation.loss }));
  if (points.length < 2) return h("p.muted", {}, t("The curve begins with the second point."));
  const [width, height, left, low] = [720, 240, 46, 26];
  const all = [...points, ...held];
  const top = Math.max(...all.map((row) => row.loss));
  const floor = Math.min(...all.map((row) => row.loss));
  const end = Math.max(...all.map((row) => row.step));
  const x = (step) => left + (width - left - 10) * step / end;
  const y = (loss) => 12 + (height - low - 12) * (top - loss) / (top - floor || 1);
  const path = (rows) => rows.map((row, index) => `${index ? "L" : "M"}${x(row.step).toFixed(1)} ${y(row.loss).toFixed(1)}`).join("");
  const words = (at, down, told, anchor = "end") => svg("text", { x: at, y: down, "text-anchor": anchor }, told);
  const label = t("Loss from {from} to {to} over {steps} steps", { from: points[0].loss.toFixed(2), to: points.at(-1).loss.toFixed(2), steps: end });
  return h("figure", {}, svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img", "aria-label": label },
    svg("path", { class: "axis", d: `M${left} 12V${height - low}H${width - 10}`, fill: "none" }), words(left - 8, 18, top.toFixed(2)), words(left - 8, height - low, floor.toFixed(2)), words(width - 10, height - 6, String(end)), words(left, height - 6, "0", "start"),
    svg("path", { class: "line", d: path(points) }), ...(held.length > 1 ? [svg("path", { class: "line held", d: path(held) })] : [])),
  h("figcaption.muted", {}, t("Loss: solid on what it learns from, dashed on what it has not seen.")));
}
