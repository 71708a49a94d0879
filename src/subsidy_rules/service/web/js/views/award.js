// One award: a line that opens its reasons. Every word about amounts comes from the service.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { fen, money, most } from "../money.js";
import { bar } from "../parts/bar.js";
import { changed, declared, kindOf, place, policy, state } from "../store.js";
import { article, colon, label, listed, say, t } from "../words.js";
import { HISTORY } from "./history.js";
import { itemName } from "./items.js";

/** What an award adds to the ceiling, in fen; where that is open, the most of what has a figure. */
export const worth = (one) => (one.settled === null ? 0n : (fen(one.settled.ceiling) ?? fen(one.settled.assured)));

export function award({ one, words }, scale) {
  const out = one.status === "ineligible" || one.status === "not_in_force";
  return html`<li><details class="award ${one.status}">
    <summary>
      <span class="what"><span class="article">${article(one.article)}</span> ${label(one.title)}
        ${one.item ? html`<span class="of">${itemName(one.item, kindOf(one.item))}</span>` : nothing}</span>
      <span class="figures">${figure(one, out)} <span class="state ${one.status}">${say("status", one.status)}</span></span>
      ${one.settled && !out && scale ? bar(fen(one.settled.assured), fen(one.settled.ceiling), scale, true) : nothing}
    </summary>
    ${reasons(one, words ?? {}, out)}
  </details></li>`;
}

function figure(one, out) {
  if (out) return nothing;
  if (one.settled === null) return html`<span class="amount">${say("reason", one.reason)}</span>`;
  return html`<span class="amount">${span(one.settled)}</span>`;
}

/** "0元 – 50万元"; one amount where both are the same. */
export function span(interval) {
  const [low, high] = [money(fen(interval.assured), state.lang), money(fen(interval.ceiling), state.lang)];
  return low === high ? low : `${low} – ${high}`;
}

export function reasons(one, words, out = false) {
  const part = (head, lines) => (lines?.length ? html`<div class="part"><h5>${head}</h5><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>` : nothing);
  const lowered = both(words.lowered ?? []);
  return html`<div class="reasons">
    <p class="clause">${label(policy(one.policy).jurisdiction.name)} ${article(one.article)} · ${say("payee", one.payee)} · ${say("form", one.form)}
      · <a href="#/policies/${one.policy}/${one.rule}">${t("see")}</a></p>
    ${one.approved ? html`<p>${t("approved")}${one.below_assured ? ` · ${t("below_assured")}` : ""}</p>` : nothing}
    ${one.reason ? html`<p>${say("reason", one.reason)}</p>` : nothing}
    ${out || one.due === null ? nothing : waterfall(one)}
    ${part(t("unmet"), words.unmet)}
    ${part(t("lowered"), lowered)}
    ${part(t("beaten"), words.beaten_by)}
    ${part(t("contested"), words.contested)}
    ${out ? nothing : part(t("missing"), one.missing.map((name) => waits(one, name)))}
    ${out ? nothing : part(t("judged"), one.judgements.map((name) => waits(one, name)))}
    ${part(t("subject_to"), words.subject_to)}
    ${part(t("assumptions"), one.assumptions.map(read))}
    <p class="clause">${colon(t("department"), listed(one.department))}</p>
  </div>`;
}

/** A step of both runs is told once. */
function both(steps) {
  const low = steps.filter((one) => one.run === "low").map((one) => one.text);
  const high = steps.filter((one) => one.run === "high").map((one) => one.text);
  if (low.join() === high.join()) return high;
  return steps.map((one) => colon(say("run", one.run), one.text));
}

/** By the rule itself, alone, and with all others: where the money goes. */
function waterfall(one) {
  const rows = [["due", one.due], ["standalone", one.standalone], ["settled", one.settled]].filter(([, amounts]) => amounts);
  const scale = most(rows.map(([, amounts]) => fen(amounts.ceiling) ?? fen(amounts.assured)));
  return html`<table class="waterfall">
    <tbody>${rows.map(
      ([name, amounts]) => html`<tr><th scope="row">${t(name)}</th><td>${span(amounts)}</td>
        <td class="drawn">${scale ? bar(fen(amounts.assured), fen(amounts.ceiling), scale, true) : nothing}</td></tr>`,
    )}</tbody></table>`;
}

/** A fact that the award waits for; where it can be answered, a way to its question. */
function waits(one, name) {
  if (name === "history") return opener(HISTORY, t("history"));
  const kind = kindOf(one.item);
  const fact = declared(kind, name);
  if (!fact) return name;
  return opener(place(state.vocabulary.items[kind]?.facts[name] ? one.item : null, name), label(fact.label));
}

function opener(key, text) {
  const go = () => {
    state.unknown.delete(key);
    state.current = key;
    if (state.route[0]) location.hash = "#/";
    changed();
    requestAnimationFrame(() => requestAnimationFrame(reach));
  };
  return html`<button type="button" class="link" @click=${go} aria-label=${t("answer_it", text)}>${text}</button>`;
}

/** The open question, wherever it stands. */
export function reach() {
  const open = document.querySelector(".question.open");
  const folded = open?.closest("details");
  if (folded) folded.open = true;
  open?.querySelector("button.line")?.focus();
  open?.scrollIntoView({ block: "center" });
}

const read = (assumed) => html`${label(assumed.says)}${assumed.alternatives.length
  ? html`<ul>${assumed.alternatives.map((other) => html`<li>${t("other_reading", label(other))}</li>`)}</ul>`
  : nothing}`;
