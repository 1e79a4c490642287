// HTTP client of the server: JSON, server-sent events, files. No other host is contacted.
import { t } from "./words.js";

const KEY = "miaobi.key";

export const key = {
  get: () => localStorage.getItem(KEY) || "",
  set: (value) => (value ? localStorage.setItem(KEY, value) : localStorage.removeItem(KEY)),
};

export class ApiError extends Error {
  constructor(message, status = 0, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function headers(body) {
  const told = {};
  if (key.get()) told.authorization = `Bearer ${key.get()}`;
  if (body && !(body instanceof FormData)) told["content-type"] = "application/json";
  return told;
}

// returns the response of a successful request; throws an ApiError with the server's message
export async function request(method, path, body = null, signal = undefined) {
  const content = body === null ? null : body instanceof FormData ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(path, { method, headers: headers(body), body: content, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(t("The server does not answer. Start it again with: miaobi serve"));
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => null);
  const message = told?.error?.message || t("The server answered with status {status}.", { status: response.status });
  throw new ApiError(message, response.status, told?.error?.code || "");
}

export const get = async (path, signal) => (await request("GET", path, null, signal)).json();
export const post = async (path, body, signal) => (await request("POST", path, body, signal)).json();

// yields the server-sent events of a request as objects
export async function* events(method, path, body, signal) {
  const response = await request(method, path, body, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const messages = rest.split("\n\n");
      rest = messages.pop();
      for (const message of messages) {
        const data = message.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
        if (!data || data === "[DONE]") continue;
        const told = JSON.parse(data);
        if (told.error) throw new ApiError(told.error.message, 500, told.error.code || "");
        yield told;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

// URL of a library file for <img> and <audio>; with an API key the file is fetched as a blob
const blobs = new Map();
export async function fileUrl(path) {
  if (!key.get()) return path;
  if (!blobs.has(path)) blobs.set(path, URL.createObjectURL(await (await request("GET", path)).blob()));
  return blobs.get(path);
}

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
export const blobUrl = (base64, type) => URL.createObjectURL(new Blob([bytesOf(base64)], { type }));

// routes of this server, read once
let described = null;
export async function can(route) {
  described ??= get("/studio/routes.json").catch(() => { described = null; return []; });
  return (await described).includes(route);
}

let listed = null;
export async function models(kind, fresh = false) {
  if (!listed || fresh) listed = get("/v1/models").then((told) => told.data).catch((error) => { listed = null; throw error; });
  const rows = await listed;
  return kind ? rows.filter((row) => row.kind === kind) : rows;
}
