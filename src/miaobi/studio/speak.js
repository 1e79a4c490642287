// Speak: text to speech.
import { get, request } from "./api.js";
import { button, field, h, problem, select, toast } from "./dom.js";
import { numberOf, seedField, soundScreen } from "./parts.js";
import { language, t } from "./words.js";

const SAMPLE = { en: "Once upon a time, by a quiet river, a brush began to write by itself.", zh: "从前，在一条安静的河边，有一支笔自己写起字来。" };
const VOICE_KINDS = { af: "American woman", am: "American man", bf: "British woman", bm: "British man", zf: "Chinese woman", zm: "Chinese man" };

export function build(places) {
  const voice = select([["", t("A voice for the language")]], "", { "aria-label": t("Voice") });
  const speed = h("input", { type: "range", min: 0.5, max: 2, step: 0.05, value: "1" });
  const speedField = field(t("Speed"), speed, "1 ×");
  const told = speedField.querySelector("small");
  const format = select(["wav", "mp3", "flac", "opus"].map((one) => [one, one.toUpperCase()]), "mp3", { "aria-label": t("Format") });
  const seed = seedField();
  const player = h("audio", { "aria-label": t("Preview of the voice") });
  const preview = button(t("Hear the voice"), "play", hear, "ghost");
  const wrong = h("div", {});
  let loaded = false;
  speed.addEventListener("input", () => { told.textContent = `${Number(speed.value)} ×`; });

  async function hear() {
    const words = voice.value.startsWith("z") || (!voice.value && language() === "zh") ? SAMPLE.zh : SAMPLE.en;
    preview.disabled = true;
    wrong.replaceChildren();
    try {
      const body = { input: words, voice: voice.value, speed: Number(speed.value), response_format: "mp3" };
      player.src = URL.createObjectURL(await (await request("POST", "/v1/audio/speech", body)).blob());
      await player.play().catch(() => toast(t("The browser does not play sound here.")));
    } catch (error) { wrong.replaceChildren(problem(error, hear)); } finally { preview.disabled = false; }
  }

  const name = (row) => {
    const [kind, ...rest] = row.id.split("_");
    return rest.length ? `${rest.join(" ").replace(/^./, (letter) => letter.toUpperCase())} · ${t(VOICE_KINDS[kind] || kind)}` : `${row.id.replace(/^./, (letter) => letter.toUpperCase())} · ${t("American woman")}`;
  };

  return soundScreen(places, {
    kind: "speech", title: t("Speak"), words: t("Words read aloud, in English or Chinese, in the voice you choose."),
    placeholder: t("Write or paste what shall be read …"), verb: t("Speak"), route: "/v1/audio/speech",
    ideas: [SAMPLE.en, SAMPLE.zh],
    body: (asked) => ({ input: asked.prompt, voice: asked.voice, speed: asked.speed, response_format: asked.format, seed: asked.seed }),
    options: {
      controls: [voice, preview],
      more: h("div.stack", {}, wrong, h("div.grid.wide", {}, speedField, field(t("Format"), format), field(t("Seed"), seed))),
      read: () => ({ voice: voice.value, speed: Number(speed.value), format: format.value }),
      seed: () => numberOf(seed),
      fill(given) {
        voice.value = given.voice || "";
        speed.value = given.speed || 1;
        told.textContent = `${Number(speed.value)} ×`;
      },
      async load() {
        if (loaded) return;
        loaded = true;
        const rows = await get("/v1/voices").then((answer) => answer.data).catch(() => []);
        for (const code of language() === "zh" ? ["zh", "en"] : ["en", "zh"]) {
          const group = h("optgroup", { label: code === "zh" ? t("Chinese") : t("English") });
          for (const row of rows.filter((one) => one.language === code)) group.append(h("option", { value: row.id, disabled: !row.here }, name(row) + (row.here ? "" : ` (${t("not here yet")})`)));
          if (group.children.length) voice.append(group);
        }
      },
    },
  });
}
