// Numbers, times and texts as the viewer reads them. Unknown is null and reads "–", never 0.
const lang = document.documentElement.lang;
const texts = JSON.parse(document.getElementById("texts").textContent);
const whole = new Intl.NumberFormat(lang);
const clockTime = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });

export const NONE = "–";

export function text(name, values = {}) {
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? NONE);
}

export const count = (value) => (value == null ? NONE : whole.format(value));
export const time = (ms) => (ms == null ? NONE : clockTime.format(ms));
export const date = (ms) => (ms == null ? NONE : day.format(ms));

// A ratio in percent without its sign. Only a true 0 or 1 may read 0 or 100.
export function percent(ratio, digits = 0) {
  if (ratio == null) return NONE;
  const rounded = Number((ratio * 100).toFixed(digits));
  const flattered = (rounded === 100 && ratio < 1) || (rounded === 0 && ratio > 0);
  const shown = flattered ? Math.min(99.9, Math.max(0.1, ratio * 100)) : ratio * 100;
  const decimals = flattered ? 1 : digits;
  return new Intl.NumberFormat(lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(shown);
}

// Minutes and seconds as on a stop watch; hours from an hour on, days from two on.
export function duration(seconds) {
  if (seconds == null) return NONE;
  const total = Math.max(0, Math.floor(seconds));
  const pad = (value) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)}${text("day")} ${hours % 24}${text("hour_unit")}`;
  if (hours) return `${hours}:${pad(minutes)}:${pad(rest)}`;
  return `${minutes}:${pad(rest)}`;
}

// A mean to the nearest second; a stop watch shows the seconds that are over.
export const average = (seconds) => duration(seconds == null ? null : Math.round(seconds));

// A threshold in its largest whole unit.
export function limit(seconds) {
  if (seconds == null) return NONE;
  if (seconds % 3600 === 0) return `${seconds / 3600} ${text("hour_unit")}`;
  if (seconds % 60 === 0) return `${seconds / 60} ${text("minute")}`;
  return `${seconds} ${text("second")}`;
}

export function queueName(queue) {
  if (queue === "unknown") return text("queue_unknown");
  if (queue === "other") return text("queue_other");
  return queue;
}
