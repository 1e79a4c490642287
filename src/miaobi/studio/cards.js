// A row of the library as the studio shows it.
import { fileUrl } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const GLYPHS = { text: "write", image: "picture", speech: "speak", music: "music", sound: "sounds", video: "film", film: "film", transcript: "write" };
export const KIND_WORDS = { text: "Text", image: "Pictures", speech: "Speech", music: "Music", sound: "Sound effects", video: "Video", film: "Films", transcript: "Transcripts", autoencoder: "Autoencoders", embedding: "Embeddings" };

// the server's row -> what cards and buttons need
export function fromRow(row) {
  const options = row.parameters || {};
  return { id: row.id, kind: row.kind, mediaType: row.media_type, model: row.model, seed: row.seed, prompt: row.prompt || "",
    madeAt: row.created_at, size: row.bytes, parents: row.parents || [], url: row.has_file === false ? null : `/v1/artifacts/${row.id}/content`,
    parameters: options, asked: row.prompt ? { ...options, prompt: row.prompt, model: row.model } : null };
}

export function libraryCard(work, onopen) {
  const stage = h("div.stage", {}, icon(GLYPHS[work.kind] || "library"));
  if (work.mediaType.startsWith("image/")) {
    const image = h("img", { alt: "", loading: "lazy" });
    fileUrl(work.url).then((url) => { image.src = url; }).catch(() => {});
    stage.replaceChildren(image);
  }
  return h("button.work.card", { type: "button", onclick: onopen, "data-id": work.id }, stage,
    h("span.about", {}, h("span.words", {}, work.prompt || t("Words were not kept")),
      h("small", {}, `${t(KIND_WORDS[work.kind] || work.kind)} · ${work.model}`)));
}
