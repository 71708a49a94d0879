// Earlier grants: none, all of them, or not known; and the list of them.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { get } from "../api.js";
import { fen, money, stated, typed } from "../money.js";
import { changed, policy, put, state } from "../store.js";
import { label, t } from "../words.js";

export const HISTORY = "/history";
const rules = {}; // policy → its rules, once asked for

export function history() {
  const { history: told, grants } = state.application;
  const give = (text) => {
    if (text === "partial") state.unknown.add(HISTORY);
    else state.unknown.delete(HISTORY);
    put({ history: text, grants });
  };
  const none = () => {
    state.unknown.delete(HISTORY);
    put({ history: "complete", grants: [] });
  };
  const complete = told === "complete";
  return html`<div class="field options" role="group" aria-label=${t("history_question")}>
      <button type="button" class="option" aria-pressed=${`${complete && !grants.length}`} @click=${none}>${t("history_none")}</button>
      <button type="button" class="option" aria-pressed=${`${complete && grants.length > 0}`} ?disabled=${!grants.length} @click=${() => give("complete")}>${t("history_all")}</button>
      <button type="button" class="quiet" aria-pressed=${`${!complete && state.unknown.has(HISTORY)}`} @click=${() => give("partial")}>${t("history_partial")}</button>
    </div>
    ${grants.length ? html`<ul class="told">${grants.map(grant)}</ul>` : nothing}
    <details class="more" @toggle=${(event) => event.target.open && ask()}><summary>${t("add_grant")}</summary>${adding()}</details>`;
}

function grant(one, at) {
  const amount = stated(one.amount) ?? fen(/^\d+\.\d\d$/.test(one.amount) ? one.amount : null);
  const title = state.answer?.awards.find((award) => award.policy === one.policy && award.rule === one.rule)?.title;
  const away = () => put({ grants: state.application.grants.filter((_, other) => other !== at) });
  return html`<li><span class="fact">${policy(one.policy) ? label(policy(one.policy).jurisdiction.name) : one.policy}
      · ${title ? label(title) : one.rule} ${one.item ? html`<code>${one.item}</code>` : nothing}</span>
    <span class="said">${one.year} · ${amount === null ? one.amount : money(amount, state.lang)}</span>
    <button type="button" class="quiet small" @click=${away}>${t("remove")}</button></li>`;
}

async function ask() {
  await Promise.all(
    state.chosen.map(async (id) => {
      rules[id] ??= (await get(`v1/policies/${id}`)).provisions.filter((one) => one.part === "rule");
    }),
  );
  changed();
}

function adding() {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const [id, rule] = form.get("rule").split("/");
    const item = form.get("item") || undefined;
    const amount = typed(form.get("amount"), form.get("unit"));
    put({ grants: [...state.application.grants, { policy: id, rule, ...(item ? { item } : {}), year: Number(form.get("year")), amount }] });
    event.target.reset();
  };
  return html`<form class="grant" @submit=${submit}>
    <label>${t("rule")} <select name="rule" required><option value="">${t("pick")}</option>
      ${state.chosen.map((id) => html`<optgroup label=${label(policy(id).jurisdiction.name)}>
        ${(rules[id] ?? []).map((one) => html`<option value="${id}/${one.id}">${label(one.title)}</option>`)}</optgroup>`)}
    </select></label>
    <label>${t("item")} <select name="item"><option value="">${t("applicant")}</option>
      ${state.application.items.map((one) => html`<option>${one.id}</option>`)}</select></label>
    <label>${t("year")} <input name="year" type="number" min="2000" max="2099" required .value=${`${state.application.year - 1}`}></label>
    <label>${t("amount")} <span class="inputs"><input name="amount" inputmode="decimal" required autocomplete="off">
      <select name="unit" aria-label=${t("unit")}><option>元</option><option selected>万元</option><option>亿元</option></select></span></label>
    <button class="primary">${t("confirm")}</button>
  </form>`;
}
