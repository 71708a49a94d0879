// The result: per city both amounts, a bar, what is open, and every award with its reasons.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { fen, money, most } from "../money.js";
import { amounts, bar } from "../parts/bar.js";
import { badge } from "../parts/frame.js";
import { policy, state, totals } from "../store.js";
import { award, worth } from "./award.js";
import { label, say, t } from "../words.js";

export function results() {
  const { answer } = state;
  const found = totals(answer);
  const scale = scaleOf(found);
  return html`<section class="card results" aria-labelledby="results-head">
    <h2 id="results-head" tabindex="-1">${t("results")}</h2>
    ${answer ? repeat(answer.policies, (one) => one.id, (one) => city(one, found[one.id], scale)) : html`<p class="empty">${t("wait")}</p>`}
  </section>`;
}

/** The longest bar: every amount that is shown beside it. */
export const scaleOf = (found) => most(Object.values(found).map((one) => (one.assured > one.ceiling ? one.assured : one.ceiling)));

function city(one, total, scale) {
  const sheet = sheetOf(one.id);
  return html`<article class="city" data-city=${one.id}>
    <h3>${label(policy(one.id).jurisdiction.name)} ${badge(one.status)}</h3>
    ${amounts(total, state.before?.[one.id])}
    ${bar(total.assured, total.ceiling, scale)}
    <p class="counts">${counts(one.id, total)}</p>
    ${others(one.id)}
    <details class="awards"><summary>${t("awards")}</summary>${awards(one.id)}</details>
    ${sheet ? notices(sheet) : nothing}
  </article>`;
}

export const sheetOf = (id) => state.words?.table?.find((one) => one.policy === id);

/** Distinct facts and judgements that the awards of a policy wait for. */
export function waiting(id) {
  const mine = state.answer.awards.filter((one) => one.policy === id);
  const distinct = (names) => new Set(mine.flatMap((one) => one[names].map((name) => `${one.item}/${name}`))).size;
  return { missing: distinct("missing"), judgements: distinct("judgements") };
}

function counts(id, total) {
  const { missing, judgements } = waiting(id);
  const parts = [
    total.open ? t("open_count", total.open) : "",
    missing ? t("missing_count", missing) : "",
    judgements ? t("judgement_count", judgements) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Money of other payees and other classes: never added to the applicant's cash. */
export function others(id) {
  const found = state.answer.totals.filter(
    (one) => one.policy === id && !(one.payee === "applicant" && one.kind === "cash") && (fen(one.ceiling) > 0n || one.open.length),
  );
  return found.map(
    (one) => html`<p class="others">${t("others", say("payee", one.payee), say("kind", one.kind))}
      ${money(fen(one.assured), state.lang)} – ${money(fen(one.ceiling), state.lang)}</p>`,
  );
}

/** By what becomes of them: those that count, those without a figure, those that lose, those that fail. */
export function sorted(id) {
  const groups = { counted: [], unquantified: [], lost: [], ineligible: [] };
  state.answer.awards.forEach((one, at) => {
    if (one.policy !== id) return;
    groups[groupOf(one)].push({ one, words: state.words?.awards?.[at] });
  });
  groups.counted.sort((a, b) => (worth(b.one) > worth(a.one) ? 1 : worth(b.one) < worth(a.one) ? -1 : 0));
  return groups;
}

function groupOf(one) {
  if (one.status === "ineligible" || one.status === "not_in_force") return "ineligible";
  if (one.settled === null) return "unquantified";
  return worth(one) > 0n || fen(one.settled.assured) > 0n ? "counted" : "lost";
}

function awards(id) {
  const groups = sorted(id);
  const scale = most(groups.counted.map(({ one }) => worth(one)));
  const list = (several) => html`<ul class="award-list">${repeat(several, ({ one }) => `${one.rule}:${one.item}`, (entry) => award(entry, scale))}</ul>`;
  const group = (head, several) => (several.length ? html`<h4>${head}</h4>${list(several)}` : nothing);
  const shown = groups.counted.length + groups.unquantified.length + groups.lost.length;
  return html`${shown ? nothing : html`<p class="empty">${t("no_awards")}</p>`}
    ${group(t("counted"), groups.counted)} ${group(t("unquantified"), groups.unquantified)} ${group(t("lost"), groups.lost)}
    ${groups.ineligible.length
      ? html`<details class="more"><summary>${t("ineligible", groups.ineligible.length)}</summary>${list(groups.ineligible)}</details>`
      : nothing}`;
}

export const notices = (sheet) => html`<ul class="notices">
  ${sheet.notices.map((text) => html`<li>${text}</li>`)}${sheet.subject_to.map((text) => html`<li>${text}</li>`)}</ul>`;
