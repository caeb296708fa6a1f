// Puts a snapshot on the page: the first view. Knows no network; `seconds` since an instant are the caller's.
import { NONE, average, count, date, duration, limit, percent, queueName, text } from "./format.js";
import { at, drawInterval, interval, put, putPercent, row, share } from "./parts.js";

const OTHERS = ["5m", "15m", "1h"]; // beside the chosen window
const MOST_NAMED = 4;
const SVG = "http://www.w3.org/2000/svg";

function severity(seconds, board) {
  if (seconds == null) return "none";
  if (seconds > board.bad_seconds) return "bad";
  return seconds > board.good_seconds ? "late" : "good";
}

export function drawOldest(board, secondsSince) {
  const since = board.live?.oldest_since ?? null;
  const seconds = since == null ? null : secondsSince(since);
  const kind = severity(seconds, board);
  at("oldest-card").dataset.severity = kind;
  put("oldest", duration(seconds));
  const notes = {
    none: board.live ? text("nobody") : "",
    good: text("within", { limit: limit(board.good_seconds) }),
    late: text("beyond_good", { limit: limit(board.good_seconds) }),
    bad: text("beyond_bad", { limit: limit(board.bad_seconds) }),
  };
  at("oldest-note").textContent = notes[kind];
  const track = at("oldest-track");
  track.querySelector("i").style.width = `${Math.min(1, (seconds ?? 0) / board.bad_seconds) * 100}%`;
  track.querySelector("b").style.left = `${(board.good_seconds / board.bad_seconds) * 100}%`;
  for (const cell of document.querySelectorAll("#queues [data-since]")) {
    const waited = secondsSince(Number(cell.dataset.since));
    cell.textContent = duration(waited);
    cell.dataset.severity = severity(waited, board);
  }
}

export function drawLive(board, chosen) {
  const live = board.live;
  const one = live?.windows[chosen];
  put("waiting", count(live?.waiting));
  at("waiting-note").textContent = busiest(live?.queues ?? []);
  at("level-title").textContent = text("level_within", { limit: limit(board.good_seconds) });
  putPercent("level", one?.service_level.ratio);
  at("level-note").textContent = live ? interval(one.service_level, "of_chats", 0) : "";
  drawInterval("level-interval", one?.service_level);
  at("level-others").replaceChildren(...OTHERS.filter((name) => name !== chosen).map((name) => other(name, live?.windows[name])));
  putPercent("lost", one?.lost.ratio, 1);
  at("lost-note").textContent = live ? interval(one.lost, "lost_of", 1) : "";
  put("average", average(one?.average_wait_seconds));
  at("average-note").textContent = one?.answered ? text("from_answered", { count: count(one.answered) }) : "";
  drawHour(live?.minutes ?? []);
  at("queues").replaceChildren(...(live?.queues ?? []).map((queue) => queueRow(queue, chosen)));
}

function busiest(queues) {
  const busy = queues.filter((queue) => queue.waiting > 0).sort((one, next) => next.waiting - one.waiting);
  const named = busy.slice(0, MOST_NAMED).map((queue) => `${queueName(queue.queue)} ${count(queue.waiting)}`);
  return named.join(" · ") + (busy.length > MOST_NAMED ? " …" : "");
}

function other(name, one) {
  const item = document.createElement("li");
  const level = one?.service_level;
  const value = level?.count ? `${percent(level.ratio)}\u00a0%` : NONE;
  item.append(`${text(`last_${name}`)} `, strong(value), level?.count ? ` (${count(level.count)})` : "");
  return item;
}

function strong(value) {
  const element = document.createElement("strong");
  element.textContent = value;
  return element;
}

// Verdicts met grow up from the line, missed ones down from it, on one scale.
function drawHour(minutes) {
  const up = Math.max(1, ...minutes.map((minute) => minute.met));
  const down = Math.max(0, ...minutes.map((minute) => minute.missed));
  const unit = 96 / (up + down);
  const line = 2 + up * unit;
  const bars = minutes.flatMap((minute, index) => [
    bar("met", index, minutes.length, line - minute.met * unit, minute.met * unit),
    bar("missed", index, minutes.length, line, minute.missed * unit),
  ]);
  const sum = (kind) => count(minutes.reduce((total, minute) => total + minute[kind], 0));
  at("hour").setAttribute("aria-label", `${text("hour")}: ${sum("met")} ${text("met")}, ${sum("missed")} ${text("missed")}`);
  at("hour").replaceChildren(rectangle("line", 0, line - 0.4, 600, 0.8), ...bars.filter(Boolean));
}

function bar(kind, index, all, y, height) {
  if (height <= 0) return null;
  const step = 600 / all;
  return rectangle(index === all - 1 ? `${kind} open` : kind, index * step + step * 0.14, y, step * 0.72, height);
}

function rectangle(kind, x, y, width, height) {
  const element = document.createElementNS(SVG, "rect");
  const values = { class: kind, x, y, width, height };
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  return element;
}

function queueRow(queue, chosen) {
  const one = queue.windows[chosen];
  const element = row(queueName(queue.queue), [
    ["column_waiting", count(queue.waiting)],
    ["column_oldest", NONE],
    ["level", ...share(one.service_level, 0)],
    ["lost", ...share(one.lost, 1)],
    ["average", average(one.average_wait_seconds)],
    ["offered", count(one.offered)],
  ]);
  element.classList.toggle("busy", queue.waiting > 0);
  if (queue.oldest_since != null) element.children[2].dataset.since = queue.oldest_since;
  return element;
}

export function drawHistory(board) {
  const past = board.history;
  at("history-until").textContent = past.clock == null ? "" : text("history_until", { time: date(past.clock) });
  put("h-offered", count(past.offered));
  at("h-offered-note").textContent = text("received_note", { answered: count(past.answered), records: count(past.records) });
  at("h-level-title").textContent = text("level_within", { limit: limit(board.good_seconds) });
  putPercent("h-level", past.service_level.ratio, 1);
  at("h-level-note").textContent = interval(past.service_level, "of_chats", 1);
  put("h-average", average(past.average_wait_seconds));
  at("h-average-note").textContent = text("from_answered", { count: count(past.answered) });
  putPercent("h-lost", past.lost.ratio, 1);
  at("h-lost-note").textContent = interval(past.lost, "lost_of", 1);
  at("h-queues").replaceChildren(...past.queues.map((queue) => row(queueName(queue.queue), [
    ["offered", count(queue.offered)],
    ["answered", count(queue.answered)],
    ["level", ...share(queue.service_level, 1)],
    ["lost", ...share(queue.lost, 1)],
    ["average", average(queue.average_wait_seconds)],
  ])));
}
