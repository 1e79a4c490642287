// Picture: a prompt, and optionally an image, to images, with previews.
import { blobUrl, events, get, models } from "./api.js";
import { button, field, fillSelect, h, heading, meter, problem, select, toast } from "./dom.js";
import { chips, composer, newSeed, numberOf, pictureGiven, seedField, workButtons } from "./parts.js";
import { scenePanel } from "./scene.js";
import { language, t } from "./words.js";
import { isCancel, start } from "./work.js";

const IDEAS = ["a red fox in the snow, 3d style", "a sailing boat on the sea at night", "two yellow birds in the sky, flat design style", "a rabbit on the grass, line art style"];
// of pictures by rule; the values are those of the server
const LOOKS = ["vector", "paper-cut", "watercolor", "ink-wash", "oil", "pixel-art", "pencil", "woodcut", "stained-glass", "comic", "pointillist", "crayon", "neon", "vintage", "line-art", "blueprint", "silhouette"];
const SETTING = { hour: ["day", "dawn", "dusk", "night"], weather: ["clear", "cloudy", "rain", "storm", "snow", "fog", "wind", "rainbow"], season: ["spring", "summer", "autumn", "winter"], place: [] };
const STYLES = [["3d", "3D"], ["flat", "flat design"], ["color", "colorful"], ["noto", "cartoon"], ["ink", "line art"]];
const SIZES = [["", "the model's own"], ["128x128", "128 × 128"], ["256x256", "256 × 256"], ["512x512", "512 × 512"], ["768x512", "768 × 512"], ["512x768", "512 × 768"], ["1024x1024", "1024 × 1024"]];

