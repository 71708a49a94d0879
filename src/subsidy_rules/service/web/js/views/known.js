// What was told, by applicant and item; every line can be changed or taken back.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { field, shown } from "../parts/field.js";
import { changed, declared, place, state } from "../store.js";
import { label, t } from "../words.js";
import { history, HISTORY } from "./history.js";
import { itemName } from "./items.js";

export function known() {
  const groups = told();
  return html`<section class="card known" aria-labelledby="known-head">
    <h2 id="known-head">${t("known")}</h2>
    ${groups.length ? groups.map(group) : html`<p class="empty">${t("nothing_known")}</p>`}
    ${past()}
  </section>`;
}

function told() {
  const { applicant, items } = state.application;
  const places = [{ id: null, kind: null, facts: applicant.facts }, ...items];
  return places.map((one) => ({ ...one, lines: lines(one) })).filter((one) => one.lines.length);
}

function lines({ id, kind, facts }) {
  const stated = Object.entries(facts).map(([fact, value]) => ({ item: id, kind, fact, value }));
  const seen = new Set(stated.map((one) => one.fact));
  const unknown = [...state.unknown]
    .filter((key) => key !== HISTORY && key.split("/")[0] === (id ?? ""))
    .map((key) => key.split("/")[1])
    .filter((fact) => !seen.has(fact))
    .map((fact) => ({ item: id, kind, fact, value: undefined }));
  return [...stated, ...unknown];
}

const FEW = 8; // lines that need no folding

function group(one, _, all) {
  const head = one.id === null ? t("applicant") : itemName(one.id, one.kind);
  const open = all.length === 1 || one.lines.length <= FEW;
  return html`<details class="more" ?open=${open}><summary>${head} (${one.lines.length})</summary>
    <ul class="told">${repeat(one.lines, (entry) => place(entry.item, entry.fact), line)}</ul></details>`;
}

function line({ item, kind, fact, value }) {
  const found = declared(kind, fact);
  const key = place(item, fact);
  const open = state.editing === key;
  const name = found ? label(found.label) : fact;
  const toggle = () => {
    state.editing = open ? null : key;
    changed();
  };
  return html`<li><span class="fact">${name}</span> <span class="said">${shown(found, value)}</span>
    <button type="button" class="quiet small" aria-expanded=${`${open}`} aria-label=${`${t(open ? "close" : "edit")}: ${name}`} @click=${toggle}>${t(open ? "close" : "edit")}</button>
    ${open && found ? field(item, fact, found, value) : nothing}</li>`;
}

/** Earlier grants, once they were spoken of. */
function past() {
  const { grants, history: told } = state.application;
  if (!grants.length && told === "partial" && !state.unknown.has(HISTORY)) return nothing;
  return html`<h3>${t("history")}</h3>${history()}`;
}
