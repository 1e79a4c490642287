// Film: one sentence -> script -> editable storyboard -> film.
import { blobUrl, can, events, get, post, request } from "./api.js";
import { fromRow } from "./cards.js";
import { button, field, grow, h, heading, iconButton, meter, problem, select, toast } from "./dom.js";
import { chips, composer, newSeed, shown, workButtons } from "./parts.js";
import { t } from "./words.js";
import { isCancel, start } from "./work.js";

const IDEAS = ["A paper boat crosses the ocean", "A fox finds a fallen star", "The last lamp of the village"];
const SCHEMA = (count) => ({ type: "object", additionalProperties: false, required: ["title", "scenes"], properties: {
  title: { type: "string", maxLength: 60 },
  scenes: { type: "array", minItems: count, maxItems: count, items: { type: "object", additionalProperties: false, required: ["narration", "picture"],
    properties: { narration: { type: "string", maxLength: 220 }, picture: { type: "string", maxLength: 120 } } } } } });
const ASK = {
  en: (idea, count) => `Write a short illustrated story of ${count} scenes about: ${idea}\nFor each scene give "narration", one or two sentences that are read aloud, and "picture", a few words that say what is seen. Give the story a title. Answer in JSON.`,
  zh: (idea, count) => `请写一个有${count}个场景的图画小故事，主题是：${idea}\n每个场景给出"narration"（一两句朗读的话）和"picture"（几个词，说明画面里有什么）。给故事一个标题。用 JSON 回答。`,
};
const DRAFT = "miaobi.film";