export function build(places) {
  const model = select([["", t("The best model here")]], "", { "aria-label": t("Model") });
  const open = ["", t("as the words say")];
  const style = select([open, ...LOOKS.map((look) => [look, t(look)]), ...STYLES.map(([value, words]) => [value, t(words)])], "", {});
  const setting = Object.entries(SETTING).map(([name, values]) => [name, select([open, ...values.map((value) => [value, t(value)])], "", {})]);
  const byName = Object.fromEntries(setting);
  const size = select(SIZES.map(([value, words]) => [value, value ? words : t(words)]), "", {});
  const negative = h("input", { placeholder: t("what should not be there"), maxlength: 2000 });
  const steps = h("input", { type: "number", min: 1, max: 1000, placeholder: t("as usual") });
  const guidance = h("input", { type: "number", min: 0, max: 50, step: 0.5, placeholder: t("as usual") });
  const count = select([1, 2, 3, 4, 6, 8].map((n) => [String(n), String(n)]), "1", { "aria-label": t("How many") });
  const seed = seedField();
  const upscale = select([["", t("no")], ["2", "2 ×"], ["4", "4 ×"]], "");
  const strength = h("input", { type: "range", min: 0.05, max: 1, step: 0.05, value: "0.6" });
  const results = h("section.works.large", { "aria-label": t("Pictures"), "aria-live": "polite" });
  const box = composer(t("What is in the picture?"), t("a red fox in the snow, 3d style"), t("Paint"), () => make());
  const ideas = chips(IDEAS.map((one) => t(one)), (one) => { box.area.value = one; box.area.focus(); scene.soon(); });
  const given = pictureGiven(box, t("Drop a picture here to paint over it, or choose one"), t("The picture that is painted over"),
    h("div.field", {}, field(t("How much is painted anew"), strength, t("left: nearly as it is; right: nearly free"))));
  let current = null;
  let latest = null; // the present picture
  const placeNames = new Map();
  const byRule = () => !given.picture && ["", "illustration"].includes(model.value) && (!style.value || LOOKS.includes(style.value));
  const chosen = () => Object.fromEntries([["look", style], ...setting].filter(([, input]) => input.value).map(([name, input]) => [name, input.value]));
  const scene = scenePanel(box.area, { placeName: (id) => placeNames.get(id) || id.replaceAll("-", " "), enabled: byRule, chosen });
  const relight = button(t("Same picture in this light"), "vary", () => make({ seed: latest.seed, one: true }), "", { hidden: true, title: t("the same seed") });
  const light = h("section.stack", { "aria-label": t("Light and place") }, h("div.grid", {}, field(t("Look"), style), field(t("Time of day"), byName.hour), field(t("Weather"), byName.weather),
    field(t("Season"), byName.season), field(t("Place"), byName.place)), h("div.row", {}, relight));
  // only pictures by rule, and new ones, take a setting
  const sync = () => { for (const [, input] of setting) input.disabled = !byRule(); relight.hidden = !latest || !byRule(); scene.soon(); };
  const setPicture = given.set;
  given.set = (picture) => { setPicture(picture); sync(); };
  model.addEventListener("change", sync);
  style.addEventListener("change", sync); // other styles are of other models
  for (const [, input] of setting) input.addEventListener("change", scene.soon);

  box.add(model, count);
  function asked(prompt, number) {
    const told = { prompt, seed: number, response_format: "b64_json", stream: true, partial_images: 3, n: 1 };
    if (model.value) told.model = model.value;
    for (const [name, input] of [["style", style], ["size", size], ["negative", negative]]) if (input.value) told[name] = input.value;
    for (const [name, input] of [["steps", steps], ["guidance", guidance]]) if (numberOf(input) !== null) told[name] = numberOf(input);
    if (upscale.value) told.upscale = Number(upscale.value);
    for (const [name, input] of setting) if (input.value && !input.disabled) told[name] = input.value;
    if (given.picture) told.strength = Number(strength.value);
    return told;
  }

  async function make(from = {}) {
    const prompt = box.area.value.trim();
    if (!prompt) { toast(t("Write what the picture shall show.")); box.area.focus(); return; }
    const begin = from.seed ?? numberOf(seed) ?? newSeed();
    const slots = Array.from({ length: from.one ? 1 : Number(count.value) }, (_, index) => slot(asked(prompt, begin + index), given.picture));
    results.prepend(...slots.map((one) => one.element));
    ideas.hidden = true;
    try {
      await start("image", prompt, async (signal, work) => {
        current = work;
        box.busy(work.cancel);
        for (const [index, one] of slots.entries()) await one.paint(signal, (share) => work.update(t("Picture {number} of {count}", { number: index + 1, count: slots.length }), index + share, slots.length));
      });
    } catch (error) {
      for (const one of slots) one.fail(error);
      if (!isCancel(error)) results.prepend(problem(error, () => { results.querySelector(".problem")?.remove(); make(from); }));
    } finally { current = null; box.busy(null); }
  }

  async function loadPlaces() {
    const { data } = await get("/v1/catalog?kind=place&limit=1000").catch(() => ({ data: [] }));
    for (const row of data) placeNames.set(row.id, (language() === "zh" ? row.chinese : row.english)[0] || row.id);
    const rows = [...placeNames].sort(([, a], [, b]) => a.localeCompare(b, language()));
    fillSelect(byName.place, [open, ...rows], byName.place.value);
    scene.soon();
  }

  // tile of one image: queued, in progress, finished
  function slot(told, over) {
    const bar = meter(t("Waiting …"));
    const image = h("img", { alt: told.prompt, hidden: true });
    const stage = h("div.stage.early", {}, image);
    const about = h("div.about", {}, bar.element);
    const element = h("article.work.card", { "aria-busy": "true" }, stage, about);
    let finished = false;
    const show = (base64, type) => { image.src = blobUrl(base64, type); image.hidden = false; };
    return { element,
      async paint(signal, tell) {
        bar.update(t("Painting …"));
        for await (const message of stream(told, over, signal)) {
          if (message.type.endsWith("partial_image")) {
            show(message.b64_json, "image/png");
            tell((message.partial_image_index + 1) / 4);
            bar.update(t("Painting …"), message.partial_image_index + 1, 4);
          } else {
            show(message.b64_json, "image/png");
            finished = true;
            const { artifact: id, seed: number, left_out: lost = [] } = message.miaobi || {};
            const kept = { ...told, size: told.size || "", over };
            const work = { id, kind: "image", seed: number, prompt: told.prompt, mediaType: "image/png", blob: image.src, asked: kept };
            stage.classList.remove("early");
            element.removeAttribute("aria-busy");
            element.dataset.work = id;
            latest = { seed: number };
            sync();
            about.replaceChildren(h("p.words", {}, told.prompt), ...(lost.length ? [h("p.lost", {}, t("Not drawn: {words}", { words: lost.join(", ") }))] : []), h("small", {}, `${t("seed")} ${number}`), workButtons(work, places),
              button(t("Paint over this"), "picture", async () => { given.take(new File([await (await fetch(image.src)).blob()], "picture.png", { type: "image/png" })); scrollTo(0, 0); box.area.focus(); }, "ghost.small"));
          }
        }
      },
      fail(error) {
        if (finished) return;
        if (isCancel(error) && !image.hidden) about.replaceChildren(h("small", {}, t("Stopped.")));
        else element.remove();
      } };
  }

  function stream(told, over, signal) {
    if (!over) return events("POST", "/v1/images/generations", told, signal);
    const form = new FormData();
    for (const [name, value] of Object.entries(told)) form.append(name, String(value));
    form.append("image", over.file);
    return events("POST", "/v1/images/edits", form, signal);
  }

  const options = h("details", {}, h("summary", {}, t("Options")), h("div.grid", {}, field(t("Size"), size), field(t("Not in the picture"), negative),
    field(t("Steps"), steps, t("more is slower")), field(t("Guidance"), guidance, t("how closely to keep to the words")), field(t("Seed"), seed), field(t("Enlarge"), upscale)));
  const element = h("div.screen", {}, heading(t("Picture"), t("Say what you want to see: things, places, colors, a style.")), box.element, scene.element, light, ideas, options, given.element, results);
  return { element, stop: () => current?.cancel(), async shown(from) {
    models("image").then((rows) => fillSelect(model, [["", t("The best model here")], ...rows.filter((row) => row.here).map((row) => [row.id, row.id])], from?.model || model.value)).then(sync).catch(() => {});
    if (!placeNames.size) loadPlaces();
    if (!from) return;
    box.area.value = from.prompt || "";
    const told = Array.isArray(from.size) ? from.size.join("x") : from.size || "";
    if (told && ![...size.options].some((row) => row.value === told)) size.append(h("option", { value: told }, told.replace("x", " × ")));
    size.value = told;
    for (const [input, value] of [[style, from.style], ...setting.map(([name, input]) => [input, from[name]])]) {
      if (value && ![...input.options].some((row) => row.value === value)) input.append(h("option", { value }, value));
      input.value = value || "";
    }
    sync();
    negative.value = from.negative || "";
    steps.value = from.steps ?? "";
    guidance.value = from.guidance ?? "";
    upscale.value = from.upscale ? String(from.upscale) : "";
    given.set(from.over || null);
    if (from.strength && given.picture) strength.value = from.strength;
    count.value = "1";
    if (from.run) make({ seed: from.seed });
  } };
}
