// A drawing of what one quantity brings: assured solid, ceiling dashed over a hatched area, cliffs and thresholds numbered.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { fen, money, most, percent } from "../money.js";
import { state } from "../store.js";
import { t } from "../words.js";

const HIGH = 250, LEFT = 8, RIGHT = 10, TOP = 40, BELOW = 8;

/** As wide as the page allows, so that letters keep their size. */
const width = () => Math.max(260, Math.min(document.documentElement.clientWidth - 68, 1180));

/** The course of a curve up to a value: points with what both amounts are, the last one carried to the edge. */
export function within(curve, upto) {
  const points = curve.points.filter((one) => one.raw <= upto);
  const next = curve.points[points.length];
  const last = points.at(-1);
  if (!last || last.raw === upto) return points;
  return [...points, next ? between(last, next, upto) : { ...last, raw: upto }];
}

/** On the line between two neighbours: for drawing, so rounded to the fen. */
function between(one, other, raw) {
  const [part, whole] = [BigInt(raw - one.raw), BigInt(other.raw - one.raw)];
  const mid = (name) => {
    const [from, to] = [fen(one[name]), fen(other[name])];
    return yuan(from + ((to - from) * part) / whole);
  };
  return { at: null, raw, assured: mid("assured"), ceiling: mid("ceiling") };
}

const yuan = (value) => `${value / 100n}.${`${value % 100n}`.padStart(2, "0")}`;

/** `marks`: {raw, number, kind: cliff | jump, height in fen}; `now`: the raw value that is told, or null; `at`: where the slider stands. */
export function drawn(points, upto, marks, { now, at }, text) {
  const wide = width();
  const scale = most(points.flatMap((one) => [fen(one.assured), fen(one.ceiling)])) || 1n;
  const x = (raw) => LEFT + (raw / upto) * (wide - LEFT - RIGHT);
  const y = (amount) => HIGH - BELOW - (percent(amount, scale) / 100) * (HIGH - TOP - BELOW);
  const line = (name) => points.map((one, at) => `${at ? "L" : "M"}${x(one.raw).toFixed(1)} ${y(fen(one[name])).toFixed(1)}`).join("");
  const area = `${line("ceiling")}L${x(points.at(-1).raw)} ${HIGH - BELOW}L${LEFT} ${HIGH - BELOW}Z`;
  return html`<svg class="curve" viewBox="0 0 ${wide} ${HIGH}" role="img" aria-label=${text}>
    <line class="axis" x1=${LEFT} x2=${wide - RIGHT} y1=${HIGH - BELOW} y2=${HIGH - BELOW}></line>
    <line class="grid" x1=${LEFT} x2=${wide - RIGHT} y1=${TOP} y2=${TOP}></line>
    <text class="tick" x=${LEFT} y=${TOP - 6}>${money(scale, state.lang)}</text>
    ${svg`<path class="area" d=${area} fill="url(#hatch)"></path>
      <path class="ceiling" d=${line("ceiling")}></path><path class="assured" d=${line("assured")}></path>
      ${svg`<line class="at" x1=${x(at)} x2=${x(at)} y1=${TOP - 8} y2=${HIGH - BELOW}></line>`}
      ${now !== null && now <= upto ? svg`<line class="now" x1=${x(now)} x2=${x(now)} y1=${TOP - 22} y2=${HIGH - BELOW}></line>
        <text class="tick strong" x=${x(now)} y=${TOP - 26} text-anchor=${anchor(now / upto)}>${t("now")}</text>` : nothing}
      ${marks.map((one) => mark(one, x(one.raw), y(one.height), wide))}`}
  </svg>`;
}

const anchor = (share) => (share < 0.1 ? "start" : share > 0.9 ? "end" : "middle");

const mark = (one, x, y, wide) => svg`<g class="mark ${one.kind}" transform="translate(${x} ${y})">
  <path d=${one.kind === "cliff" ? "M-7 -6L7 -6L0 7Z" : "M-7 6L7 6L0 -7Z"}></path>
  <text x=${x > wide - 30 ? -10 : 10} y="5" text-anchor=${x > wide - 30 ? "end" : "start"}>${one.number}</text></g>`;
