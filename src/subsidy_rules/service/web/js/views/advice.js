// Which change of one known fact would raise the ceiling, and what a text lets the applicant choose.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { post, Refused } from "../api.js";
import { fen, change } from "../money.js";
import { shown } from "../parts/field.js";
import { answer, changed, declared, put, request, state } from "../store.js";
import { colon, failing, label, t } from "../words.js";
import { itemName } from "./items.js";

const look = { of: null, found: null, failed: null };
const SHOWN = 12;

export function advice() {
  if (look.of !== state.answer) ask();
  if (look.failed) return html`<p class="wrong" role="alert">${failing(look.failed)}</p>`;
  if (!look.found) return nothing;
  const { advice: found, words } = look.found;
  return html`<section class="card" aria-labelledby="advice-head"><h2 id="advice-head">${t("advice")}</h2>
    <p class="hint">${label(found.notice)}</p>
    ${found.changes.length ? html`<ul class="told advice">${found.changes.slice(0, SHOWN).map(line)}</ul>` : html`<p class="empty">${t("advice_none")}</p>`}
    ${found.choices.length ? html`<h3>${t("choices")}</h3><ul class="dots">${found.choices.map((one, at) => choice(one, words.choices[at]))}</ul>` : nothing}
    ${found.later.length ? html`<h3>${t("later")}</h3><ul class="dots">${words.later.map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
  </section>`;
}

async function ask() {
  const mine = (look.of = state.answer);
  try {
    const found = await post("v1/advise", request());
    if (look.of === mine) Object.assign(look, { found, failed: null });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (look.of === mine) Object.assign(look, { found: null, failed: error });
  }
  changed();
}

/** What the text lets the applicant choose; where he has to name it, he can do so here. */
function choice(one, words) {
  const name = (rule) => put({ options: { ...state.application.options, [one.bound]: rule } });
  return html`<li>${words.bound} ${words.article} · ${words.thing} <span class="small">${words.reason}</span>
    <ul>${words.options.map(
      (option, at) => html`<li>${colon(option.option, option.total)}
        ${one.kind !== "option"
          ? nothing
          : one.named === one.options[at].rule
            ? html`<strong>${t("named")}</strong>`
            : html`<button type="button" class="link" @click=${() => name(one.options[at].rule.split("/").at(-1))}>${t("name_it")}</button>`}</li>`,
    )}</ul></li>`;
}

function line(one) {
  const fact = declared(one.item_kind, one.fact);
  const take = () => answer(one.item, one.fact, one.after);
  return html`<li><span class="fact">${one.item ? itemName(one.item, one.item_kind) : t("applicant")}</span>
    <span class="said">${t("advice_line", label(one.label), shown(fact, one.before), shown(fact, one.after))}
      <span class="moved up">▲ ${t("gain", change(fen(one.gain.ceiling) ?? 0n, state.lang))}</span></span>
    <button type="button" class="quiet small" @click=${take}>${t("try")}</button></li>`;
}
