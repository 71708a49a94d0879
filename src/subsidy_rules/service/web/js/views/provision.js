// One provision for officers: what it asks for and pays, how its silences are read, its cases, lints and findings.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { money, stated } from "../money.js";
import { declared, state, take } from "../store.js";
import { fieldWord, valueWord } from "../terms.js";
import { colon, label, listed, say, t } from "../words.js";

const PAYS = ["bound", "pays", "max", "minimum", "unquantified", "rides_on", "dated_by", "award", "matter"];
const BOUNDS = ["cap", "exclusive", "once"];

export function provision(one, page, found) {
  const mine = (lint) => lint.entry === one.id;
  const lints = page.lints.filter(mine);
  const cases = page.examples.filter((each) => each.expect.awards.some((award) => award.rule === one.id));
  const proved = (found ?? []).filter((each) => subject(each) === one.id);
  const { written } = one;
  return html`<article class="card provision ${one.part}" id="entry-${one.id}">
    <h3>${label(one.title)} <code>${one.id}</code></h3>
    <p class="hint">${facts(one)}</p>
    ${one.says ? html`<p>${label(one.says)}</p>` : nothing}
    ${one.figures.length ? html`<p class="chips">${t("figures")} ${one.figures.map((text) => html`<span class="chip">${text}</span>`)}</p>` : nothing}
    ${part(t("when"), one.when.map((text) => label(text)))}
    ${fields(t("pays"), written, PAYS, written.item)}
    ${fields(t("limits"), written, BOUNDS, written.item)}
    ${written.rules ? html`<p class="hint">${colon(t("covers"), covered(written.rules, page))}</p>` : nothing}
    ${one.assumes.length ? html`<div class="part"><h4>${t("readings")}</h4>${silences(one.assumes)}</div>` : nothing}
    ${folded(`${t("cases")} (${cases.length})`, cases, worked)}
    ${folded(`${t("findings")} (${proved.length})`, proved, proof)}
    ${folded(`${t("lints")} (${lints.length})`, lints, lint)}
  </article>`;
}

const subject = (each) => each.subject.split("/")[1]?.split("#")[0];

function facts(one) {
  const { payee = "applicant", form = "grant" } = one.written;
  if (one.part === "clause") return t("clause");
  const parts = [one.department.length ? colon(t("department"), listed(one.department)) : "", one.item ? colon(t("for_whom"), label(one.item)) : ""];
  if (one.part === "rule") parts.push(colon(t("paid_to"), say("payee", payee)), say("form", form));
  return parts.filter(Boolean).join(" · ");
}

const part = (head, lines) => (lines.length ? html`<div class="part"><h4>${head}</h4><ul class="dots">${lines.map((line) => html`<li>${line}</li>`)}</ul></div>` : nothing);

const folded = (head, several, line) => (several.length ? html`<details class="more"><summary>${head}</summary><ul class="dots">${several.map(line)}</ul></details>` : nothing);

const covered = (rules, page) =>
  rules === "all" ? t("every_rule") : listed(rules.map((id) => label(page.provisions.find((each) => each.id === id)?.title ?? { zh: id, en: id })));

/** Some fields of a clause as they are encoded, names and codes in words. */
function fields(head, written, names, kind) {
  const there = names.filter((name) => written[name] !== undefined);
  if (!there.length) return nothing;
  return html`<div class="part"><h4>${head}</h4><dl class="fields">${there.map(
    (name) => html`<div><dt>${fieldWord(name)}</dt><dd>${value(written[name], kind)}</dd></div>`,
  )}</dl></div>`;
}

function value(found, kind) {
  if (Array.isArray(found)) {
    if (found.every((each) => typeof each === "string")) return listed(found.map((each) => text(each, kind)));
    return found.length === 1 ? value(found[0], kind) : html`<ul class="dots">${found.map((each) => html`<li>${value(each, kind)}</li>`)}</ul>`;
  }
  if (found !== null && typeof found === "object") {
    if (found.from !== undefined && found.from === found.to) return text(found.from, kind);
    const there = Object.entries(found).filter(([, each]) => each !== null && !(Array.isArray(each) && !each.length));
    return html`<span class="pairs">${there.map(([name, each]) => html`<span class="pair"><span class="name">${fieldWord(name)}</span> ${value(each, kind)}</span> `)}</span>`;
  }
  return text(`${found}`, kind);
}

/** An expression with the labels of its facts and with amounts as the language writes them. */
function text(found, kind) {
  const code = valueWord(found);
  if (code !== found) return code;
  return found.replace(/'[^']*'|\d[\d.]*(?:亿元|万元|元)|[\p{L}_][\p{L}\p{N}_]*/gu, (token) => {
    const amount = stated(token);
    if (amount !== null) return money(amount, state.lang);
    const fact = declared(kind, token);
    return fact ? label(fact.label) : token;
  });
}

export const silences = (several) => html`<ul class="dots">${several.map(
  (one) => html`<li>${label(one.says)}${one.because ? html` <span class="small">${t("because", label(one.because))}</span>` : nothing}
    ${one.alternatives.length ? html`<ul>${one.alternatives.map((other) => html`<li>${t("other_reading", label(other.says))}</li>`)}</ul>` : nothing}</li>`,
)}</ul>`;

/** An example goes to the calculator, under the policy that it is about. */
function opener(application) {
  const open = async () => {
    const wanted = new Set([...state.chosen, state.route[1]]);
    state.chosen = state.policies.map((each) => each.id).filter((id) => wanted.has(id));
    await take(application);
    location.hash = "#/";
  };
  return html`<button type="button" class="link" @click=${open}>${t("case_open")}</button>`;
}

function worked(one) {
  const [low, high] = [one.expect.assured, one.expect.ceiling].map((text) => {
    const amount = stated(text);
    return amount === null ? text : money(amount, state.lang);
  });
  return html`<li><strong>${one.id}</strong> — ${t("bar", low, high)} <span class="small" lang="en">${one.why}</span> ${opener(one.application)}</li>`;
}

const VERDICT = { proved: "proved", refuted: "refuted", undecided: "undecided_f" };

const proof = (one) => html`<li><strong>${t(VERDICT[one.verdict])}</strong>: ${label(one.title)} — ${label(one.says)}
  ${one.scope ? html`<span class="small">${label(one.scope)}</span>` : nothing} ${one.witness ? opener(one.witness) : nothing}</li>`;

const lint = (one) => html`<li><code>${one.code}</code> ${label(one.meaning)} <span class="small">${one.found ?? ""} ${one.mend ? label(one.mend) : ""}</span></li>`;
