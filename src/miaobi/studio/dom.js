// DOM helpers, icons and the basic controls of all screens.
import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

// h("button.primary", {onclick}, "Make") creates an element; attributes that are false or null are skipped
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "disabled") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

const ICONS = {
  home: "M4 11l8-7 8 7M6 10v9h12v-9M10 19v-5h4v5",
  write: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3M13 20h7",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.500h.01",
  speak: "M12 4a3 3 0 013 3v4a3 3 0 01-6 0V7a3 3 0 013-3zM6 11a6 6 0 0012 0M12 17v3M9 20h6",
  music: "M9 18V6l10-2v12M9 18a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0zM19 16a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0z",
  sounds: "M4 10v4h3l5 4V6L7 10zM15.5 9a4 4 0 010 6M18 6.500a8 8 0 010 11",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.500h4M4 14.500h4M16 9.500h4M16 14.500h4",
  train: "M4 20V4M4 20h16M7 8c3 1 3 8 6 8.500S17 16 20 16.5",
  library: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  verify: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2.2 2.200L15.5 10",
  models: "M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.5 8-4.500M12 12v9",
  jobs: "M4 6h10M4 12h16M4 18h7M17 6h3M14 18h6",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  video: "M4 6h11v12H4zM15 10l5-3v10l-5-3",
  menu: "M4 7h16M4 12h16M4 17h16",
  stop: "M7 7h10v10H7z",
  again: "M19 12a7 7 0 11-2-5M19 4v4h-4",
  vary: "M4 8c4 0 5 8 9 8h6M4 16c1.5 0 2.5-1 3.5-2.500M13 8h6M17 5l3 3-3 3M17 13l3 3-3 3",
  save: "M12 4v11M8 11.500l4 4 4-4M5 20h14",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  play: "M8 5l11 7-11 7z",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  brush: "M20 4l-9.5 9.5M8.5 13c-3 .5-2.5 4.5-4.5 6 3.5.5 6.8-.8 7-4z",
  send: "M12 19V5M6 11l6-6 6 6",
  drop: "M12 15V4M8 8l4-4 4 4M4 15v5h16v-5",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// button with an icon and a label; `style` is "primary", "ghost" or ""
export function button(words, name, onclick, style = "", attributes = {}) {
  return h(`button${style ? "." + style : ""}`, { type: "button", onclick, ...attributes },
    name && icon(name), h("span", {}, words));
}

export function iconButton(words, name, onclick) {
  return h("button.ghost.icon", { type: "button", onclick, "aria-label": words, title: words }, icon(name));
}

let numbers = 0;

// labeled control with an optional hint below
export function field(label, control, hint = "") {
  const id = control.id || (control.id = `f${++numbers}`);
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div.field", {}, h("label", { for: id }, label), control,
    hint && h("small", { id: `${id}-hint` }, hint));
}

export function select(options, chosen = "", attributes = {}) {
  const element = h("select", attributes);
  fillSelect(element, options, chosen);
  return element;
}

export function fillSelect(element, options, chosen = "") {
  element.replaceChildren(...options.map(([value, words]) => h("option", { value }, words)));
  element.value = options.some(([value]) => value === chosen) ? chosen : options[0]?.[0] ?? "";
}

export function heading(title, words) {
  return h("header.heading", {}, h("h1", {}, title), words && h("p", {}, words));
}

// empty state: purpose of the screen and actions to start with
export function empty(name, title, words, ...actions) {
  return h("div.empty", {}, icon(name), h("h2", {}, title), h("p", {}, words),
    actions.length ? h("div.row", {}, actions) : null);
}

// error message with actions
export function problem(error, retry) {
  const row = h("div.row", {});
  if (error.status === 401) row.append(h("a.button", { href: "#/settings" }, t("Enter the key")));
  if (error.status === 503) row.append(h("a.button", { href: "#/models" }, t("Open the models")));
  if (retry) row.append(button(t("Try again"), "again", retry));
  return h("div.problem", { role: "alert" }, h("p", {}, error.message), row.children.length ? row : null);
}

export function meter(label) {
  const bar = h("progress", { "aria-label": label, max: 1 });
  const words = h("span.muted", {}, label);
  const element = h("div.meter", {}, words, bar);
  return {
    element,
    update(text, done, total) {
      words.textContent = text;
      if (total) bar.value = Math.min(1, done / total);
      else bar.removeAttribute("value");
    },
  };
}

export function toast(words) {
  const note = h("div.toast", {}, words);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 4000);
}

// confirmation dialog; resolves to true or false
export function ask(question, yes) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-label": question });
    const answer = (value) => { dialog.close(); dialog.remove(); resolve(value); };
    dialog.append(h("p", {}, question), h("div.row.end", {},
      button(t("Cancel"), null, () => answer(false), "ghost"),
      button(yes, null, () => answer(true), "primary")));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); answer(false); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// drop zone and file picker; calls back with the file
export function dropPlace(words, accept, onfile) {
  const input = h("input.hidden", { type: "file", accept, "aria-label": words, onchange: () => {
    if (input.files[0]) onfile(input.files[0]);
    input.value = "";
  } });
  const place = h("label.drop", {}, icon("drop"), h("span", {}, words), input);
  takeDrops(place, onfile);
  return place;
}

export function takeDrops(place, onfile) {
  const over = (on) => (event) => { event.preventDefault(); place.classList.toggle("over", on); };
  place.addEventListener("dragover", over(true));
  place.addEventListener("dragleave", over(false));
  place.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files[0]) onfile(event.dataTransfer.files[0]);
  });
}

export function grow(area) {
  const fit = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight + 2, 320)}px`; };
  area.addEventListener("input", fit);
  return area;
}
