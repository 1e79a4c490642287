// Verify: read the labels of a file and check whether it was changed.
import { request } from "./api.js";
import { dropPlace, h, heading, icon, meter, problem, takeDrops } from "./dom.js";
import { whenMade } from "./parts.js";
import { t } from "./words.js";

const SAYS = {
  intact: ["good", "Intact", "It carries a signed label, and nothing of it was changed since."],
  changed: ["bad", "Changed", "It was made by a program, and what you hold is not what was signed."],
  unlabeled: ["", "No label", "Nothing in it says what made it. That proves neither a person nor a program: labels can be taken off."],
};

// IPTC digital source types, by their last part
const ORIGINS = {
  trainedAlgorithmicMedia: "An AI model made it.",
  algorithmicMedia: "An algorithm made it.",
  compositeSynthetic: "An algorithm composed it of parts.",
  compositeWithTrainedAlgorithmicMedia: "An AI model made it from a given file.",
};
const originOf = (type) => (type ? t(ORIGINS[type.split("/").at(-1)] || type.split("/").at(-1)) : "");

export function build() {
  const answer = h("section.stack", { "aria-label": t("What was found"), "aria-live": "polite" });
  const place = dropPlace(t("Drop a picture, a sound or a film here, or choose a file"), "", check);
  place.querySelector("input").setAttribute("data-first", "");
  const element = h("div.screen", {}, heading(t("Verify"), t("Which model made a file, from which seed, and whether it was changed since. The file goes to your own machine alone.")), place, answer);
  takeDrops(element, check);

  async function check(file) {
    answer.replaceChildren(meter(t("Reading {name} …", { name: file.name })).element);
    const form = new FormData();
    form.append("file", file);
    try {
      const told = await (await request("POST", "/v1/content_provenance_checks", form)).json();
      answer.replaceChildren(verdict(file, { ...told, signer: told.results.find((one) => one.type === "c2pa")?.issuer, aigc: told.results.find((one) => one.type === "aigc")?.fields }));
    } catch (error) { answer.replaceChildren(problem(error, () => check(file))); }
  }

  function verdict(file, told) {
    const [mood, title, words] = SAYS[told.status] || ["", told.status, ""];
    const record = told.record || {};
    const rows = [[t("File"), file.name], [t("What its bytes are"), told.media_type], [t("Model"), record.model], [t("It declares"), originOf(told.source_type)],
      [t("Made of"), (record.made_of || []).map((part) => `${part.count} × ${part.model}: ${originOf(part.source_type)}`).join(" ")], [t("Seed"), record.seed], [t("Made"), record.when || record.made_at ? whenMade(record.when || record.made_at) : ""],
      [t("Made with"), record.version ? `Miaobi ${record.version}` : ""], [t("Signed by"), told.signer && t(told.signer)], [t("Label of GB 45438-2025"), told.aigc?.ContentProducer], ["ID", record.id],
      [t("What is wrong"), (told.problems || []).map((one) => t(one)).join(", ")]];
    const seen = h("div.stack", {});
    if (file.type.startsWith("image/")) seen.append(h("img", { src: URL.createObjectURL(file), alt: t("The file you gave"), width: 180 }));
    return h("article.card.pad.stack", { "data-status": told.status }, h("div.row", {}, icon("verify"), h("h2", {}, t(title)), mood && h(`span.badge.${mood}`, {}, told.status === "intact" ? t("signature holds") : t("signature broken"))), h("p", {}, t(words)), seen,
      h("table", {}, rows.filter(([, value]) => value || value === 0).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, String(value))))));
  }
  return { element };
}
