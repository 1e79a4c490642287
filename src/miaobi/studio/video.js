// Video: a prompt, and optionally a first frame, to a clip; the server runs it as a job.
import { get, request } from "./api.js";
import { field, h, heading, meter, problem, select, toast } from "./dom.js";
import { chips, composer, newSeed, numberOf, pictureGiven, seedField, shown, workButtons } from "./parts.js";
import { t } from "./words.js";
import { isCancel, start } from "./work.js";

const IDEAS = ["a red balloon rises over the sea", "a fox jumps in the snow", "a sailing boat slides to the right, day turns to night", "a car, the camera zooms in"];
const SIZES = [["", "the model's own"], ["128x128", "128 × 128"], ["256x256", "256 × 256"], ["512x512", "512 × 512"], ["640x360", "640 × 360"], ["360x640", "360 × 640"]];
const LOOK = 400; // milliseconds between two requests for a job

const later = (signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, LOOK);
  signal.addEventListener("abort", () => { clearTimeout(timer); reject(new DOMException("", "AbortError")); }, { once: true });
});

export function build(places) {
  const seconds = h("input", { type: "number", min: 0.5, max: 60, step: 0.5, value: "3" });
  const size = select(SIZES.map(([value, words]) => [value, value ? words : t(words)]), "");
  const format = select([["mp4", "MP4"], ["webm", "WebM"], ["gif", "GIF"]], "mp4");
  const loop = h("input", { type: "checkbox", id: "video-loop" });
  const seed = seedField();
  const results = h("section.works.large", { "aria-label": t("Videos"), "aria-live": "polite" });
  const box = composer(t("What happens?"), t("a red balloon rises over the sea"), t("Film it"), () => make(), "film");
  const given = pictureGiven(box, t("Drop a picture here that it begins with, or choose one"), t("The picture it begins with"), h("span.space"));
  let current = null;

  function body(asked) {
    const told = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null && value !== ""));
    if (!given.picture) return told;
    const form = new FormData();
    for (const [name, value] of Object.entries(told)) form.append(name, String(value));
    form.append("input_reference", given.picture.file);
    return form;
  }

  async function make(from = {}) {
    const prompt = box.area.value.trim();
    if (!prompt) { toast(t("Write something first.")); box.area.focus(); return; }
    const asked = { prompt, seconds: numberOf(seconds), size: size.value, output_format: format.value, loop: loop.checked, seed: from.seed ?? numberOf(seed) ?? newSeed() };
    const bar = meter(t("Waiting …"));
    const slot = h("article.work.card", { "aria-busy": "true" }, h("div.about", {}, h("p.words", {}, prompt), bar.element));
    results.prepend(slot);
    try {
      await start("video", prompt, async (signal, work) => {
        current = work;
        box.busy(work.cancel);
        const video = await made(body(asked), signal, (share) => { bar.update(t("Filming …"), share, 100); work.update(t("Filming …"), share, 100); });
        slot.replaceWith(card(video, asked));
      });
    } catch (error) {
      slot.replaceWith(isCancel(error) ? h("p.muted", {}, t("Stopped.")) : problem(error, () => make(from)));
    } finally { current = null; box.busy(null); }
  }

  // resolves to the finished job; an aborted one is canceled on the server
  async function made(asked, signal, tell) {
    // not aborted itself: only who knows the job can cancel it
    let video = await (await request("POST", "/v1/videos", asked)).json();
    try {
      signal.throwIfAborted();
      while (["queued", "in_progress"].includes(video.status)) {
        tell(video.progress);
        await later(signal);
        video = await get(`/v1/videos/${video.id}`, signal);
      }
    } catch (error) {
      if (isCancel(error)) await request("POST", `/v1/jobs/${video.miaobi.job}/cancel`).catch(() => {});
      throw error;
    }
    if (video.status === "failed") throw new Error(video.error.message);
    return video;
  }

  function card(video, asked) {
    const type = asked.output_format === "gif" ? "image/gif" : `video/${asked.output_format}`;
    const work = { id: video.miaobi.artifacts[0], kind: "video", seed: asked.seed, prompt: asked.prompt, mediaType: type, url: `/v1/videos/${video.id}/content`, asked: { ...asked, format: asked.output_format } };
    return h("article.work.card", { "data-work": work.id }, h("div.stage", {}, shown(work)),
      h("div.about", {}, h("p.words", {}, work.prompt), h("small", {}, `${t("seed")} ${work.seed}`), workButtons(work, places)));
  }

  const options = h("details", {}, h("summary", {}, t("Options")), h("div.grid", {}, field(t("Seconds"), seconds), field(t("Size"), size), field(t("Format"), format), field(t("Seed"), seed),
    h("label.check", {}, loop, t("Its end meets its beginning"))));
  const ideas = chips(IDEAS.map((one) => t(one)), (one) => { box.area.value = one; box.area.focus(); });
  const element = h("div.screen", {}, heading(t("Video"), t("Say who is there and what happens: rise, fall, jump, spin; the camera; day and night.")), box.element, ideas, options, given.element, results);
  return { element, stop: () => current?.cancel(), async shown(from) {
    if (!from) return;
    box.area.value = from.prompt || "";
    if (from.seconds) seconds.value = from.seconds;
    const told = Array.isArray(from.size) ? from.size.join("x") : from.size || "";
    if (told && ![...size.options].some((row) => row.value === told)) size.append(h("option", { value: told }, told.replace("x", " × ")));
    size.value = told;
    if (["mp4", "webm", "gif"].includes(from.format)) format.value = from.format;
    loop.checked = Boolean(from.loop);
    if (from.run) make({ seed: from.seed });
  } };
}
