// Bars: assured solid, ceiling hatched, open with an arrow; never told apart by colour alone.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { money, percent } from "../money.js";
import { state } from "../store.js";
import { t } from "../words.js";

/** Patterns for every drawing of a page; once in each document. */
export const patterns = html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
  <defs>
    <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="7" height="7" class="hatch-ground" /><rect width="2.4" height="7" class="hatch-line" />
    </pattern>
  </defs>
</svg>`;

/** `assured`, `ceiling` and `scale` in fen; a ceiling of null is open. */
export function bar(assured, ceiling, scale, slim = false) {
  const low = percent(assured, scale);
  const high = ceiling === null ? 100 : percent(ceiling, scale);
  const text = t("bar", money(assured, state.lang), money(ceiling, state.lang));
  return html`<svg class="bar ${slim ? "slim" : ""}" role="img" aria-label=${text} width="100%" height=${slim ? 10 : 22}>
    <rect class="track" width="100%" height="100%" rx="3"></rect>
    ${svg`<rect class="high" width="${Math.max(high, low)}%" height="100%" rx="3" fill="url(#hatch)"></rect>
      <rect class="low" width="${low}%" height="100%" rx="3"></rect>
      ${ceiling === null ? svg`<text class="open-end" x="99%" y="80%" text-anchor="end" aria-hidden="true">▶</text>` : nothing}`}
  </svg>`;
}

export const key = (kind) => html`<svg class="key" width="14" height="14" aria-hidden="true" focusable="false">
  <rect width="14" height="14" rx="2" class=${kind} fill=${kind === "high" ? "url(#hatch)" : nothing}></rect>
</svg>`;

/** Both amounts with their signs, and what the last answer changed. */
export function amounts(total, before) {
  return html`<dl class="amounts">
    <div><dt>${key("low")}${t("assured")}</dt><dd>${money(total.assured, state.lang)}${moved(total.assured, before?.assured)}</dd></div>
    <div><dt>${key("high")}${t("ceiling")}</dt><dd>${money(total.ceiling, state.lang)}${moved(total.ceiling, before?.ceiling)}</dd></div>
  </dl>`;
}

function moved(now, before) {
  if (before === undefined || before === null || now === null || now === before) return nothing;
  const up = now > before;
  const size = money(up ? now - before : before - now, state.lang);
  return html`<span class="moved ${up ? "up" : "down"}">${up ? "▲ +" : "▼ −"}${size}</span>`;
}
