// The browser of policies: every article with its rules, figures, readings, cases and findings.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { Refused, get } from "../api.js";
import { badge } from "../parts/frame.js";
import { changed, state } from "../store.js";
import { article, label, t } from "../words.js";
import { provision, silences } from "./provision.js";

const pages = {}; // policy → as GET /v1/policies/{id} gives it
const look = { find: "", shown: null };

export function policies() {
  const [, id, entry] = state.route;
  if (!id) return list();
  const page = pages[id];
  if (!page) return html`<h1 tabindex="-1">${t("policies")}</h1><p class="empty">${t("wait")}</p>`;
  arrive(page, entry);
  return one(page);
}

/** The address names a policy: ask for it. */
export async function entered() {
  const [, id] = state.route;
  if (!id || pages[id]) return;
  try {
    pages[id] = await get(`v1/policies/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.failed = error;
  }
  changed();
}

const list = () => html`<h1 tabindex="-1">${t("policies")}</h1><p class="hint">${t("policies_hint")}</p>
  <ul class="shelf">${state.policies.map(
    (each) => html`<li class="card"><h2><a href="#/policies/${each.id}">${label(each.jurisdiction.name)}</a> ${badge(each.status)}</h2>
      <p>${label(each.title)}</p><p class="hint">${t("rules_count", each.rules)} · ${t("bounds_count", each.bounds)}</p></li>`,
  )}</ul>`;

function one(page) {
  const { entry } = page;
  const found = page.findings ?? null;
  const sought = look.find.trim().toLowerCase();
  const shown = page.provisions.filter((each) => !sought || text(each).includes(sought));
  const articles = [...new Set(shown.map((each) => each.article))];
  const seek = (event) => {
    look.find = event.target.value;
    changed();
  };
  return html`<p><a href="#/policies">← ${t("policies")}</a></p>
    <h1 tabindex="-1">${label(entry.jurisdiction.name)} ${badge(entry.status)}</h1>
    <p>${label(entry.title)}</p>
    <p class="hint">${t("rules_count", entry.rules)} · ${t("bounds_count", entry.bounds)} · SHA-256 <code>${entry.sha256.slice(0, 12)}…</code></p>
    <label class="seek">${t("find")} <input type="search" .value=${look.find} @input=${seek}></label>
    ${sought ? nothing : html`<nav class="jump" aria-label=${t("policies")}>${articles.map((name) => html`<a href="#/policies/${entry.id}/@${name}">${article(name)}</a>`)}</nav>`}
    ${page.assumes.length && !sought ? html`<section class="card"><h2>${t("general")}</h2>${silences(page.assumes)}</section>` : nothing}
    ${shown.length ? nothing : html`<p class="empty">${t("no_match")}</p>`}
    ${repeat(articles, (name) => name, (name) => html`<section class="article-part" id="article-${name}"><h2>${article(name)}</h2>
      ${repeat(shown.filter((each) => each.article === name), (each) => each.id, (each) => provision(each, page, found))}</section>`)}
    ${found ? nothing : html`<p class="hint">${t("no_findings")}</p>`}`;
}

const text = (each) => JSON.stringify([each.id, each.title, each.says, each.figures, each.department, each.when, each.assumes]).toLowerCase();

/** An address that names an entry or @article goes there, once. */
function arrive(page, entry) {
  const key = `${page.entry.id}/${entry ?? ""}`;
  if (look.shown === key) return;
  look.shown = key;
  if (!entry) return;
  look.find = "";
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const there = document.getElementById(entry.startsWith("@") ? `article-${entry.slice(1)}` : `entry-${entry}`);
    there?.scrollIntoView();
    there?.querySelector("h2, h3")?.setAttribute("tabindex", "-1");
    there?.querySelector("h2, h3")?.focus();
  }));
}
