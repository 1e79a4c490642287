// Sound effects from a prompt.
import { field, h, select } from "./dom.js";
import { numberOf, seedField, soundScreen } from "./parts.js";
import { t } from "./words.js";

const IDEAS = ["heavy rain on a roof with distant thunder", "a heavy door closes", "footsteps on gravel", "a laser, then an explosion"];

export function build(places) {
  const seconds = h("input", { type: "number", min: 0.1, max: 300, step: 0.5, placeholder: t("as it needs") });
  const loop = h("input", { type: "checkbox", id: "loop" });
  const format = select(["wav", "mp3", "flac", "ogg"].map((one) => [one, one.toUpperCase()]), "wav");
  const seed = seedField();
  return soundScreen(places, {
    kind: "sound", title: t("Sound effects"), words: t("Name what is heard: weather, doors, machines, animals, games."),
    placeholder: t("heavy rain on a roof with distant thunder"), verb: t("Make it sound"), route: "/v1/sounds", ideas: IDEAS.map((one) => t(one)),
    body: (asked) => ({ prompt: asked.prompt, seconds: asked.seconds, loop: asked.loop, response_format: asked.format, seed: asked.seed }),
    options: {
      controls: [],
      more: h("div.grid", {}, field(t("Seconds"), seconds), field(t("Format"), format), field(t("Seed"), seed),
        h("label.check", {}, loop, t("Its end meets its beginning"))),
      read: () => ({ seconds: numberOf(seconds), loop: loop.checked, format: format.value }),
      seed: () => numberOf(seed),
      fill(given) { seconds.value = given.seconds ?? ""; loop.checked = Boolean(given.loop); },
    },
  });
}