export function build(places) {
  let film = JSON.parse(sessionStorage.getItem(DRAFT) || "null"); // {title, idea, scenes: [{narration, picture, seed}]}
  let current = null;
  const media = new WeakMap(); // scene -> {image, voice}
  const count = select(["2", "3", "4", "5", "6"].map((n) => [n, t("{count} scenes", { count: n })]), "3", { "aria-label": t("Scenes") });
  const box = composer(t("What is the story?"), t("A paper boat crosses the ocean"), t("Write the script"), script);
  const ideas = chips(IDEAS.map((one) => t(one)), (one) => { box.area.value = one; box.area.focus(); });
  const board = h("div.stack", { "aria-live": "polite" });
  box.add(count);
  const whole = button(t("The whole film at once"), "film", () => filmAtOnce(), "ghost");
  whole.hidden = true;
  can("/v1/films").then((yes) => { whole.hidden = !yes; });
  box.bar.insertBefore(whole, box.stop);
  const finished = h("div.stack", { "aria-live": "polite" });
  const element = h("div.screen", {}, heading(t("Film"), t("One sentence becomes a script; change any line or picture of it; then watch it.")), box.element, ideas, finished, board);

  const keep = () => sessionStorage.setItem(DRAFT, JSON.stringify(film));

  async function working(title, make) {
    board.querySelector(".problem")?.remove();
    try {
      return await start("film", title, async (signal, work) => {
        current = work;
        box.busy(work.cancel);
        return make(signal, work);
      });
    } catch (error) {
      if (isCancel(error)) toast(t("Stopped."));
      else board.prepend(problem(error));
      return null;
    } finally { current = null; box.busy(null); }
  }

  // the server makes the whole film as a job, which continues after this page is closed
  async function filmAtOnce() {
    const idea = box.area.value.trim();
    if (!idea) { toast(t("Write something first.")); box.area.focus(); return; }
    const bar = meter(t("Waiting …"));
    finished.replaceChildren(h("div.card.pad.stack", {}, bar.element));
    const job = await working(idea, async (signal, work) => {
      // not aborted itself: only who knows the job can cancel it
      let told = await post("/v1/films", { prompt: idea, scenes: Number(count.value) });
      const { id } = told;
      const cancel = () => request("POST", `/v1/jobs/${id}/cancel`).catch(() => {});
      signal.addEventListener("abort", cancel);
      if (signal.aborted) await cancel();
      signal.throwIfAborted();
      for await (const message of events("GET", `/v1/jobs/${id}/events`, null, signal)) {
        told = message.job;
        const { stage, done, total } = told.progress;
        const words = `${t(told.status)} · ${t(stage || "film")}`;
        bar.update(words, done, total);
        work.update(words, done, total);
      }
      if (told.status !== "done") throw new Error(told.error?.message || t(told.status));
      return told;
    });
    finished.replaceChildren();
    if (!job) return;
    const [id] = job.artifacts;
    const work = fromRow(await get(`/v1/artifacts/${id}`));
    finished.replaceChildren(h("article.card.sound", { "data-work": id }, h("p.words", {}, idea), shown(work), workButtons(work, places)));
  }

  async function script() {
    const idea = box.area.value.trim();
    if (!idea) { toast(t("Write something first.")); box.area.focus(); return; }
    const bar = meter(t("Writing the script …"));
    board.replaceChildren(bar.element);
    const made = await working(idea, async (signal) => {
      const scenes = Number(count.value);
      const words = ASK[/[\u4e00-\u9fff]/.test(idea) ? "zh" : "en"](idea, scenes);
      const answer = await post("/v1/chat/completions", { messages: [{ role: "user", content: words }], max_tokens: 160 * scenes + 200,
        response_format: { type: "json_schema", json_schema: { name: "film", schema: SCHEMA(scenes) } } }, signal);
      let told;
      try { told = JSON.parse(answer.choices[0].message.content); } catch { throw new Error(t("The model did not finish the script. Try again, with fewer scenes or a larger model.")); }
      return { title: told.title, idea, scenes: told.scenes.map((scene) => ({ ...scene, seed: newSeed() })) };
    });
    bar.element.remove();
    if (made) { film = made; keep(); }
    draw();
  }

  function draw() {
    ideas.hidden = Boolean(film);
    if (!film) return;
    const title = h("input", { value: film.title, oninput: () => { film.title = title.value; keep(); } });
    const stages = film.scenes.map(sceneElement);
    const makeAll = button(t("Paint and read all scenes"), "play", async () => {
      await working(film.title, async (signal, work) => {
        for (const [index, stage] of stages.entries()) {
          work.update(t("Scene {number} of {count}", { number: index + 1, count: stages.length }), index, stages.length);
          await stage.fill(signal);
        }
      });
      ready();
    }, "primary");
    const watch = button(t("Watch it"), "film", () => play(player));
    const player = h("div", {});
    const ready = () => { watch.disabled = !film.scenes.every((scene) => media.get(scene)?.image && media.get(scene)?.voice); };
    const add = button(t("Another scene"), "plus", () => { film.scenes.push({ narration: "", picture: "", seed: newSeed() }); keep(); draw(); }, "ghost");
    ready();
    board.replaceChildren(...board.querySelectorAll(".problem"), field(t("Title"), title), ...stages.map((stage) => stage.element), h("div.row", {}, makeAll, watch, add), player);

    function sceneElement(scene, index) {
      const stage = h("div.stage", {}, t("No picture yet"));
      const voice = h("audio", { controls: true, "aria-label": t("Narration of scene {number}", { number: index + 1 }), hidden: true });
      const narration = h("textarea", { rows: 3, value: scene.narration, oninput: () => { scene.narration = narration.value; drop("voice"); keep(); } });
      const picture = h("textarea", { rows: 2, value: scene.picture, oninput: () => { scene.picture = picture.value; drop("image"); keep(); } });
      const show = () => {
        const made = media.get(scene) || {};
        stage.replaceChildren(made.image ? h("img", { src: made.image, alt: scene.picture }) : t("No picture yet"));
        voice.hidden = !made.voice;
        if (made.voice && voice.src !== made.voice) voice.src = made.voice;
        ready();
      };
      function drop(part) { if (media.get(scene)?.[part]) { delete media.get(scene)[part]; show(); } }
      async function paint(signal) {
        if (!scene.picture.trim()) throw new Error(t("Scene {number} has no words for its picture.", { number: index + 1 }));
        stage.setAttribute("aria-busy", "true");
        try {
          for await (const message of events("POST", "/v1/images/generations", { prompt: scene.picture, seed: scene.seed, stream: true, partial_images: 2, n: 1, response_format: "b64_json" }, signal)) {
            const url = blobUrl(message.b64_json, "image/png");
            stage.replaceChildren(h("img", { src: url, alt: scene.picture }));
            if (message.type.endsWith("completed")) media.set(scene, { ...media.get(scene), image: url });
          }
        } finally { stage.removeAttribute("aria-busy"); show(); }
      }
      async function read(signal) {
        if (!scene.narration.trim()) throw new Error(t("Scene {number} has no narration.", { number: index + 1 }));
        const response = await request("POST", "/v1/audio/speech", { input: scene.narration, voice: "", response_format: "mp3" }, signal);
        media.set(scene, { ...media.get(scene), voice: URL.createObjectURL(await response.blob()) });
        show();
      }
      const one = (words, name, make) => button(words, name, () => working(film.title, make).then(ready), "small");
      const remove = iconButton(t("Without this scene"), "trash", () => { film.scenes.splice(index, 1); keep(); draw(); });
      const card = h("article.card.scene", { "data-scene": index + 1 }, h("div.stack", {}, stage), h("div.stack", {}, h("div.row.apart", {}, h("h3", {}, t("Scene {number}", { number: index + 1 })), film.scenes.length > 1 ? remove : null),
        field(t("Narration"), narration), field(t("Picture"), picture), voice,
        h("div.row", {}, one(t("Paint"), "picture", (signal) => { scene.seed = newSeed(); return paint(signal); }), one(t("Read"), "speak", read))));
      queueMicrotask(show);
      return { element: card, async fill(signal) {
        if (!media.get(scene)?.image) await paint(signal);
        if (!media.get(scene)?.voice) await read(signal);
      } };
    }
  }

  // plays the scenes in sequence: picture, subtitle, voice
  async function play(place) {
    const image = h("img", { alt: "" });
    const words = h("p", {});
    const voice = new Audio();
    let on = true;
    const end = () => { on = false; voice.pause(); place.replaceChildren(); };
    place.replaceChildren(h("div.stack", {}, h("div.player", { tabindex: 0, "aria-label": film.title }, image, words), h("div.row", {}, button(t("Close"), "close", end, "small"))));
    place.scrollIntoView({ block: "center" });
    for (const scene of film.scenes) {
      if (!on) return;
      image.src = media.get(scene).image;
      image.alt = scene.picture;
      words.textContent = scene.narration;
      voice.src = media.get(scene).voice;
      await new Promise((resolve) => {
        voice.onended = voice.onerror = resolve;
        voice.play().catch(() => setTimeout(resolve, 3000));
      });
    }
    words.textContent = film.title;
  }

  return { element, stop: () => current?.cancel(), shown(given) {
    if (given?.prompt) box.area.value = given.prompt;
    draw();
  } };
}
