// Parts shared by the generating screens: composer, finished works, drafts.
import { blobUrl, fileUrl, request } from "./api.js";
import { button, dropPlace, field, grow, h, icon, iconButton, meter, problem, takeDrops, toast } from "./dom.js";
import { language, t } from "./words.js";
import { isCancel, start } from "./work.js";

export const SCREEN_OF = { text: "write", image: "picture", speech: "speak", music: "music", sound: "sounds", video: "video", film: "film" };
const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/svg+xml": "svg", "audio/wav": "wav",
  "audio/mpeg": "mp3", "audio/flac": "flac", "audio/ogg": "ogg", "video/mp4": "mp4", "video/webm": "webm", "text/plain": "txt", "image/gif": "gif" };

export const newSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;

// composer: text area, and a bar with the buttons that start and stop
export function composer(label, placeholder, words, onmake, name = "brush") {
  const area = grow(h("textarea", { rows: 2, placeholder, "data-first": true, maxlength: 100000 }));
  const make = button(words, name, () => (stop.hidden ? onmake() : null), "primary");
  make.append(h("kbd.hint", { "aria-hidden": "true" }, "Ctrl ↵"));
  const stop = button(t("Stop"), "stop", null);
  stop.hidden = true;
  const bar = h("div.bar", {}, h("span.space"), stop, make);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); if (stop.hidden) onmake(); }
  });
  const element = h("div.composer.card", {}, field(label, area), bar);
  return { element, area, bar, stop, make, add: (...controls) => bar.prepend(...controls),
    busy(cancel) {
      stop.hidden = !cancel;
      make.hidden = Boolean(cancel);
      stop.onclick = cancel || null;
    } };
}

// image input of a composer, dropped or chosen: `picture` is {file, url} or null
export function pictureGiven(box, ask, alt, ...controls) {
  const element = h("div.stack", {});
  const given = { element, picture: null,
    set(picture) {
      given.picture = picture;
      element.replaceChildren(picture
        ? h("div.card.pad.row", {}, h("img", { src: picture.url, alt, width: 96 }), ...controls, iconButton(t("Without this picture"), "close", () => given.set(null)))
        : dropPlace(ask, "image/png,image/jpeg,image/webp", given.take));
      element.firstChild.classList.add("slim");
    },
    take(file) {
      if (file.type.startsWith("image/")) given.set({ file, url: URL.createObjectURL(file) });
      else toast(t("That is not a picture: drop PNG, JPEG or WebP."));
    } };
  given.set(null);
  takeDrops(box.element, given.take);
  return given;
}

export function chips(words, onchoose) {
  return h("div.chips", { "aria-label": t("Ideas"), role: "group" }, words.map((one) => h("button", { type: "button", onclick: () => onchoose(one) }, one)));
}

// downloads a file under a descriptive name
export async function download(work) {
  const url = work.blob || await fileUrl(work.url);
  const name = `miaobi-${work.kind || "file"}-${(work.id || "").slice(-6) || work.seed}.${ENDINGS[work.mediaType] || "bin"}`;
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

// element that shows a work: image, player or text
export function shown(work) {
  const type = work.mediaType || "";
  let element = h("div.stage", {}, icon({ audio: "sounds", text: "write", video: "film" }[type.split("/")[0]] || "library"));
  if (type.startsWith("image/")) element = h("img", { alt: work.prompt || t("A picture"), loading: "lazy" });
  else if (type.startsWith("audio/")) element = h("audio", { controls: true, preload: "metadata", "aria-label": work.prompt || t("A sound") });
  else if (type.startsWith("video/")) element = h("video", { controls: true, preload: "metadata", "aria-label": work.prompt || t("A film") });
  else return element;
  if (work.blob) element.src = work.blob;
  else fileUrl(work.url).then((url) => { element.src = url; }).catch(() => element.replaceWith(h("p.muted.pad", {}, t("The file is no longer there."))));
  return element;
}

// buttons: repeat (same seed), vary (new seed), save
export function workButtons(work, places) {
  const screen = SCREEN_OF[work.kind];
  const row = h("div.row", {});
  const again = (given) => places.go(screen, { ...work.asked, ...given, run: true });
  if (screen && work.asked?.prompt) {
    row.append(button(t("Make again"), "again", () => again({ seed: work.seed }), "small"),
      button(t("Vary"), "vary", () => again({ seed: newSeed() }), "small"));
  }
  if (work.url || work.blob) row.append(button(t("Download"), "save", () => download(work).catch((error) => toast(error.message)), "small"));
  return row;
}

export function soundCard(work, places) {
  return h("article.card.sound", { "data-work": work.id || "" }, h("div.row.apart", {}, h("p.words", {}, work.prompt), h("span.badge", {}, `${t("seed")} ${work.seed}`)),
    shown(work), workButtons(work, places));
}

// screen that turns a prompt into one sound; `make(request, signal)` returns a Response
export function soundScreen(places, { kind, title, words, placeholder, verb, ideas, options, route, body }) {
  const results = h("div.stack", { "aria-live": "polite" });
  const box = composer(t("Words"), placeholder, verb, () => make(), SCREEN_OF[kind]);
  let current = null;

  async function make(given = {}) {
    const prompt = box.area.value.trim();
    if (!prompt) { toast(t("Write something first.")); box.area.focus(); return; }
    const asked = { prompt, ...options.read(), seed: given.seed ?? options.seed() ?? newSeed() };
    const bar = meter(t("Working …"));
    const slot = h("article.card.sound", {}, h("p.words", {}, prompt), bar.element);
    results.querySelector(".empty")?.remove();
    results.prepend(slot);
    try {
      await start(kind, prompt, async (signal, work) => {
        current = work;
        box.busy(work.cancel);
        const clock = setInterval(() => bar.update(t("Working … {seconds} s", { seconds: Math.round((Date.now() - work.since) / 1000) })), 1000);
        try {
          const response = await request("POST", route, body(asked), signal);
          const blob = await response.blob();
          const seed = Number(response.headers.get("x-miaobi-seed") || asked.seed);
          slot.replaceWith(soundCard({ kind, prompt, seed, id: response.headers.get("x-miaobi-artifact"), asked,
            mediaType: blob.type.split(";")[0], blob: URL.createObjectURL(blob) }, places));
        } finally { clearInterval(clock); }
      });
    } catch (error) {
      if (isCancel(error)) slot.replaceWith(h("p.muted", {}, t("Stopped.")));
      else slot.replaceWith(problem(error, () => make(given)));
    } finally { current = null; box.busy(null); }
  }

  const start0 = h("div.stack", {}, chips(ideas, (one) => { box.area.value = one; box.area.focus(); }));
  box.add(...options.controls);
  const element = h("div.screen", {}, h("header.heading", {}, h("h1", {}, title), h("p", {}, words)), box.element, options.more || null, start0, results);
  return { element, stop: () => current?.cancel(),
    async shown(given) {
      await options.load?.();
      if (!given) return;
      box.area.value = given.prompt || "";
      options.fill(given);
      if (given.run) make(given);
    } };
}

export const seedField = () => h("input", { type: "number", min: 0, max: 4294967295, step: 1, placeholder: t("new each time") });
export const numberOf = (input) => (input.value === "" ? null : Number(input.value));
export const whenMade = (told) => {
  const date = typeof told === "number" ? new Date(told * 1000) : new Date(told);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString(language() === "zh" ? "zh-CN" : "en-US", { dateStyle: "medium", timeStyle: "short" });
};
export { blobUrl };
