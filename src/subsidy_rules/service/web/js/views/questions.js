// The questions that still matter, most yuan at stake first. One is open; the others are one line each.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { fen, money, percent } from "../money.js";
import { field } from "../parts/field.js";
import { changed, place, policy, state } from "../store.js";
import { label, listed, t } from "../words.js";
import { history, HISTORY } from "./history.js";
import { itemName } from "./items.js";

const SHOWN = 8;

export function questions() {
  const found = state.questions;
  if (!found) return nothing;
  const { asked, minor } = ranked(found);
  const open = asked.find((one) => one.key === state.current) ?? [...asked, ...minor, ...judged(found)].find((one) => one.key === state.current) ?? asked[0];
  const most = asked.reduce((best, one) => (one.stake !== null && one.stake > best ? one.stake : best), 0n);
  const line = (one) => question(one, one === open || one.key === open?.key, most);
  const judgements = judged(found);
  return html`<section class="card questions" aria-labelledby="questions-head">
    <h2 id="questions-head">${t("questions")}</h2>
    <p class="hint">${t("questions_hint")}</p>
    ${asked.length ? nothing : html`<p class="empty">${t("none_left")}</p>`}
    <ol class="asked">${repeat(asked.slice(0, SHOWN), (one) => one.key, line)}</ol>
    ${more(t("more_questions", asked.length - SHOWN), asked.slice(SHOWN), line)}
    ${more(t("judgements", judgements.length), judgements, line, t("judgements_hint"))}
    ${more(t("minor_questions", minor.length), minor, line)}
  </section>`;
}

function more(head, several, line, hint) {
  if (!several.length) return nothing;
  return html`<details class="more"><summary>${head}</summary>
    ${hint ? html`<p class="hint">${hint}</p>` : nothing}
    <ol class="asked">${repeat(several, (one) => one.key, line)}</ol></details>`;
}

/** What was answered with "not known" is asked no more, but stands among the known. */
function ranked(found) {
  const all = found.facts.map(entry).filter((one) => !state.unknown.has(one.key));
  if (found.history !== null && !state.unknown.has(HISTORY)) {
    const stake = fen(found.history);
    const at = all.findIndex((one) => one.stake !== null && one.stake < stake);
    all.splice(at < 0 ? all.length : at, 0, { key: HISTORY, stake });
  }
  return { asked: all.filter((one) => one.stake !== 0n), minor: all.filter((one) => one.stake === 0n) };
}

const judged = (found) => found.judgements.map(entry).filter((one) => !state.unknown.has(one.key));
const entry = (one) => ({ key: place(one.item, one.fact), stake: fen(one.at_stake), asked: one });

function question(one, open, most) {
  const { asked, key, stake } = one;
  const text = asked ? label(asked.question) : t("history_question");
  const size = stake === null ? t("at_stake_open") : stake === 0n ? t("no_stake") : t("at_stake", money(stake, state.lang));
  const cities = asked ? listed(asked.policies.map((id) => label(policy(id).jurisdiction.name))) : "";
  const id = `q-${key.replaceAll(/[^\w-]/g, "-")}`;
  return html`<li class="question ${open ? "open" : ""}" data-place=${key}>
    <button type="button" class="line" id=${id} aria-expanded=${`${open}`} @click=${() => show(open ? "" : key)}>
      <span class="ask">${asked?.item ? html`<span class="of">${itemName(asked.item, asked.item_kind)}</span>` : nothing}${text}</span>
      <span class="stake">${size}${gauge(stake, most)}</span>
    </button>
    ${open
      ? html`<div class="answer">${asked ? html`<p class="hint">${cities}</p>${field(asked.item, asked.fact, asked)}` : history()}</div>`
      : nothing}
  </li>`;
}

const gauge = (stake, most) => html`<svg class="gauge" width="100%" height="4" aria-hidden="true" focusable="false">
  <rect class="track" width="100%" height="4"></rect><rect class="fill" width="${stake === null ? 100 : percent(stake, most)}%" height="4"></rect></svg>`;

/** Open one question; "" closes all. */
export function show(key) {
  state.current = key === "" ? "none" : key;
  changed();
}
