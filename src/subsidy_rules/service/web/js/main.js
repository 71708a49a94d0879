// Routes, and drawing after every change. A page is a function of the state.

import { html, render } from "../vendor/lit-html/lit-html.js";
import { watch } from "./api.js";
import { money } from "./money.js";
import { frame, nameOf } from "./parts/frame.js";
import { changed, onChange, policy, start, state, totals } from "./store.js";
import { batch } from "./views/batch.js";
import { calculator } from "./views/calculator.js";
import { compare } from "./views/compare.js";
import { entered, policies } from "./views/policies.js";
import { report } from "./views/report.js";
import { whatIf } from "./views/what-if.js";
import { label, t } from "./words.js";

const VIEWS = { "": calculator, compare, "what-if": whatIf, report, batch, policies };
const root = document.getElementById("page");
let told = null;
let queued = false;

function draw() {
  queued = false;
  const page = state.route[0] in VIEWS ? state.route[0] : "";
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.title = page ? `${nameOf(page)} · ${t("title")}` : t("title");
  render(frame(page, state.policies.length ? VIEWS[page]() : html``), root);
  tell();
  if (state.follow) {
    state.follow = false; // the question that had the focus is gone: go on with the next
    document.querySelector(".question.open .line")?.focus();
  }
}

/** Say what the last answer moved, for those who don't see it. */
function tell() {
  if (told === state.answer) return;
  told = state.answer;
  if (!state.answer || !state.before) return;
  const now = totals(state.answer);
  const moved = Object.keys(now).filter((id) => {
    const before = state.before[id];
    return before && (before.assured !== now[id].assured || before.ceiling !== now[id].ceiling);
  });
  const lines = moved.map((id) => {
    const [low, high] = [now[id].assured, now[id].ceiling].map((one) => money(one, state.lang));
    return t("moved", label(policy(id).jurisdiction.name), low, high);
  });
  const said = document.getElementById("said");
  said.textContent = ""; // the same words twice are said twice
  requestAnimationFrame(() => (said.textContent = lines.join(state.lang === "zh" ? "；" : "; ") || t("unmoved")));
}

function follow() {
  const [path] = location.hash.replace(/^#\/?/, "").split("?");
  const before = state.route[0];
  state.route = path.split("/").map(decodeURIComponent);
  if (state.route[0] === "policies") entered();
  changed();
  if (before !== state.route[0]) requestAnimationFrame(arrive);
}

/** A new page begins at its heading. */
function arrive() {
  window.scrollTo(0, 0);
  document.querySelector("main h1")?.focus();
}

watch((pending) => root.setAttribute("aria-busy", `${pending > 0}`));
onChange(() => {
  if (!queued) {
    queued = true;
    requestAnimationFrame(draw);
  }
});
addEventListener("hashchange", follow);
addEventListener("resize", changed);
const wanted = new URLSearchParams(location.search).get("lang") ?? navigator.language;
state.lang = wanted.startsWith("zh") ? "zh" : "en";
state.route = [""];
await start();
const [path] = location.hash.replace(/^#\/?/, "").split("?");
if (path) follow();
