// What is claimed for: projects, contracts, products, people …, each added by its kind.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { money } from "../money.js";
import { add, drop, state, usedKinds } from "../store.js";
import { label, t } from "../words.js";

const FIRST = 6; // kinds shown at once

export function items() {
  const kinds = usedKinds();
  const size = (kind) => state.stakes[kind] ?? -1n;
  const ranked = Object.keys(state.stakes).length
    ? [...kinds].sort((one, other) => (size(other) > size(one) ? 1 : size(other) < size(one) ? -1 : 0))
    : kinds;
  return html`<section class="card" aria-labelledby="items-head">
    <h2 id="items-head">${t("items")}</h2>
    <p class="hint">${t("items_hint")}</p>
    ${state.application.items.length
      ? html`<ul class="chosen">${repeat(state.application.items, (one) => one.id, item)}</ul>`
      : nothing}
    <div class="kinds">${repeat(ranked.slice(0, FIRST), (kind) => kind, adder)}</div>
    ${ranked.length > FIRST
      ? html`<details class="more"><summary>${t("all_kinds", ranked.length)}</summary>
          <div class="kinds">${repeat(ranked.slice(FIRST), (kind) => kind, adder)}</div></details>`
      : nothing}
  </section>`;
}

export const kindLabel = (kind) => (state.vocabulary.items[kind] ? label(state.vocabulary.items[kind].label) : kind);

/** "项目 project-1": what an item is called on every page. */
export function itemName(id, kind) {
  return html`${kindLabel(kind)} <code>${id}</code>`;
}

const item = (one) => html`<li class="pill">${itemName(one.id, one.kind)}
  <button type="button" class="cross" aria-label=${`${t("remove")} ${kindLabel(one.kind)} ${one.id}`} @click=${() => drop(one.id)}>×</button></li>`;

function adder(kind) {
  const stake = state.stakes[kind];
  const text = stake === undefined ? "" : stake === null ? t("at_stake_open") : stake > 0n ? t("up_to", money(stake, state.lang)) : t("brings_none");
  return html`<button type="button" class="kind" @click=${() => add(kind)} aria-label=${`${t("add_item", kindLabel(kind))} ${text}`}>
    <span class="plus" aria-hidden="true">+</span><span>${kindLabel(kind)}</span><span class="small">${text}</span></button>`;
}
