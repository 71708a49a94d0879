// One answer: buttons where there are few, an input with its unit elsewhere. "Not known" is always among them.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { money, stated, typed } from "../money.js";
import { answer, place, state } from "../store.js";
import { label, t } from "../words.js";

const FEW = 8; // options shown as buttons
const LIKE = { money: "money_like", rate: "rate_like", count: "count_like", months: "count_like", number: "number_like", text: "text_like", date: "date_like" };

/** `fact`: as the vocabulary declares it; `value`: what was answered, or undefined. */
export function field(item, name, fact, value) {
  const give = (text) => answer(item, name, text);
  const id = `f-${item ?? "applicant"}-${name}`;
  const asked = label(fact.question ?? fact.label);
  if (fact.kind === "bool" || fact.kind === "judgement") {
    return buttons(asked, [["true", t("yes")], ["false", t("no")]], value, give);
  }
  const options = Object.entries(fact.options ?? {}).map(([code, text]) => [code, label(text)]);
  if (options.length && options.length <= FEW) return buttons(asked, options, value, give);
  const refused = state.refused === place(item, name);
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const text = `${form.get("value") ?? ""}`.trim();
    if (text) give(written(fact.kind, text, form.get("unit")));
  };
  return html`<form class="field" @submit=${submit}>
    <div class="inputs">
      ${options.length ? choice(id, asked, options, value) : input(id, asked, fact, value, refused)}
      <button class="primary">${t("confirm")}</button>
      ${unknown(give)}
    </div>
    ${refused ? html`<p class="wrong" id="${id}-wrong" role="alert">${wrong(fact)}</p>` : nothing}
  </form>`;
}

const unknown = (give) => html`<button type="button" class="quiet" @click=${() => give("unknown")}>${t("not_known")}</button>`;

function buttons(asked, options, value, give) {
  return html`<div class="field options" role="group" aria-label=${asked}>
    ${options.map(
      ([code, text]) =>
        html`<button type="button" class="option" aria-pressed=${`${value === code}`} @click=${() => give(code)}>${text}</button>`,
    )}${unknown(give)}
  </div>`;
}

const choice = (id, asked, options, value) => html`<select id=${id} name="value" aria-label=${asked} required>
  <option value="" ?selected=${!value}>${t("pick")}</option>
  ${options.map(([code, text]) => html`<option value=${code} ?selected=${value === code}>${text}</option>`)}
</select>`;

function input(id, asked, fact, value, refused) {
  const { kind } = fact;
  const [text, unit] = split(kind, value);
  const wide = kind === "text" || kind === "date";
  return html`<input id=${id} name="value" type=${kind === "date" ? "date" : "text"} inputmode=${wide ? nothing : "decimal"}
      aria-label=${asked} aria-invalid=${refused ? "true" : nothing} aria-describedby=${refused ? `${id}-wrong` : nothing}
      autocomplete="off" required .value=${text} placeholder=${kind === "date" ? nothing : t(LIKE[kind])}>
    ${kind === "money"
      ? html`<select name="unit" aria-label=${t("unit")}>
          ${["元", "万元", "亿元"].map((one) => html`<option ?selected=${one === unit}>${one}</option>`)}
        </select>`
      : nothing}
    ${kind === "rate" ? html`<span class="unit">%</span>` : kind === "months" ? html`<span class="unit">${t("months")}</span>` : nothing}`;
}

/** A known value as the field shows it. */
function split(kind, value) {
  const text = value === undefined || value === "unknown" ? "" : value;
  const found = kind === "money" ? /^([\d.]+)(元|万元|亿元)$/.exec(text) : null;
  if (kind === "money") return found ? [found[1], found[2]] : ["", "万元"];
  return [kind === "rate" ? text.replace(/%$/, "") : text, ""];
}

/** What was typed, as an application states it. */
function written(kind, text, unit) {
  if (kind === "money") return typed(text, unit);
  if (kind === "rate") return `${text.replace(/[%％]$/, "")}%`;
  return text;
}

/** What an answer looks like, and what the service says about this one. */
function wrong(fact) {
  const [problem] = state.problems;
  const said = problem ? `${problem.meaning ? label(problem.meaning) : problem.message} ${problem.expected ?? ""}` : "";
  return html`${t("expected", t(LIKE[fact.kind] ?? "pick"))} <span class="small">${said}</span>`;
}

/** A value of a fact in words. */
export function shown(fact, value) {
  if (value === undefined || value === "unknown") return t("not_known");
  if (fact?.options?.[value]) return label(fact.options[value]);
  if (value === "true" || value === true) return t("yes");
  if (value === "false" || value === false) return t("no");
  if (fact?.kind === "money") {
    const amount = stated(value);
    return amount === null ? value : money(amount, state.lang);
  }
  if (fact?.kind === "months") return `${value} ${t("months")}`;
  return `${value}`;
}
