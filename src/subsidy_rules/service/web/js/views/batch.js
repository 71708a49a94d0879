// Many applicants: a template, a filled workbook in, a job with its progress, a workbook out.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Refused, file, get, post, remove, save } from "../api.js";
import { changed, policy, state } from "../store.js";
import { colon, failing, label, listed, t } from "../words.js";
import { kindLabel } from "./items.js";
import { needed } from "./needed.js";

const TYPES = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
};
const SHOWN = 50; // problems
const BEAT = 700; // ms between two looks at a job
const look = { file: null, job: null, problems: [], failed: null };

export function batch() {
  return html`<h1 tabindex="-1">${t("batch")}</h1>
    ${state.chosen.length ? html`<p class="hint">${t("batch_hint")}</p>${sending()}${job()}` : needed()}`;
}

const chosen = () => `policies=${state.chosen.join(",")}`;

function sending() {
  const template = async () => save(await file(`v1/template?${chosen()}&lang=${state.lang}`), "template.xlsx");
  const pick = (event) => {
    Object.assign(look, { file: event.target.files[0] ?? null, job: null, problems: [], failed: null });
    changed();
  };
  return html`<section class="card">
    <p>${listed(state.chosen.map((id) => label(policy(id).jurisdiction.name)))} · ${t("year")} ${state.application.year}</p>
    <div class="actions"><button type="button" @click=${() => guarded(template)}>${t("template")}</button></div>
    <div class="actions upload">
      <label class="button file">${t("upload")}<input type="file" accept=".xlsx,.csv,.parquet" @change=${pick}></label>
      <span>${look.file?.name ?? ""}</span>
      <button type="button" class="primary" ?disabled=${!look.file || busy()} @click=${() => guarded(run)}>${t("run")}</button>
    </div></section>`;
}

/** A refusal is shown, not thrown. */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    Object.assign(look, { problems: error.problems, failed: error });
  }
  changed();
}

async function run() {
  const type = TYPES[look.file.name.split(".").at(-1).toLowerCase()] ?? TYPES.xlsx;
  const { year, history, date } = state.application;
  const query = new URLSearchParams({ year, history, policies: state.chosen.join(","), lang: state.lang, ...(date ? { date } : {}) });
  Object.assign(look, { job: null, problems: [], failed: null });
  look.job = await post(`v1/batch?${query}`, look.file, type);
  changed();
  while (busy()) {
    await new Promise((done) => setTimeout(done, BEAT));
    look.job = await get(`v1/batch/${look.job.job}`);
    changed();
  }
  look.problems = look.job.problem?.problems ?? look.job.summary?.problems ?? [];
}

const busy = () => ["queued", "running"].includes(look.job?.state);

function job() {
  const { job: now, problems, failed } = look;
  const stop = () => guarded(() => remove(`v1/batch/${now.job}`));
  const fetched = async () => save(await file(`v1/batch/${now.job}/result`), "result.xlsx");
  return html`<section class="card" aria-live="polite" ?hidden=${!now && !failed}>
    ${now ? html`<p><strong>${said(now)}</strong></p>` : nothing}
    ${busy() ? html`<progress aria-label=${said(now)}></progress><button type="button" class="quiet" @click=${stop}>${t("cancel")}</button>` : nothing}
    ${now?.summary ? counted(now.summary) : nothing}
    ${now?.state === "done" ? html`<button type="button" class="primary" @click=${() => guarded(fetched)}>${t("download")}</button>` : nothing}
    ${failed && !problems.length ? html`<p class="wrong" role="alert">${failing(failed)}</p>` : nothing}
    ${now?.problem && !problems.length ? html`<p class="wrong" role="alert">${now.problem.title}</p>` : nothing}
    ${problems.length ? wrong(problems) : nothing}
  </section>`;
}

const counted = ({ counts }) => html`<ul class="dots">${Object.entries(counts)
  .filter(([, one]) => one.read)
  .map(([name, one]) => html`<li>${colon(tableName(name), t("counted_rows", one.read, one.computed, one.wrong))}</li>`)}</ul>`;

const tableName = (name) => ({ applicants: t("applicant"), grants: t("history"), approved: t("approved") })[name] ?? kindLabel(name);

/** The first problems of rows; the workbook has all. */
const wrong = (problems) => html`<ul class="wrong dots" role="alert">${problems.slice(0, SHOWN).map(
  (one) => html`<li><code>${one.code} ${one.file ?? ""} ${one.line ?? ""} ${one.field ?? ""}</code>
    ${one.meaning ? label(one.meaning) : one.message} ${one.found ?? ""}</li>`,
)}</ul>`;

function said({ state: name, progress }) {
  if (name === "running") return t("running", progress.step, progress.rows);
  return t({ queued: "waiting", done: "done", cancelled: "cancelled" }[name] ?? "batch_failed");
}
