// Write: a streamed conversation with a language model.
import { events, models } from "./api.js";
import { button, field, fillSelect, h, heading, problem, select, toast } from "./dom.js";
import { chips, composer, numberOf, seedField } from "./parts.js";
import { t } from "./words.js";
import { isCancel, start } from "./work.js";

const turns = []; // kept when the language changes
const IDEAS = ["Write a short poem about autumn rain", "Three names for a small tea house", "Explain the tides to a child", "An opening line for a mystery novel"];

// renders text with fenced code blocks; HTML is not interpreted
function said(words) {
  return words.split("```").map((part, index) => (index % 2 ? h("pre", {}, part.replace(/^\w*\n/, "").trimEnd()) : document.createTextNode(index ? part.replace(/^\n/, "") : part)));
}

export function build(places) {
  const model = select([["", t("The best model here")]], "", { "aria-label": t("Model") });
  const temperature = h("input", { type: "number", min: 0, max: 5, step: 0.1, placeholder: "0.7" });
  const longest = h("input", { type: "number", min: 1, step: 1, placeholder: "512" });
  const seed = seedField();
  const system = h("textarea", { rows: 2, placeholder: t("You are a patient editor.") });
  const talk = h("section.talk", { "aria-label": t("Conversation"), role: "log" });
  const box = composer(t("Your words"), t("Ask for a poem, a plan, a letter …"), t("Send"), send, "send");
  const ideas = chips(IDEAS.map((one) => t(one)), (one) => { box.area.value = one; send(); });
  const clear = button(t("New conversation"), "plus", () => { current?.cancel(); turns.length = 0; draw(); box.area.focus(); }, "ghost");
  const plain = new Set(); // names of models without chat: they only continue text
  let current = null;

  box.add(model);
  box.make.querySelector("kbd").textContent = "↵";
  box.area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.isComposing) { event.preventDefault(); send(); }
  });

  function fillModels(rows, chosen) {
    fillSelect(model, [["", t("The best model here")], ...rows.filter((row) => row.chats).map((row) => [row.id, row.id])]);
    const group = h("optgroup", { label: t("Continues text") });
    for (const row of rows.filter((one) => !one.chats)) {
      plain.add(row.id);
      group.append(h("option", { value: row.id }, row.id));
    }
    if (group.children.length) model.append(group);
    model.value = [...model.options].some((row) => row.value === chosen) ? chosen : "";
  }

  function draw() {
    talk.replaceChildren(...turns.map((turn) => turnElement(turn)));
    ideas.hidden = turns.length > 0;
    clear.hidden = turns.length === 0;
  }

  function turnElement(turn) {
    const element = h(`article.turn.${turn.role}`, {}, h("div.said", {}, said(turn.content)));
    if (turn.role === "assistant" && turn.content) {
      element.append(h("div.row", {}, button(t("Copy"), "copy", () => navigator.clipboard.writeText(turn.content).then(() => toast(t("Copied."))), "ghost.small"),
        turn === turns.at(-1) ? button(t("Another answer"), "again", () => { turns.pop(); answer(); }, "ghost.small") : null));
    }
    if (turn.stopped) element.append(h("small", {}, t("Stopped.")));
    return element;
  }

  function send() {
    const words = box.area.value.trim();
    if (!words || current) return;
    box.area.value = "";
    box.area.style.height = "";
    turns.push({ role: "user", content: words });
    answer();
  }

  async function answer() {
    draw();
    const turn = { role: "assistant", content: "" };
    const line = h("div.said", {});
    const live = h("article.turn.assistant.live", { "aria-busy": "true" }, line);
    talk.append(live);
    live.scrollIntoView({ block: "nearest" });
    const messages = [...(system.value.trim() ? [{ role: "system", content: system.value.trim() }] : []), ...turns.map(({ role, content }) => ({ role, content }))];
    // a model without chat continues the raw text
    const route = plain.has(model.value) ? "/v1/completions" : "/v1/chat/completions";
    const body = { model: model.value, stream: true, ...(plain.has(model.value) ? { prompt: turns.at(-1).content } : { messages }) };
    for (const [name, input] of [["temperature", temperature], ["max_tokens", longest], ["seed", seed]]) {
      if (numberOf(input) !== null) body[name] = numberOf(input);
    }
    try {
      await start("text", turns.at(-1).content, async (signal, work) => {
        current = work;
        box.busy(work.cancel);
        for await (const chunk of events("POST", route, body, signal)) {
          turn.content += chunk.choices[0]?.delta?.content ?? chunk.choices[0]?.text ?? "";
          const atEnd = innerHeight + scrollY > document.body.scrollHeight - 120;
          line.textContent = turn.content;
          if (atEnd) scrollTo(0, document.body.scrollHeight);
          work.update(t("{count} characters", { count: turn.content.length }));
        }
      });
      turns.push(turn);
      draw();
    } catch (error) {
      turn.stopped = isCancel(error);
      if (turn.content) turns.push(turn);
      draw();
      if (!turn.stopped) talk.append(problem(error, answer));
      else if (!turn.content) talk.append(h("small.muted", {}, t("Stopped.")));
    } finally {
      current = null;
      box.busy(null);
      box.area.focus();
    }
  }

  const options = h("details", {}, h("summary", {}, t("Options")), h("div.stack", {}, h("div.grid", {},
    field(t("Temperature"), temperature, t("0 is sober, 1.5 is wild")), field(t("Longest answer"), longest, t("in tokens")), field(t("Seed"), seed, t("the same seed, the same answer"))),
    field(t("Role of the model"), system)));
  const element = h("div.screen", {}, h("div.row.apart", {}, heading(t("Write"), t("A conversation that stays on this machine.")), clear), talk, ideas,
    h("div.sticky", {}, box.element), options);
  return { element, stop: () => current?.cancel(), async shown(given) {
    draw();
    await models("text", Boolean(given?.model)).then((rows) => fillModels(rows.filter((row) => row.here), given?.model || model.value)).catch(() => {});
    if (given?.prompt) { box.area.value = given.prompt; if (given.seed !== undefined) seed.value = given.seed; if (given.run) { turns.length = 0; send(); } }
  } };
}
