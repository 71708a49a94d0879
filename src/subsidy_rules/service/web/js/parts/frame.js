// What stands around every page: its name, where one can go, the language, and what must never be overlooked.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { policy, speak, start, state, stateOf } from "../store.js";
import { colon, failing, label, listed, t } from "../words.js";
import { patterns } from "./bar.js";

export const PAGES = ["", "compare", "what-if", "report", "batch", "policies"];
const NAMES = { "": "calculator", compare: "compare", "what-if": "whatif", report: "report", batch: "batch", policies: "policies" };

export const nameOf = (page) => t(NAMES[page]);

export function frame(page, content) {
  return html`${patterns}
    <a class="skip" href="#content" @click=${toContent}>${t("skip")}</a>
    <header class="top">
      <p class="brand"><img src="icon.svg" width="28" height="28" alt=""> ${t("title")}</p>
      <nav aria-label=${t("pages")}>
        <ul>${PAGES.map((one) => html`<li><a href="#/${one}" aria-current=${one === page ? "page" : nothing}>${nameOf(one)}</a></li>`)}</ul>
      </nav>
      <div class="languages" role="group" aria-label=${t("language")}>
        ${[["zh", "中文"], ["en", "English"]].map(
          ([code, name]) => html`<button type="button" lang=${code} aria-pressed=${`${state.lang === code}`} @click=${() => speak(code)}>${name}</button>`,
        )}
      </div>
    </header>
    ${notice()}
    <main id="content" tabindex="-1">${state.failed ? failure() : nothing}${refused()}${content}</main>`;
}

/** Estimate, draft or in force, no entitlement, who decides. */
export function notice() {
  const names = (ids) => listed(ids.map((id) => label(policy(id).jurisdiction.name)));
  const states = ["draft", "in_force", "repealed"].map((status) => [status, state.chosen.filter((id) => policy(id).status === status)]);
  const unchecked = state.chosen.filter((id) => stateOf(id)?.dates_checked === false);
  return html`<aside class="notice" aria-label=${t("estimate")}>
    <p><strong>${t("estimate")}</strong> · ${t("no_entitlement")} · ${t("office")}</p>
    ${states.map(([status, ids]) => (ids.length ? html`<p>${badge(status)} ${names(ids)}</p>` : nothing))}
    ${unchecked.length ? html`<p>${colon(t("unchecked"), names(unchecked))}</p>` : nothing}
  </aside>`;
}

export const badge = (status) => html`<span class="badge ${status}">${t(status)}</span>`;

function toContent(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

function failure() {
  return html`<div class="wrong box" role="alert"><p>${failing(state.failed)}</p>
    ${state.policies.length ? nothing : html`<button type="button" @click=${start}>${t("retry")}</button>`}</div>`;
}

/** Problems that belong to no open field, as the service tells them. */
function refused() {
  if (!state.problems.length || (state.refused ?? "").includes("/")) return nothing;
  return html`<div class="wrong box" role="alert"><p>${t("refused")}</p>
    <ul>${state.problems.map((one) => html`<li><code>${one.code} ${one.field}</code> ${one.meaning ? label(one.meaning) : one.message} ${one.expected ? t("expected", one.expected) : ""}</li>`)}</ul></div>`;
}
