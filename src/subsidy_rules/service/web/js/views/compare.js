// Cities side by side: totals, what is open in each, and what each item would bring where.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { fen, money, most } from "../money.js";
import { bar, key } from "../parts/bar.js";
import { badge } from "../parts/frame.js";
import { kindOf, policy, state, totals } from "../store.js";
import { label, t } from "../words.js";
import { itemName } from "./items.js";
import { notices, others, scaleOf, sheetOf, waiting } from "./results.js";
import { needed } from "./needed.js";

export function compare() {
  return html`<h1 tabindex="-1">${t("compare")}</h1>
    ${state.answer ? html`<p class="hint">${t("compare_hint")}</p>${side()}${matrix()}${basis()}` : needed()}`;
}

/** The cities with the largest ceiling first. */
function ranked(found) {
  const size = (one) => found[one.id].ceiling;
  return [...state.answer.policies].sort((a, b) => (size(b) > size(a) ? 1 : size(b) < size(a) ? -1 : 0));
}

function side() {
  const found = totals(state.answer);
  const cities = ranked(found);
  const scale = scaleOf(found);
  const best = { assured: most(cities.map((one) => found[one.id].assured)), ceiling: most(cities.map((one) => found[one.id].ceiling)) };
  const row = (head, cell) => html`<tr><th scope="row">${head}</th>${cities.map((one) => html`<td>${cell(one)}</td>`)}</tr>`;
  const amount = (name) => (one) => {
    const value = found[one.id][name];
    const first = value === best[name] && value > 0n && cities.length > 1;
    return html`<strong>${money(value, state.lang)}</strong>${first ? html` <span class="first">★ ${t("best")}</span>` : nothing}`;
  };
  return html`<section class="card"><div class="wide" role="region" tabindex="0" aria-label=${t("compare")}>
    <table class="side">
      <thead><tr><th scope="col">${t("city")}</th>${cities.map((one) => html`<th scope="col">${label(policy(one.id).jurisdiction.name)} ${badge(one.status)}</th>`)}</tr></thead>
      <tbody>
        ${row(html`${key("low")}${t("assured")}`, amount("assured"))}
        ${row(html`${key("high")}${t("ceiling")}`, amount("ceiling"))}
        <tr class="drawn"><th scope="row"><span class="unseen">${t("results")}</span></th>${cities.map(
          (one) => html`<td>${bar(found[one.id].assured, found[one.id].ceiling, scale)}</td>`,
        )}</tr>
        ${row(t("no_figure"), (one) => found[one.id].open)}
        ${row(t("facts_missing"), (one) => waiting(one.id).missing)}
        ${row(t("to_judge"), (one) => waiting(one.id).judgements)}
        ${row(t("beside"), (one) => others(one.id))}
        ${row(t("in_time"), days)}
      </tbody>
    </table></div></section>`;
}

function days(one) {
  const text = one.first_day || one.last_day ? `${one.first_day ?? t("unfixed")} ${t("to")} ${one.last_day ?? t("unfixed")}` : t("unfixed");
  return html`${text}${one.dates_checked ? nothing : html` <span class="small">${t("unchecked")}</span>`}`;
}

/** Rows: the applicant and each item; columns: cities; cells: what is settled, cash to the applicant. */
function matrix() {
  const found = totals(state.answer);
  const cities = ranked(found);
  const cells = settled();
  const places = [...new Set(Object.keys(cells).map((key) => key.split("\n")[1]))];
  const order = ["", ...state.application.items.map((one) => one.id)].filter((id) => places.includes(id));
  const scale = most(Object.values(cells).map((one) => one.ceiling));
  if (!scale) return nothing;
  return html`<section class="card"><h2>${t("by_item")}</h2><p class="hint">${t("by_item_hint")}</p>
    <div class="wide" role="region" tabindex="0" aria-label=${t("by_item")}><table class="side">
      <thead><tr><th scope="col">${t("item")}</th>${cities.map((one) => html`<th scope="col">${label(policy(one.id).jurisdiction.name)}</th>`)}</tr></thead>
      <tbody>${order.map(
        (id) => html`<tr><th scope="row">${id ? itemName(id, kindOf(id)) : t("applicant")}</th>${cities.map((one) => cell(cells[`${one.id}\n${id}`], scale))}</tr>`,
      )}</tbody>
    </table></div></section>`;
}

function cell(one, scale) {
  if (!one) return html`<td>—</td>`;
  const low = money(one.assured, state.lang);
  const high = money(one.ceiling, state.lang);
  return html`<td>${low === high ? high : `${low} / ${high}`}${one.open ? html` <span class="small">+ ${t("no_figure")}</span>` : nothing}${bar(one.assured, one.ceiling, scale, true)}</td>`;
}

const CASH = new Set(["grant", "voucher", "interest_subsidy", "stipend"]);

function settled() {
  const cells = {};
  for (const one of state.answer.awards) {
    if (one.payee !== "applicant" || !CASH.has(one.form) || one.status === "ineligible" || one.status === "not_in_force") continue;
    const cell = (cells[`${one.policy}\n${one.item ?? ""}`] ??= { assured: 0n, ceiling: 0n, open: false });
    if (one.settled === null || one.settled.ceiling === null) cell.open = true;
    if (one.settled === null) continue;
    cell.assured += fen(one.settled.assured);
    cell.ceiling += fen(one.settled.ceiling) ?? 0n;
  }
  return cells;
}

const basis = () => html`<section class="card"><h2>${t("rests_on")}</h2>
  ${state.answer.policies.map((one) => html`<h3>${label(policy(one.id).jurisdiction.name)} ${badge(one.status)}</h3>${sheetOf(one.id) ? notices(sheetOf(one.id)) : nothing}`)}</section>`;
