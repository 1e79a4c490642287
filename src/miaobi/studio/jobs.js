// Jobs: running work with its progress, and buttons to cancel it.
import { can, get, request } from "./api.js";
import { KIND_WORDS } from "./cards.js";
import { button, empty, h, heading, meter, problem } from "./dom.js";
import { whenMade } from "./parts.js";
import { t } from "./words.js";
import { onWork, running } from "./work.js";

export function build(places) {
  const now = h("section.stack", { "aria-label": t("At work now") });
  const kept = h("section.stack", { "aria-label": t("Jobs of this server") });
  const element = h("div.screen", {}, heading(t("Jobs"), t("What is being made, and how far it is.")), now, kept);
  let timer = 0, durable = false;

  function drawNow() {
    const works = running();
    now.replaceChildren(...works.map((work) => {
      const bar = meter(work.stage || t("Working …"));
      bar.update(work.stage || t("Working …"), work.done, work.total);
      return h("article.card.pad.stack", { "data-running": work.kind }, h("div.row.apart", {}, h("div", {}, h("h3", {}, work.title.slice(0, 120)), h("small", {}, t(KIND_WORDS[work.kind] || work.kind))), button(t("Cancel"), "stop", work.cancel, "small")), bar.element);
    }));
    if (!works.length && !kept.children.length) now.replaceChildren(empty("jobs", t("Nothing is at work"), t("What you start is shown here while it is made, and can be stopped here."), h("a.button", { href: "#/" }, t("Make something"))));
  }

  async function drawKept() {
    if (!durable) return;
    try {
      const rows = (await get("/v1/jobs?limit=50")).data;
      kept.replaceChildren(...rows.map(row));
      if (rows.length) kept.prepend(h("h2", {}, t("Jobs of this server")));
    } catch (error) { kept.replaceChildren(problem(error, drawKept)); }
    drawNow();
  }

  function row(job) {
    const ended = job.completed_at !== null;
    const { stage, done, total, share, seconds_left: left } = job.progress;
    const bar = meter(t(job.status));
    bar.update([t(job.status), stage && !ended ? stage : "", share ? `${Math.round(100 * share)} %` : "", left ? t("about {seconds} s left", { seconds: Math.round(left) }) : ""].filter(Boolean).join(" · "), done, total);
    const words = job.request?.prompt || job.request?.input || job.request?.messages?.at(-1)?.content || "";
    const act = (verb) => () => request("POST", `/v1/jobs/${job.id}/${verb}`).then(drawKept).catch((error) => kept.prepend(problem(error)));
    const action = ended
      ? h("div.row", {}, h(`span.badge.${{ failed: "bad", done: "good" }[job.status] || "off"}`, {}, t(job.status)), job.status === "done" ? null : button(t("Try again"), "again", act("retry"), "small"))
      : button(t("Cancel"), "stop", act("cancel"), "small");
    return h("article.card.pad.stack", { "data-job": job.id, "data-status": job.status }, h("div.row.apart", {}, h("div", {}, h("h3", {}, String(words || t(job.kind)).slice(0, 120)), h("small", {}, `${t(job.kind)} · ${whenMade(job.created_at)}`)), action),
      ended ? null : bar.element, job.error ? h("p.muted", {}, job.error.message) : null, job.artifacts.map((id) => h("a", { href: `#/library/${id}` }, t("Open in the library"))));
  }

  onWork(() => { if (element.isConnected) drawNow(); });
  return { element, left: () => clearInterval(timer), async shown() {
    drawNow();
    durable = await can("/v1/jobs");
    await drawKept();
    clearInterval(timer);
    if (durable) timer = setInterval(drawKept, 1000);
  } };
}
