// Music: a prompt, and optionally a melody, to music; options take precedence over the prompt.
import { dropPlace, field, h, icon, iconButton, select } from "./dom.js";
import { numberOf, seedField, soundScreen } from "./parts.js";
import { t } from "./words.js";

const IDEAS = ["a calm waltz in D minor, 90 bpm", "a cheerful folk dance with a flute", "a slow hymn for strings", "a march in C major with a trumpet"];
const USES = [["harmonize", "harmonize it, note for note"], ["continue", "go on from it"], ["vary", "vary it"], ["rhythm", "keep its rhythm only"]];
const FORMATS = [["wav", "WAV"], ["mp3", "MP3"], ["flac", "FLAC"], ["ogg", "OGG"]];

// melody input: `file` is the dropped file or null
function melodyGiven() {
  const use = select(USES.map(([value, words]) => [value, t(words)]), "harmonize");
  const element = h("div.stack", {});
  const given = { element, file: null, use,
    set(file) {
      given.file = file;
      element.replaceChildren(file
        ? h("div.card.pad.row", {}, icon("music"), h("strong", {}, file.name), field(t("What becomes of it"), use), iconButton(t("Without this melody"), "close", () => given.set(null)))
        : dropPlace(t("Drop a melody here, or choose one: MIDI, MusicXML, ABC, or a whistled recording"), ".mid,.midi,.musicxml,.xml,.mxl,.abc,audio/*", given.set));
      element.firstChild.classList.add("slim");
    } };
  given.set(null);
  return given;
}

// request body: JSON, or a form if there is a melody
function bodyOf({ format: response_format, melody, ...asked }) {
  const told = Object.entries({ ...asked, response_format }).filter(([, value]) => value !== null);
  if (!melody) return Object.fromEntries(told.filter(([name]) => name !== "use"));
  const form = new FormData();
  for (const [name, value] of told) form.append(name, value);
  form.append("melody", melody);
  return form;
}

export function build(places) {
  const melody = melodyGiven();
  const seconds = h("input", { type: "number", min: 2, max: 600, step: 1, placeholder: t("as it needs") });
  const words = (placeholder) => h("input", { placeholder: t(placeholder), maxlength: 200 });
  const told = { key: words("such as D minor"), meter: words("such as 3/4"), instruments: words("such as flute, piano"), chords: words("such as Dm Gm A7 Dm") };
  const tempo = h("input", { type: "number", min: 20, max: 300, step: 1, placeholder: t("as it needs") });
  const format = select(FORMATS, "wav");
  const loop = h("input", { type: "checkbox", id: "music-loop" });
  const seed = seedField();
  const read = () => ({ seconds: numberOf(seconds), tempo: numberOf(tempo), loop: loop.checked, format: format.value, melody: melody.file, use: melody.use.value,
    ...Object.fromEntries(Object.entries(told).map(([name, input]) => [name, input.value.trim() || null])) });
  return soundScreen(places, {
    kind: "music", title: t("Music"), words: t("Say its mood, key, speed and instruments."), placeholder: t("a calm waltz in D minor, 90 bpm"),
    verb: t("Compose"), route: "/v1/music", ideas: IDEAS.map((one) => t(one)),
    body: bodyOf,
    options: {
      controls: [],
      more: h("div.stack", {}, melody.element, h("details", {}, h("summary", {}, t("Options")), h("div.grid", {}, field(t("Seconds"), seconds), field(t("Key"), told.key), field(t("Meter"), told.meter), field(t("Beats a minute"), tempo),
        field(t("Instruments"), told.instruments, t("the melody first")), field(t("Chords"), told.chords, t("one a bar")), field(t("Format"), format), field(t("Seed"), seed),
        h("label.check", {}, loop, t("Its end meets its beginning"))))),
      read, seed: () => numberOf(seed),
      fill(given) {
        melody.set(given.melody instanceof File ? given.melody : null);
        melody.use.value = given.use || "harmonize";
        seconds.value = given.seconds ?? "";
        tempo.value = given.tempo ?? "";
        loop.checked = Boolean(given.loop);
        for (const [name, input] of Object.entries(told)) input.value = Array.isArray(given[name]) ? given[name].join(", ") : given[name] ?? "";
      },
    },
  });
}
