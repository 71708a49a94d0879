// What if: one quantity varies, everything else stays. The curve and its cliffs come from the engine, through the service.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Refused, post } from "../api.js";
import { known, value, withFact } from "../application.js";
import { rawOf, textOf } from "../axis.js";
import { fen, money } from "../money.js";
import { amounts } from "../parts/bar.js";
import { drawn, within } from "../parts/curve.js";
import { shown } from "../parts/field.js";
import { badge } from "../parts/frame.js";
import { answer, changed, place, policy, request, state, totals } from "../store.js";
import { failing, label, listed, say, t } from "../words.js";
import { advice } from "./advice.js";
import { kindLabel } from "./items.js";
import { needed } from "./needed.js";

const QUANTITIES = new Set(["money", "rate", "number", "count", "months"]);
const STEPS = 1000; // of the slider, at most
const FAR = 1000; // times the turn before
const PAUSE = 150; // ms after the slider's last move

/** What is looked at: the place, the answer it belongs to, a curve by policy, how far, the slider, amounts there. */
const look = { key: null, of: null, curves: {}, upto: 0, at: null, text: "", found: null, lang: "", failed: null };
let later = 0;

export function whatIf() {
  if (!state.answer) return html`<h1 tabindex="-1">${t("whatif")}</h1>${needed()}`;
  const found = quantities();
  if (found.length && (look.of !== state.answer || !found.some((one) => one.key === look.key))) {
    open(found.some((one) => one.key === look.key) ? look.key : first(found), found);
  }
  return html`<h1 tabindex="-1">${t("whatif")}</h1><p class="hint">${t("whatif_hint")}</p>
    ${found.length ? html`<section class="card">${picker(found)}${playing(found)}</section>` : html`<p class="empty">${t("no_quantity")}</p>`}
    ${advice()}`;
}

/** Every quantity that a chosen policy reads, of the applicant and of each item. */
function quantities() {
  const places = [{ id: null, kind: null, facts: state.vocabulary.applicant }];
  for (const one of state.application.items) places.push({ id: one.id, kind: one.kind, facts: state.vocabulary.items[one.kind]?.facts ?? {} });
  return places.flatMap(({ id, kind, facts }) =>
    Object.entries(facts)
      .filter(([, fact]) => QUANTITIES.has(fact.kind) && fact.policies.some((one) => state.chosen.includes(one)))
      .map(([name, fact]) => ({ key: place(id, name), item: id, kind, name, fact, told: value(state.application, id, name) })),
  );
}

/** A known quantity first, of those the one that most rules read. */
const first = (found) => [...found].sort((a, b) => known(b.told) - known(a.told) || b.fact.rules.length - a.fact.rules.length)[0].key;

async function open(key, found) {
  const one = found.find((other) => other.key === key);
  const mine = state.answer;
  Object.assign(look, { key, of: mine, curves: {}, at: null, found: null, failed: null });
  const place_ = { fact: one.name, ...(one.item === null ? {} : { item: one.item }) };
  try {
    const readers = state.chosen.filter((id) => one.fact.policies.includes(id));
    const curves = await Promise.all(readers.map((id) => post("v1/curve", { ...request(state.application, [id]), ...place_ })));
    if (look.of !== mine || look.key !== key) return;
    look.curves = Object.fromEntries(readers.map((id, at) => [id, curves[at]]));
    look.upto = reach(curves, one.told);
    move(one, rawOf(curves[0].kind, one.told) ?? 0, 0);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    look.failed = error;
  }
  changed();
}

/** How far it is worth looking: past the last place where an amount still changes, and past what is told. */
function reach(curves, told) {
  const turns = curves.flatMap(({ points }) => points.flatMap((one, at) => (at && !same(one, points[at - 1]) ? [one.raw, points[at - 1].raw] : [])));
  const [end, ...rest] = [...new Set(turns)].sort((a, b) => b - a);
  const last = end > FAR * (rest[0] || 1) ? rest[0] : end; // growth without a limit goes to the end of the legal range
  return Math.ceil(Math.max(last ?? 0, (rawOf(curves[0].kind, told) ?? 0) * 1.3, 8) * 1.25);
}

const same = (one, other) => one.assured === other.assured && one.ceiling === other.ceiling;

const whole = (kind) => kind === "count" || kind === "months";

/** Of the slider: one for each whole number, where there are few. */
const steps = (kind) => (whole(kind) ? Math.min(STEPS, look.upto) : STEPS);

/** A round value for a place of the slider. */
function rounded(raw, kind) {
  const unit = whole(kind) ? 1 : 10 ** Math.max(0, Math.floor(Math.log10(look.upto / STEPS)));
  return Math.round(raw / unit) * unit;
}

function move(one, raw, pause = PAUSE) {
  look.at = raw;
  look.text = textOf(one.fact.kind, raw);
  clearTimeout(later);
  later = setTimeout(() => settle(one, look.text), pause);
  changed();
}

/** What the engine says at the slider. */
async function settle(one, text) {
  const mine = look.of;
  try {
    const { comparison } = await post("v1/compare", request(withFact(state.application, one.item, one.name, text)));
    if (look.of !== mine || look.text !== text) return;
    look.found = Object.fromEntries(comparison.policies.map((other) => [other.policy, { assured: fen(other.assured), ceiling: fen(other.ceiling) }]));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    look.failed = error;
  }
  changed();
}

