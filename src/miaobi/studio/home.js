// Home: tiles of all screens, and the latest works.
import { can, get } from "./api.js";
import { h, icon } from "./dom.js";
import { libraryCard, fromRow } from "./cards.js";
import { t } from "./words.js";

const TILES = [
  ["write", "Write", "Talk, draft, rhyme, translate", "/v1/chat/completions"],
  ["picture", "Picture", "Words into drawings", "/v1/images/generations"],
  ["speak", "Speak", "Read aloud in many voices", "/v1/audio/speech"],
  ["music", "Music", "A tune in a mood and a key", "/v1/music"],
  ["sounds", "Sound effects", "Rain, doors, engines, games", "/v1/sounds"],
  ["video", "Video", "A scene that moves", "/v1/videos"],
  ["film", "Film", "A sentence into a told story", "/v1/chat/completions"],
];

export function build(places) {
  const tiles = TILES.map(([name, title, words, route]) => {
    const tile = h("a.tile.card", { href: `#/${name}`, hidden: ["music", "video"].includes(name) }, icon(name), h("h3", {}, t(title)), h("small", {}, t(words)));
    can(route).then((yes) => { tile.hidden = !yes; });
    return tile;
  });
  const last = h("section.stack", { hidden: true, "aria-label": t("Made last") });
  const element = h("div.screen", {},
    h("header.heading.hero", {}, h("h1", {}, t("What shall we make?")),
      h("p", {}, t("Everything is made on this machine, stays here, and carries a signed label that says how it was made."))),
    h("div.tiles", {}, tiles), last);
  return { element, async shown() {
    if (!(await can("/v1/artifacts"))) return;
    const rows = (await get("/v1/artifacts?limit=24").catch(() => ({ data: [] }))).data.map(fromRow)
      .filter((work) => work.url && !work.mediaType.startsWith("text/")).slice(0, 8);
    last.hidden = rows.length === 0;
    last.replaceChildren(h("div.row.apart", {}, h("h2", {}, t("Made last")), h("a", { href: "#/library" }, t("The whole library"))),
      h("div.works", {}, rows.map((work) => libraryCard(work, () => places.go(`library/${work.id}`)))));
  } };
}
