// Music: a sentence into a tune; what is chosen below wins over the words.
import { field, h, select } from "./dom.js";
import { numberOf, seedField, soundScreen } from "./parts.js";
import { t } from "./words.js";

const IDEAS = ["a calm waltz in D minor, 90 bpm", "a cheerful folk dance with a flute", "a slow hymn for strings", "a march in C major with a trumpet"];
const FORMATS = [["wav", "WAV"], ["mp3", "MP3"], ["flac", "FLAC"], ["ogg", "OGG"]];

export function build(places) {
  const seconds = h("input", { type: "number", min: 2, max: 600, step: 1, placeholder: t("as it needs") });
  const words = (placeholder) => h("input", { placeholder: t(placeholder), maxlength: 200 });
  const told = { key: words("such as D minor"), meter: words("such as 3/4"), instruments: words("such as flute, piano"), chords: words("such as Dm Gm A7 Dm") };
  const tempo = h("input", { type: "number", min: 20, max: 300, step: 1, placeholder: t("as it needs") });
  const format = select(FORMATS, "wav");
  const loop = h("input", { type: "checkbox", id: "music-loop" });
  const seed = seedField();
  const read = () => ({ seconds: numberOf(seconds), tempo: numberOf(tempo), loop: loop.checked, format: format.value,
    ...Object.fromEntries(Object.entries(told).map(([name, input]) => [name, input.value.trim() || null])) });
  return soundScreen(places, {
    kind: "music", title: t("Music"), words: t("Say its mood, key, speed and instruments."), placeholder: t("a calm waltz in D minor, 90 bpm"),
    verb: t("Compose"), route: "/v1/music", ideas: IDEAS.map((one) => t(one)),
    body: ({ format: response_format, ...asked }) => Object.fromEntries(Object.entries({ ...asked, response_format }).filter(([, value]) => value !== null)),
    options: {
      controls: [],
      more: h("details", {}, h("summary", {}, t("Options")), h("div.grid", {}, field(t("Seconds"), seconds), field(t("Key"), told.key), field(t("Meter"), told.meter), field(t("Beats a minute"), tempo),
        field(t("Instruments"), told.instruments, t("the melody first")), field(t("Chords"), told.chords, t("one a bar")), field(t("Format"), format), field(t("Seed"), seed),
        h("label.check", {}, loop, t("Its end meets its beginning")))),
      read, seed: () => numberOf(seed),
      fill(given) {
        seconds.value = given.seconds ?? "";
        tempo.value = given.tempo ?? "";
        loop.checked = Boolean(given.loop);
        for (const [name, input] of Object.entries(told)) input.value = Array.isArray(given[name]) ? given[name].join(", ") : given[name] ?? "";
      },
    },
  });
}
