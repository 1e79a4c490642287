// Library rows as cards.
import { fileUrl } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const GLYPHS = { text: "write", image: "picture", speech: "speak", music: "music", sound: "sounds", video: "video", film: "film", transcript: "write" };
export const KIND_WORDS = { text: "Text", image: "Pictures", speech: "Speech", audio: "Sounds", music: "Music", sound: "Sound effects", video: "Videos", film: "Films", transcript: "Transcripts", autoencoder: "Autoencoders", embedding: "Embeddings" };

const OF_TYPE = { image: "image", audio: "sound", video: "video", text: "text" };

// converts a library row for cards and buttons; `request` is null if the server stores no prompts
export function fromRow(row) {
  const { verb, prompt, input, messages, stream, partial_images, response_format, n, ...options } = row.request || {};
  const words = prompt ?? input ?? messages?.at(-1)?.content ?? "";
  const told = typeof words === "string" ? words : "";
  return { id: row.id, kind: verb || OF_TYPE[row.media_type.split("/")[0]], mediaType: row.media_type, model: row.model, seed: row.seed, prompt: told,
    madeAt: row.made_at, size: row.size, parents: row.parents || [], url: row.content, parameters: { ...row.parameters, ...options },
    asked: told ? { ...row.parameters, ...options, prompt: told, model: options.model || "" } : null };
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
