// Settings: language, theme, API key; and facts about this server.
import { can, get, key } from "./api.js";
import { button, field, h, heading, problem, select, toast } from "./dom.js";
import { language, t } from "./words.js";

export function build(places) {
  const tongue = select([["en", "English"], ["zh", "简体中文"]], language());
  const look = select([["", t("as the system has it")], ["light", t("light")], ["dark", t("dark")]], places.theme.get());
  const secret = h("input", { type: "password", autocomplete: "off", value: key.get(), placeholder: "mb-…" });
  const about = h("div.card.pad", {});
  tongue.addEventListener("change", () => places.redraw(tongue.value));
  look.addEventListener("change", () => { places.theme.set(look.value); places.redraw(language()); });
  const element = h("div.screen", {}, heading(t("Settings"), t("They are kept in this browser.")),
    h("div.card.pad.grid.wide", {}, field(t("Language"), tongue), field(t("Theme"), look)),
    h("form.card.pad.stack", { onsubmit: (event) => { event.preventDefault(); key.set(secret.value.trim()); toast(t("Kept.")); show(); } },
      field(t("Key of this server"), secret, t("Only where the server asks for one: it does when other machines can reach it.")), h("div.row", {}, button(t("Keep"), null, null, "primary", { type: "submit" }))),
    h("h2", {}, t("About this server")), about);

  async function show() {
    look.value = places.theme.get();
    try {
      const [well, machine] = await Promise.all([get("/healthz"), (await can("/v1/machine")) ? get("/v1/machine") : null]);
      const rows = [[t("Version"), `Miaobi ${well.version}`], [t("State"), well.status === "ok" ? t("It is well.") : well.status]];
      if (machine) rows.push([t("Processor"), t("{cores} cores", { cores: machine.cores })], [t("Memory"), `${(machine.memory_mb / 1000).toFixed(1)} GB`], [t("Accelerator"), machine.accelerator || t("none")]);
      rows.push([t("For programs"), h("code", {}, `${location.origin}/v1`)], [t("Its routes"), h("a", { href: "/openapi.json", target: "_blank" }, "openapi.json")]);
      about.replaceChildren(h("table", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)))));
    } catch (error) { about.replaceChildren(problem(error, show)); }
  }
  return { element, shown: show };
}
