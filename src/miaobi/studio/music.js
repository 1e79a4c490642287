// Music: a sentence into a tune.
import { field, h } from "./dom.js";
import { numberOf, seedField, soundScreen } from "./parts.js";
import { t } from "./words.js";

const IDEAS = ["a calm waltz in D minor, 90 bpm", "a cheerful folk dance with a flute", "a slow hymn for strings"];

export function build(places) {
  const seconds = h("input", { type: "number", min: 1, max: 300, step: 1, placeholder: t("as it needs") });
  const seed = seedField();
  return soundScreen(places, {
    kind: "music", title: t("Music"), words: t("Say its mood, key, speed and instruments."), placeholder: t("a calm waltz in D minor, 90 bpm"),
    verb: t("Compose"), route: "/v1/music", ideas: IDEAS.map((one) => t(one)),
    body: (asked) => ({ prompt: asked.prompt, seconds: asked.seconds, seed: asked.seed }),
    options: {
      controls: [], more: h("div.grid", {}, field(t("Seconds"), seconds), field(t("Seed"), seed)),
      read: () => ({ seconds: numberOf(seconds) }), seed: () => numberOf(seed),
      fill(given) { seconds.value = given.seconds ?? ""; },
    },
  });
}
