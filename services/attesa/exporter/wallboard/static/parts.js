// What both views are put together from: numbers, intervals, rows of a table.
import { NONE, count, percent, text } from "./format.js";

export const at = (id) => document.getElementById(id);

export function put(id, value) {
  const element = at(id);
  if (element.textContent !== value) element.textContent = value;
  element.classList.toggle("long", value.length > 5);
  element.classList.toggle("absent", value === NONE);
}

export function putPercent(id, ratio, digits = 0) {
  const value = percent(ratio, digits);
  put(id, value);
  at(id).classList.toggle("percent", value !== NONE);
}

export function interval(one, name, digits) {
  if (!one?.count) return text("nothing");
  const values = { hits: count(one.hits), count: count(one.count) };
  return text(name, { ...values, low: percent(one.low, digits), high: `${percent(one.high, digits)}\u00a0%` });
}

export function drawInterval(id, one) {
  const [band, mark] = at(id).children;
  const known = one?.low != null;
  at(id).classList.toggle("none", !known);
  if (!known) return;
  band.style.left = `${one.low * 100}%`;
  band.style.width = `${(one.high - one.low) * 100}%`;
  mark.style.left = `${one.ratio * 100}%`;
}

// A row of a table: each value with its label, for narrow screens, and what stands small before and below it.
export function row(name, values) {
  const element = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  element.append(head, ...values.map(([label, value, small, below]) => cell(text(label), value, small, below)));
  return element;
}

function cell(label, value, small, below) {
  const element = document.createElement("td");
  element.dataset.label = label;
  if (small) element.append(made("small", small));
  element.append(value);
  if (below) element.append(below);
  return element;
}

export function made(tag, content, kind = "") {
  const element = document.createElement(tag);
  element.textContent = content;
  if (kind) element.className = kind;
  return element;
}

export function share(one, digits) {
  return one.count ? [`${percent(one.ratio, digits)}\u00a0%`, `${count(one.hits)}/${count(one.count)}`] : [NONE, ""];
}
