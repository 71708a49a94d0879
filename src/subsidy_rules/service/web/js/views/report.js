// The report: everything on one page, for paper, as a file of its own, or as a workbook.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Refused, file, save } from "../api.js";
import { fen, money } from "../money.js";
import { amounts, bar } from "../parts/bar.js";
import { shown } from "../parts/field.js";
import { badge, notice } from "../parts/frame.js";
import { changed, declared, kindOf, policy, request, state, totals } from "../store.js";
import { article, colon, label, listed, say, t } from "../words.js";
import { span } from "./award.js";
import { itemName } from "./items.js";
import { needed } from "./needed.js";
import { notices, others, scaleOf, sheetOf, sorted } from "./results.js";

const STYLES = ["base", "parts", "pages", "print"];

export function report() {
  if (!state.answer) return html`<h1 tabindex="-1">${t("report")}</h1>${needed()}`;
  return html`<h1 tabindex="-1" class="on-screen">${t("report")}</h1>
    <div class="actions on-screen">
      <button type="button" class="primary" @click=${() => print()}>${t("print")}</button>
      <button type="button" @click=${asHtml}>${t("as_html")}</button>
      <button type="button" @click=${asWorkbook}>${t("as_xlsx")}</button>
    </div>
    <article class="report card" id="report">${body()}</article>`;
}

function body() {
  const { answer } = state;
  const found = totals(answer);
  const scale = scaleOf(found);
  return html`<header><h2>${t("report_title")}</h2>
      <p>${answer.applicant} · ${t("year")} ${answer.year}${answer.date ? ` · ${t("date")} ${answer.date}` : ""}</p></header>
    ${notice()}
    <p class="said">${label(answer.notice)}</p>
    ${answer.policies.map((one) => city(one, found[one.id], scale))}
    ${answer.repayable.map((one) => html`<p>${t("repayable", titleOf(one), one.year, money(fen(one.amount), state.lang))}</p>`)}
    <section><h3>${t("facts_given")}</h3>${given()}</section>
    <section><h3>${t("receipt")}</h3>${receipt()}</section>`;
}

const titleOf = (one) => {
  const found = state.answer.awards.find((award) => award.policy === one.policy && award.rule === one.rule);
  return found ? label(found.title) : `${one.policy}/${one.rule}`;
};

function city(one, total, scale) {
  const groups = sorted(one.id);
  const sheet = sheetOf(one.id);
  const part = (head, several) => (several.length ? table(head, several) : nothing);
  return html`<section class="report-city"><h3>${label(policy(one.id).jurisdiction.name)} · ${label(one.title)} ${badge(one.status)}</h3>
    ${amounts(total, null)}${bar(total.assured, total.ceiling, scale)}
    ${total.open ? html`<p class="counts">${t("open_count", total.open)}</p>` : nothing}${others(one.id)}
    ${part(t("counted"), groups.counted)}${part(t("unquantified"), groups.unquantified)}${part(t("lost"), groups.lost)}
    ${part(t("ineligible", groups.ineligible.length), groups.ineligible)}
    ${sheet ? notices(sheet) : nothing}</section>`;
}

const table = (head, several) => html`<div class="wide" role="region" tabindex="0" aria-label=${head}><table class="side"><caption>${head}</caption><tbody>
  ${several.map(({ one, words }) => html`<tr><th scope="row">${article(one.article)}</th>
    <td>${label(one.title)} ${one.item ? html`<span class="of">${itemName(one.item, kindOf(one.item))}</span>` : nothing}</td>
    <td class="amount">${sum(one)} <span class="state ${one.status}">${say("status", one.status)}</span></td>
    <td class="why">${why(one, words ?? {}).map((text) => html`<p>${text}</p>`)}</td></tr>`)}
</tbody></table></div>`;

function sum(one) {
  if (one.status === "ineligible" || one.status === "not_in_force") return nothing;
  return one.settled === null ? say("reason", one.reason) : span(one.settled);
}

/** All reasons, a line each. */
function why(one, words) {
  const named = (name) => (name === "history" ? t("history") : label((declared(kindOf(one.item), name) ?? { label: { zh: name, en: name } }).label));
  const names = (several) => listed(several.map(named));
  const out = one.status === "ineligible" || one.status === "not_in_force";
  const lowered = (words.lowered ?? []).map((step) => colon(say("run", step.run), step.text));
  const read = one.assumptions.map((assumed) => colon(t("readings"), label(assumed.says)));
  const waits = out ? [] : [["missing", one.missing], ["judged", one.judgements]].filter(([, found]) => found.length);
  return [
    ...(words.unmet ?? []), ...lowered, ...(words.beaten_by ?? []), ...(words.contested ?? []),
    ...waits.map(([name, found]) => colon(t(name), names(found))),
    ...(words.subject_to?.length ? [colon(t("subject_to"), listed(words.subject_to))] : []),
    ...(out ? [] : read), colon(t("department"), listed(one.department)),
  ];
}

function given() {
  const { applicant, items, grants, history } = state.application;
  const places = [{ id: null, kind: null, facts: applicant.facts }, ...items];
  const line = (kind) => ([name, value]) => {
    const fact = declared(kind, name);
    return html`<li>${colon(fact ? label(fact.label) : name, shown(fact, value))}</li>`;
  };
  return html`${places.map((one) => html`<h4>${one.id === null ? t("applicant") : itemName(one.id, one.kind)}</h4>
      <ul class="given">${Object.entries(one.facts).map(line(one.kind))}</ul>`)}
    <h4>${t("history")}</h4><ul class="given">
      ${grants.map((one) => html`<li>${policy(one.policy) ? label(policy(one.policy).jurisdiction.name) : one.policy} ${titleOf(one)} ${one.item ?? ""} ${one.year} ${one.amount}</li>`)}
      <li>${history === "complete" ? t(grants.length ? "history_all" : "history_none") : t("history_partial")}</li></ul>`;
}

const receipt = () => html`<p>${colon(t("engine"), state.answer.receipt.engine)}</p><p>${t("digest")}</p>
  <ul class="given digests">${Object.entries({ ...state.answer.receipt.files, application: state.answer.receipt.application }).map(
    ([name, digest]) => html`<li>${name} <code>${digest}</code></li>`,
  )}</ul>`;

/** One file without anything beside it: the page's own styles go in. */
async function asHtml() {
  const styles = await Promise.all(STYLES.map(async (name) => (await fetch(`css/${name}.css`)).text()));
  const drawn = document.querySelector("svg.patterns").outerHTML + document.getElementById("report").outerHTML;
  const text = `<!doctype html><html lang="${document.documentElement.lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${t("report_title")}</title>
<style>${styles.join("\n")}</style></head><body><main>${drawn.replace(/<!--.*?-->/gs, "")}</main></body></html>\n`;
  save(new Blob([text], { type: "text/html" }), "report.html");
}

async function asWorkbook() {
  try {
    save(await file("v1/report", request()), "report.xlsx");
    state.failed = null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.failed = error;
  }
  changed();
}

