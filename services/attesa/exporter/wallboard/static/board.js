// Follows the stream, keeps the pickers, and says so when what is shown may not be true.
import { text, time } from "./format.js";
import { drawHistory, drawLive, drawOldest } from "./draw.js";
import { drawKpi } from "./kpi.js";
import { at } from "./parts.js";

const CUT_MS = 3500; // the stream beats once a second
const REOPEN_MS = 2000;
const query = new URLSearchParams(location.search);
const WINDOWS = ["5m", "15m", "1h", "24h"];
const second = location.pathname === "/kpi"; // sales and surveys are few: a day of them unless told otherwise

let board = null;
let heardAt = performance.now();
let heardTime = Date.now();
let chosen = WINDOWS.includes(query.get("window")) ? query.get("window") : second ? "24h" : "5m";
let stream = null;

function open() {
  stream?.close();
  const asked = new URLSearchParams();
  for (const name of ["tenant", "channel"]) if (query.get(name)) asked.set(name, query.get(name));
  stream = new EventSource(`/events?${asked}`);
  stream.onmessage = (message) => {
    board = JSON.parse(message.data);
    heardAt = performance.now();
    heardTime = Date.now();
    draw();
  };
}

// An EventSource connects again by itself, except after a refusal.
setInterval(() => { if (stream.readyState === EventSource.CLOSED) open(); }, REOPEN_MS);

const now = () => board.at + (performance.now() - heardAt);
const secondsSince = (ms) => (now() - ms) / 1000;

function draw() {
  const past = Boolean(board.history);
  at("live").hidden = past || second;
  at("history").hidden = !past || second;
  at("kpi").hidden = !second;
  at("window-pick").hidden = past;
  at("clock").textContent = time(board.at);
  drawPickers();
  for (const name of document.querySelectorAll(".window-name")) name.textContent = past ? "" : text(`last_${chosen}`);
  if (second) drawKpi(board, chosen);
  else if (past) drawHistory(board);
  else drawLive(board, chosen);
  tick();
}

// Everything that changes with time alone: the oldest wait, and how old the news is.
function tick() {
  if (board && !board.history && !second) drawOldest(board, secondsSince);
  const [message, kind] = state();
  const banner = at("banner");
  if (banner.textContent !== message) banner.textContent = message;
  document.body.className = kind;
}

function state() {
  if (performance.now() - heardAt > CUT_MS) {
    return [text("cut", { time: time(heardTime) }), board ? "stale" : "unknown"];
  }
  if (!board) return ["", "unknown"];
  if (!board.ready) return [text(board.problem ? "away" : "reading"), "unknown"];
  if (board.history) return ["", "fresh"];
  if (!board.live) return [text("empty", { tenant: board.tenant }), "unknown"];
  const [problem] = board.problems;
  if (!problem) return ["", "fresh"];
  const values = { partitions: problem.partitions.length, of: problem.of, sources: problem.sources.join(", "), time: time(problem.since) };
  return [text(problem.kind, values), "stale"];
}

function drawPickers() {
  const tenants = board.tenants.map(({ name, mode }) => [name, mode === "data" ? `${name} · ${text("history")}` : name]);
  if (!board.tenants.some(({ name }) => name === board.tenant)) tenants.push([board.tenant, board.tenant]);
  fill(at("tenant"), tenants, board.tenant);
  fill(at("channel"), board.channels.map((name) => [name, text(name)]), board.channel);
  at("channel-pick").hidden = board.channels.length < 2;
}

function fill(select, options, value) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options !== wanted) {
    select.replaceChildren(...options.map(([name, label]) => new Option(label, name)));
    select.dataset.options = wanted;
  }
  if (document.activeElement !== select) select.value = value;
}

function ask(name, value) {
  query.set(name, value);
  if (name === "tenant") query.delete("channel");
  history.replaceState(null, "", `?${query}`);
  drawLinks();
}

function drawLinks() {
  for (const link of document.querySelectorAll("[data-lang]")) {
    const target = new URLSearchParams(query);
    target.set("lang", link.dataset.lang);
    link.href = `?${target}`;
    if (link.dataset.lang === document.documentElement.lang) link.setAttribute("aria-current", "true");
  }
  for (const link of document.querySelectorAll("[data-path]")) {
    link.href = `${link.dataset.path}?${query}`;
    if (link.dataset.path === location.pathname) link.setAttribute("aria-current", "page");
  }
}

at("live").hidden = second;
at("kpi").hidden = !second;
for (const name of ["tenant", "channel"]) {
  at(name).addEventListener("change", ({ target }) => {
    ask(name, target.value);
    target.blur();
    open();
  });
}
for (const choice of document.querySelectorAll("[name=window]")) {
  choice.checked = choice.value === chosen;
  choice.addEventListener("change", () => {
    chosen = choice.value;
    ask("window", chosen);
    if (board) draw();
  });
}
drawLinks();
open();
setInterval(tick, 250);
