// Frame of the studio: theme, language, navigation, keyboard shortcuts.
import { can } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { language, setLanguage, t } from "./words.js";
import { onWork, running } from "./work.js";

// name -> [file, icon, title, key after "g", routes of which the server must have at least one]
const SCREENS = {
  "": ["home", "home", "Home", "h", []],
  write: ["write", "write", "Write", "w", ["/v1/chat/completions"]],
  picture: ["picture", "picture", "Picture", "p", ["/v1/images/generations"]],
  speak: ["speak", "speak", "Speak", "s", ["/v1/audio/speech"]],
  music: ["music", "music", "Music", "c", ["/v1/music"]],
  sounds: ["sounds", "sounds", "Sound effects", "e", ["/v1/sounds"]],
  video: ["video", "video", "Video", "i", ["/v1/videos"]],
  film: ["film", "film", "Film", "f", ["/v1/chat/completions"]],
  library: ["library", "library", "Library", "l", ["/v1/artifacts"]],
  verify: ["verify", "verify", "Verify", "v", ["/v1/content_provenance_checks"]],
  models: ["models", "models", "Models", "m", []],
  train: ["train", "train", "Train", "t", ["/v1/training"]],
  jobs: ["jobs", "jobs", "Jobs", "j", []],
  settings: ["settings", "settings", "Settings", "o", []],
};
const GROUPS = [["", ["", "write", "picture", "speak", "music", "sounds", "video", "film"]],
  ["Keep", ["library", "verify"]], ["This machine", ["models", "train", "jobs", "settings"]]];

const main = document.getElementById("main");
const side = document.getElementById("side");
const menu = document.getElementById("menu");
const built = new Map(); // screen name -> screen; screens keep their state
let here = null;

export const theme = {
  get: () => localStorage.getItem("miaobi.theme") || "",
  set(value) {
    if (value) localStorage.setItem("miaobi.theme", value);
    else localStorage.removeItem("miaobi.theme");
    this.show();
  },
  show() {
    const value = this.get();
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  },
  isDark: () => (theme.get() ? theme.get() === "dark" : matchMedia("(prefers-color-scheme: dark)").matches),
};

const places = { theme, redraw, go };

// opens a screen with initial values: go("picture", {prompt, seed, run: true})
export function go(name, given = null) {
  places.given = given;
  if (location.hash === `#/${name}`) open();
  else location.hash = `#/${name}`;
}

async function open() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const known = SCREENS[name] ? name : "";
  const [file, , title] = SCREENS[known];
  const given = places.given;
  places.given = null;
  if (!built.has(known)) {
    const module = await import(`./${file}.js`);
    if (!built.has(known)) built.set(known, module.build(places));
  }
  const screen = built.get(known);
  here?.left?.();
  here = screen;
  document.title = `${t(title)} · Miaobi 妙笔`;
  main.replaceChildren(screen.element);
  side.classList.remove("open");
  menu.setAttribute("aria-expanded", "false");
  mark(known);
  scrollTo(0, 0);
  await screen.shown?.(given, rest.map(decodeURIComponent).join("/"));
  document.documentElement.dataset.ready = known || "home";
}

function mark(name) {
  for (const link of side.querySelectorAll("a")) {
    if (link.dataset.name === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

async function offered(name) {
  const routes = SCREENS[name][4];
  if (!routes.length) return true;
  return (await Promise.all(routes.map(can))).some(Boolean);
}

async function drawSide() {
  const parts = [];
  for (const [group, names] of GROUPS) {
    const head = group && h("h2", { hidden: true }, t(group));
    if (head) parts.push(head);
    for (const name of names) {
      const [, picture, title, letter] = SCREENS[name];
      const link = h("a", { href: `#/${name}`, "data-name": name, title: `${t(title)} (g ${letter})` }, icon(picture), h("span", {}, t(title)));
      if (name === "jobs") link.append(h("span.count", { hidden: true, id: "count" }));
      link.hidden = SCREENS[name][4].length > 0;
      offered(name).then((yes) => {
        link.hidden = !yes;
        if (yes && head) head.hidden = false;
      });
      parts.push(link);
    }
  }
  const other = language() === "zh" ? ["en", "English"] : ["zh", "中文"];
  const dark = theme.isDark();
  const themeButton = iconButton(dark ? t("Light theme") : t("Dark theme"), "verify", () => { theme.set(dark ? "light" : "dark"); drawSide(); });
  themeButton.replaceChildren(h("span", { "aria-hidden": "true" }, dark ? "☀" : "☾"));
  themeButton.id = "theme";
  parts.push(h("div.foot", {}, h("button.ghost.small", { type: "button", id: "language", lang: other[0], onclick: () => redraw(other[0]) }, other[1]),
    themeButton, h("button.ghost.small", { type: "button", onclick: showKeys, "aria-label": t("Keys"), title: t("Keys") }, "?")));
  side.replaceChildren(...parts);
  side.setAttribute("aria-label", t("Screens"));
  menu.replaceChildren(icon("menu"));
  menu.setAttribute("aria-label", t("Menu"));
  document.querySelector(".skip").textContent = t("Skip to content");
  mark(location.hash.replace(/^#\/?/, "").split("/")[0]);
  count();
}

function count() {
  const badge = document.getElementById("count");
  if (!badge) return;
  badge.textContent = String(running().length);
  badge.hidden = running().length === 0;
}

// rebuilds everything in the current language
function redraw(code) {
  setLanguage(code);
  document.documentElement.lang = code === "zh" ? "zh-CN" : "en";
  built.clear();
  drawSide();
  open();
}

const KEYS = [["g", "then a letter: go to a screen"], ["/", "to the words, or to the search"],
  ["Ctrl ↵", "make it"], ["Esc", "stop what is being made, close the menu"], ["?", "this list"]];

function showKeys() {
  const screens = Object.values(SCREENS).map(([, , title, letter]) => h("tr", {}, h("th", {}, h("kbd", {}, "g"), " ", h("kbd", {}, letter)), h("td", {}, t(title))));
  const dialog = h("dialog", { "aria-label": t("Keys") }, h("h2", {}, t("Keys")),
    h("table", {}, KEYS.map(([name, words]) => h("tr", {}, h("th", {}, h("kbd", {}, name)), h("td", {}, t(words)))), screens),
    h("form.row.end", { method: "dialog" }, h("button.primary", {}, t("Close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

let waiting = false; // true after the key "g"
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "Escape") {
    side.classList.remove("open");
    here?.stop?.();
    if (typing) event.target.blur();
  } else if (typing) return;
  else if (waiting) {
    waiting = false;
    const found = Object.entries(SCREENS).find(([, row]) => row[3] === event.key);
    if (found) { event.preventDefault(); go(found[0]); }
  } else if (event.key === "g") waiting = true;
  else if (event.key === "?") showKeys();
  else if (event.key === "/") {
    event.preventDefault();
    main.querySelector("[data-first]")?.focus();
  }
}

menu.addEventListener("click", () => {
  const open = side.classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
  if (open) side.querySelector("a").focus();
});
addEventListener("keydown", keys);
main.addEventListener("click", () => side.classList.remove("open"));
addEventListener("hashchange", open);
// a file dropped outside a drop zone must not replace the page
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
onWork(count);
theme.show();
document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
drawSide();
open();