function picker(found) {
  const name = (one) => `${one.item ? `${kindLabel(one.kind)} ${one.item}: ` : ""}${label(one.fact.label)}${known(one.told) ? ` (${shown(one.fact, one.told)})` : ""}`;
  return html`<label class="pick">${t("quantity")}
    <select @change=${(event) => open(event.target.value, found)}>
      ${found.map((one) => html`<option value=${one.key} ?selected=${one.key === look.key}>${name(one)}</option>`)}
    </select></label>`;
}

function playing(found) {
  if (look.failed) return html`<p class="wrong" role="alert">${failing(look.failed)}</p>`;
  const ids = Object.keys(look.curves);
  if (!ids.length) return html`<p class="empty">${t("wait")}</p>`;
  const one = found.find((other) => other.key === look.key);
  const moving = ids.filter((id) => !flat(look.curves[id]));
  const still = state.chosen.filter((id) => !moving.includes(id));
  return html`${slider(one)}
    <div class="readout" aria-live="polite">${moving.map((id) => readout(id))}</div>
    ${moving.map((id) => course(id, one))}
    ${still.length ? html`<p class="hint">${t("flat", listed(still.map((id) => label(policy(id).jurisdiction.name))))}</p>` : nothing}`;
}

const flat = (curve) => curve.points.every((one) => same(one, curve.points[0]));

function slider(one) {
  const name = label(one.fact.label);
  const slide = (event) => move(one, rounded((look.upto * event.target.value) / steps(one.fact.kind), one.fact.kind));
  const take = () => answer(one.item, one.name, look.text);
  return html`<div class="slider">
    <label class="unseen" for="slider">${t("slider", name)}</label>
    <input id="slider" type="range" min="0" max=${steps(one.fact.kind)} .value=${`${Math.round((look.at / look.upto) * steps(one.fact.kind))}`}
      aria-valuetext=${shown(one.fact, look.text)} @input=${slide}>
    <p><strong>${name}: <output>${shown(one.fact, look.text)}</output></strong>
      ${look.text === one.told ? html`<span class="small">${t("now")}</span>` : html`<button type="button" class="small" @click=${take}>${t("use_value")}</button>`}
      <label class="small upto">${t("upper")} ${shown(one.fact, textOf(one.fact.kind, look.upto))}
        <button type="button" class="small" aria-label=${`${t("upper")} ×2`} @click=${() => zoom(2)}>×2</button>
        <button type="button" class="small" aria-label=${`${t("upper")} ÷2`} @click=${() => zoom(0.5)}>÷2</button></label></p>
  </div>`;
}

function zoom(by) {
  look.upto = Math.max(2, Math.ceil(look.upto * by));
  look.at = Math.min(look.at, look.upto);
  changed();
}

function readout(id) {
  const now = look.found?.[id];
  return html`<div><h3>${label(policy(id).jurisdiction.name)} ${badge(policy(id).status)}</h3>${now ? amounts(now, totals(state.answer)[id]) : html`<p class="empty">${t("wait")}</p>`}</div>`;
}

function course(id, one) {
  const curve = look.curves[id];
  const points = within(curve, look.upto);
  const edges = [...curve.cliffs.map((edge) => ({ ...edge, kind: "cliff" })), ...(curve.steps ?? []).map((edge) => ({ ...edge, kind: "jump" }))];
  const marks = edges
    .filter((edge) => edge.last_raw <= look.upto)
    .sort((a, b) => a.last_raw - b.last_raw)
    .map((edge, at) => ({ ...edge, raw: edge.last_raw, number: at + 1, height: fen(edge.after) }));
  const name = label(policy(id).jurisdiction.name);
  return html`<figure class="course">
    <figcaption>${name}: ${t("assured")} ─ · ${t("ceiling")} ┄</figcaption>
    ${drawn(points, look.upto, marks, { now: rawOf(curve.kind, one.told), at: look.at }, t("curve_of", name, t("ceiling"), label(one.fact.label)))}
    <p class="ends"><span>${shown(one.fact, textOf(one.fact.kind, 0))}</span><span>${shown(one.fact, textOf(one.fact.kind, look.upto))}</span></p>
    <h3>${t("cliffs")}</h3>
    ${marks.length ? html`<ol class="edges">${marks.map((edge) => html`<li class=${edge.kind}>${sentence(edge, one)}</li>`)}</ol>` : html`<p class="hint">${t("no_jumps")}</p>`}
    <details class="more"><summary>${t("points")}</summary>${table(points, one)}</details>
  </figure>`;
}

function sentence(edge, one) {
  const [before, after] = [fen(edge.before), fen(edge.after)];
  const size = before > after ? before - after : after - before;
  const [at, ...sums] = [shown(one.fact, edge.last), ...[before, after, size].map((amount) => money(amount, state.lang))];
  return `${edge.kind === "cliff" ? "▼" : "▲"} ${t(edge.kind, at, say("run", edge.amount === "assured" ? "low" : "high"), ...sums)}`;
}

const table = (points, one) => html`<div class="wide" role="region" tabindex="0" aria-label=${t("points")}><table class="side"><thead><tr>
  <th scope="col">${label(one.fact.label)}</th><th scope="col">${t("assured")}</th><th scope="col">${t("ceiling")}</th></tr></thead>
  <tbody>${points.filter((point) => point.at !== null).map((point) => html`<tr><td>${shown(one.fact, point.at)}</td>
    <td>${money(fen(point.assured), state.lang)}</td><td>${money(fen(point.ceiling), state.lang)}</td></tr>`)}</tbody></table></div>`;

