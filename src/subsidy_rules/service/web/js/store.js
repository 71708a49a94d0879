// All that the pages know, in memory alone: nothing is stored in the browser. One object, changed by the functions here.

import { Refused, get, post } from "./api.js";
import { blank, completed, known, stated, value, withFact, withItem, withoutItem } from "./application.js";
import { fen } from "./money.js";

/** Today in China, where the budget years end. */
const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());

export const state = {
  lang: "zh",
  route: [""],
  policies: [], // as GET /v1/policies lists them
  vocabulary: { applicant: {}, items: {} },
  chosen: [], // ids, in the order of the service
  application: blank(today),
  answer: null, // the assessment
  words: null, // about it, in the language of the page
  questions: null,
  stakes: {}, // kind of item → fen that one more of it may bring
  before: null, // totals by policy before the last answer
  unknown: new Set(), // places that were answered with "not known"
  current: null, // the question that is open
  editing: null, // the known fact that is open
  follow: false, // whether the focus goes to the next question
  problems: [],
  refused: null, // place whose answer was refused
  busy: false,
  failed: null,
};

const listeners = [];
export const onChange = (listener) => listeners.push(listener);
export const changed = () => listeners.forEach((listener) => listener());

export const place = (item, fact) => `${item ?? ""}/${fact}`;

export async function start() {
  try {
    const [listed, vocabulary] = await Promise.all([get("v1/policies"), get("v1/vocabulary")]);
    Object.assign(state, { policies: listed.policies, vocabulary: arranged(vocabulary), failed: null });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.failed = error;
  }
  changed();
}

/** Facts of the applicant by name, and item kinds with theirs. */
function arranged({ kinds, facts }) {
  const items = Object.fromEntries(kinds.map((kind) => [kind.name, { ...kind, facts: {} }]));
  const applicant = {};
  for (const fact of facts) (fact.item_kind === null ? applicant : items[fact.item_kind].facts)[fact.name] = fact;
  return { applicant, items };
}

/** What a request about the chosen policies says. */
export const request = (application = state.application, policies = state.chosen) => ({
  policies,
  application: stated(application),
  lang: state.lang,
});

/** The totals of cash to the applicant, by policy. */
export function totals(answer) {
  const found = {};
  for (const total of answer?.totals ?? []) {
    if (total.payee === "applicant" && total.kind === "cash") {
      found[total.policy] = { assured: fen(total.assured), ceiling: fen(total.ceiling), open: total.open.length };
    }
  }
  return found;
}

let asked = 0;

/** Ask the service again. The answer to an older question is dropped; a refused application is not taken. */
async function ask(application, where = null) {
  const mine = (asked += 1);
  if (!state.chosen.length) {
    Object.assign(state, { application, answer: null, questions: null, stakes: {}, before: null, problems: [] });
    return changed();
  }
  state.busy = true;
  changed();
  try {
    const body = request(application);
    const [{ assessment, words }, { questions }] = await Promise.all([
      post("v1/assess", { ...body, explain: ["awards", "table"] }),
      post("v1/questions", body),
    ]);
    if (mine !== asked) return;
    const before = state.answer && totals(state.answer);
    const taken = { application, answer: assessment, words, questions, before };
    Object.assign(state, taken, { problems: [], refused: null, failed: null });
    weighKinds(mine);
  } catch (error) {
    if (mine !== asked) return;
    if (!(error instanceof Refused)) throw error;
    Object.assign(state, error.problems.length ? { problems: error.problems, refused: where } : { failed: error });
  }
  state.busy = false;
  changed();
}

/** What one more thing of each kind may bring: a help beside the answer, which stands without it where the service refuses. */
async function weighKinds(mine) {
  try {
    const { items } = await post("v1/items", request());
    if (mine !== asked) return;
    state.stakes = Object.fromEntries(items.map((one) => [one.kind, fen(one.ceiling)]));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.stakes = {};
  }
  changed();
}

/** The kinds of item that a chosen policy asks for. */
export function usedKinds() {
  return Object.keys(state.vocabulary.items).filter((kind) =>
    state.vocabulary.items[kind].policies.some((id) => state.chosen.includes(id)),
  );
}

/** A fact of an item of a kind (null: of the applicant), as the vocabulary declares it; an award may read both. */
export const declared = (kind, fact) => state.vocabulary.items[kind]?.facts[fact] ?? state.vocabulary.applicant[fact];
export const kindOf = (item) => state.application.items.find((one) => one.id === item)?.kind ?? null;
export const policy = (id) => state.policies.find((one) => one.id === id);
export const stateOf = (id) => state.answer?.policies.find((one) => one.id === id);

// Actions

export function choose(id, wanted) {
  const ids = new Set(state.chosen);
  if (wanted) ids.add(id);
  else ids.delete(id);
  state.chosen = state.policies.map((one) => one.id).filter((one) => ids.has(one));
  state.answer = null;
  return ask(state.application);
}

export function put(changes) {
  return ask({ ...state.application, ...changes }, Object.keys(changes)[0]);
}

/** One answer. "unknown" is one. */
export async function answer(item, fact, text) {
  const where = place(item, fact);
  const had = known(value(state.application, item, fact));
  if (text !== "unknown" || had) await ask(withFact(state.application, item, fact, text === "unknown" ? undefined : text), where);
  if (state.refused === where) return;
  if (text === "unknown") state.unknown.add(where);
  else state.unknown.delete(where);
  next(where);
}

/** A question was answered: the next one opens. */
function next(where) {
  state.follow = state.editing !== where && state.route[0] === "";
  if (state.current === where) state.current = null;
  changed();
}

export const add = (kind) => ask(withItem(state.application, kind));
export const drop = (id) => ask(withoutItem(state.application, id));

/** An application from a file, read by the service. `format`: yaml or json. */
export async function open(text, format) {
  try {
    return await take((await post("v1/application", { text: text.trim(), format })).application);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    Object.assign(state, { problems: error.problems, refused: "file", failed: error.problems.length ? null : error });
    return changed();
  }
}

export async function take(found) {
  if (!state.chosen.length) state.chosen = state.policies.map((one) => one.id);
  Object.assign(state, { unknown: new Set(), answer: null });
  await ask(completed(found), "file");
}

export function again() {
  Object.assign(state, { application: blank(today), unknown: new Set(), answer: null, current: null });
  return ask(state.application);
}

export async function speak(lang) {
  state.lang = lang;
  changed();
  if (state.answer) await ask(state.application);
}
