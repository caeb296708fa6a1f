// The second view: why chats were lost, what came of the others, and each country beside what is usual there.
import { NONE, average, count, date, duration, limit, percent, text } from "./format.js";
import { at, drawInterval, interval, made, put, putPercent, row, share } from "./parts.js";

const REASONS = [
  "abandoned", "rejected_full", "rejected_nobody_on_duty", "rejected_other", "unanswered_agent", "unanswered_timeout",
];
const lang = document.documentElement.lang;
const signed = new Intl.NumberFormat(lang, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
const points = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
const regions = new Intl.DisplayNames(lang, { type: "region" });

const minus = (value) => value.replace("-", "−"); // as wide as a plus
const ends = (score) => (score == null ? NONE : minus(signed.format(score * 100)));

export function drawKpi(board, chosen) {
  const past = board.history;
  const one = past ?? board.live?.windows[chosen];
  at("k-replay").hidden = !past;
  at("k-until").textContent = past?.clock == null ? "" : text("history_until", { time: date(past.clock) });
  drawLost(one);
  drawNext(one, board);
  drawConversion(one?.conversion);
  drawNps(one);
  at("k-occupancy-card").hidden = Boolean(past);
  drawOccupancy(board.live);
  at("k-countries").replaceChildren(...(one?.countries ?? []).map(countryRow));
}

function drawLost(one) {
  putPercent("k-lost", one?.lost.ratio, 1);
  at("k-lost-note").textContent = one ? interval(one.lost, "lost_of", 1) : "";
  const most = Math.max(1, ...Object.values(one?.lost_reasons ?? {}));
  at("k-reasons").replaceChildren(...REASONS.flatMap((name) => reason(name, one?.lost_reasons[name], most)));
  const left = one?.patience;
  const values = { time: average(left?.seconds), count: count(left?.count) };
  at("k-patience").textContent = left?.count ? text("patience_note", values) : "";
}

function reason(name, amount, most) {
  const value = made("dd", count(amount), amount ? "" : "none");
  const bar = made("i", "");
  bar.style.width = `${((amount ?? 0) / most) * 100}%`;
  value.append(bar);
  return [made("dt", text(`reason_${name}`)), value];
}

function drawNext(one, board) {
  const next = one?.next_replies;
  at("k-next-title").textContent = text("next_within", { limit: limit(board.good_seconds) });
  putPercent("k-next", next?.service_level.ratio);
  drawInterval("k-next-interval", next?.service_level);
  at("k-next-note").textContent = next ? interval(next.service_level, "of_chats", 0) : "";
  const values = { time: average(next?.average_seconds), count: count(next?.count) };
  at("k-next-more").textContent = next?.count ? text("next_note", values) : "";
}

// In a short window there can be more sales than answers: then there is no interval.
function drawConversion(one) {
  putPercent("k-conversion", one?.ratio, 1);
  drawInterval("k-conversion-interval", one);
  const known = one?.count && one.low == null ? "conversion_some" : "conversion_of";
  at("k-conversion-note").textContent = one ? interval(one, known, 1) : "";
}

function drawNps(one) {
  const nps = one?.nps;
  put("k-nps", nps?.score == null ? NONE : minus(signed.format(nps.score * 100)));
  const values = { count: count(nps?.count), low: ends(nps?.low), high: ends(nps?.high) };
  at("k-nps-note").textContent = nps ? (nps.count ? text("nps_of", values) : text("nothing")) : "";
  for (const part of at("k-split").children) {
    part.style.flexGrow = nps?.[part.className] ?? 0;
    part.title = `${text(part.className)} ${count(nps?.[part.className])}`;
  }
  const asked = one?.survey;
  at("k-survey").textContent = asked?.count ? text("survey_note", { hits: count(asked.hits), count: count(asked.count) }) : "";
}

function drawOccupancy(live) {
  const now = live?.staffing;
  putPercent("k-occupancy", now?.occupancy);
  at("k-occupancy-track").firstChild.style.width = `${Math.min(1, now?.occupancy ?? 0) * 100}%`;
  at("k-occupancy-card").dataset.severity = (now?.occupancy ?? 0) > 0.95 ? "late" : "good";
  const values = { occupied: count(now?.occupied), capacity: count(now?.capacity) };
  at("k-occupancy-note").textContent = now ? text("occupancy_of", values) : live ? text("occupancy_none") : "";
  at("k-staffed").textContent = now ? text("staffed", { count: count(now.staffed) }) : "";
}

function countryRow(one) {
  const usual = one.reference;
  return row(countryName(one.country), [
    ["offered", count(one.offered)],
    ["level", ...share(one.service_level, 0)],
    ["average", average(one.average_wait_seconds), "", usual && besideWait(one, usual)],
    ["lost", ...share(one.lost, 1), usual && besideRatio(one.lost, usual.lost, one.distance.lost, -1)],
    ["conversion", ...share(one.conversion, 1), usual && besideRatio(one.conversion, usual.conversion, one.distance.conversion, 1)],
    ["patience", average(one.patience.seconds), one.patience.count ? count(one.patience.count) : ""],
  ]);
}

function countryName(code) {
  if (!/^[A-Z]{2}$/.test(code)) return text("country_unknown");
  return regions.of(code) ?? code;
}

function beside(usual, distance, kind = "") {
  const element = made("span", `${text("usual", { value: usual })} `, "beside");
  if (distance) element.append(made("b", distance, kind));
  return element;
}

// Coloured only where what is usual lies outside of the interval: few chats prove nothing.
function besideRatio(one, usual, distance, better) {
  const outside = one.low != null && (usual < one.low || usual > one.high);
  const kind = outside ? (distance * better > 0 ? "better" : "worse") : "";
  return beside(`${percent(usual)}\u00a0%`, distance == null ? "" : minus(points.format(distance * 100)), kind);
}

// The distance of what is shown, in whole seconds.
function besideWait(one, usual) {
  const wait = one.average_wait_seconds;
  const distance = Math.round(wait) - usual.average_wait_seconds;
  const sign = distance < 0 ? "−" : "+";
  return beside(average(usual.average_wait_seconds), wait == null ? "" : `${sign}${duration(Math.abs(distance))}`);
}
