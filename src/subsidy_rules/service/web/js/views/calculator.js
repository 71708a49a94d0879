// The calculator: cities, what is claimed for, questions by what is at stake, and the result that moves with every answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { amounts } from "../parts/bar.js";
import { again, choose, policy, put, request, state, totals } from "../store.js";
import { file, save } from "../parts/files.js";
import { badge } from "../parts/frame.js";
import { label, t } from "../words.js";
import { items } from "./items.js";
import { known } from "./known.js";
import { questions } from "./questions.js";
import { results } from "./results.js";

export function calculator() {
  const chosen = state.chosen.length > 0;
  return html`<h1 tabindex="-1">${t("title")}</h1>
    ${cities()}
    ${chosen
      ? html`<div class="columns">
          <div class="asking">${items()}${questions()}</div>
          <div class="answering" id="results">${results()}</div>
          <div class="told-part">${known()}${storing()}</div>
        </div>
        ${footing()}`
      : html`<p class="empty">${t("choose_first")}</p>${storing()}`}`;
}

function cities() {
  return html`<section class="card cities" aria-labelledby="cities-head">
    <h2 id="cities-head">${t("choose")}</h2>
    <p class="hint">${t("choose_hint")}</p>
    <ul class="choices">${state.policies.map(city)}</ul>
    ${state.chosen.length ? when() : nothing}
  </section>`;
}

const city = (one) => html`<li><label class="choice">
  <input type="checkbox" .checked=${state.chosen.includes(one.id)} @change=${(event) => choose(one.id, event.target.checked)}>
  <span class="name">${label(one.jurisdiction.name)}</span> ${badge(one.status)}
  <span class="title">${label(one.title)}</span>
</label></li>`;

function when() {
  const { year, date } = state.application;
  const year_ = (event) => /^20\d\d$/.test(event.target.value) && put({ year: Number(event.target.value) });
  const name = (event) => put({ applicant: { ...state.application.applicant, id: event.target.value.trim().replace(/\s+/g, "-") || "applicant" } });
  return html`<div class="when">
    <label>${t("name")} <input type="text" maxlength="64" autocomplete="off" .value=${state.application.applicant.id} @change=${name}></label>
    <label>${t("year")} <input type="number" min="2000" max="2099" .value=${`${year}`} @change=${year_}></label>
    <label>${t("date")} <input type="date" .value=${date ?? ""} @change=${(event) => put({ date: event.target.value })}>
      <span class="hint">${t("date_hint")}</span></label>
  </div>`;
}

function storing() {
  return html`<section class="card storing" aria-label=${t("save")}>
    <div class="actions">
      ${state.chosen.length ? html`<button type="button" @click=${keep}>${t("save")}</button>` : nothing}
      ${file(t("load"), ".yaml,.yml,.json")}
      ${state.chosen.length ? html`<button type="button" class="quiet" @click=${again}>${t("again")}</button>` : nothing}
    </div>
    <p class="hint">${t("stored")}</p>
  </section>`;
}

function keep() {
  const text = JSON.stringify(request().application, null, 2) + "\n";
  save(new Blob([text], { type: "application/json" }), "application.json");
}

/** On a phone the result is below: its best line stays in view. */
function footing() {
  const found = totals(state.answer);
  const ids = Object.keys(found);
  if (!ids.length) return nothing;
  const best = ids.reduce((one, other) => (found[other].ceiling > found[one].ceiling ? other : one));
  return html`<aside class="footing" aria-label=${t("results")}>
    <p class="where">${label(policy(best).jurisdiction.name)}</p>${amounts(found[best], null)}
    <a class="button" href="#results" @click=${toResults}>${t("see_results")}</a>
  </aside>`;
}

function toResults(event) {
  event.preventDefault();
  const head = document.getElementById("results-head");
  head.focus();
  head.scrollIntoView();
}
