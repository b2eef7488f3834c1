// What is said of a chosen stop or vehicle. Every word of certainty here is the API's own.
import { say, sayAge, sayDistance } from "./words.js";

const SPREAD_S = 1800; // the bar under an arrival reaches half an hour ahead

export function make(tag, attributes = {}, ...children) {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null && value !== false) part.setAttribute(name, value);
  }
  part.append(...children.filter((child) => child != null && child !== false));
  return part;
}

export function badge(line, small = false) {
  const part = make("span", { class: small ? "small badge" : "badge" }, line?.name ?? "?");
  part.style.background = line?.color ?? "#555";
  part.style.color = contrast(line?.color ?? "#555555");
  return part;
}

// White unless the line's colour is too light for it (WCAG relative luminance).
function contrast(color) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 3.6 ? "#fff" : "#111";
}

export function crowd(load) {
  if (!load || load.level == null) return null;
  const words = say("crowd")[load.level];
  const on = Math.max(load.level === 0 ? 0 : 1, Math.ceil((load.level / 5) * 4));
  const glyph = make("span", { class: `people ${load.level >= 5 ? "full" : load.level >= 3 ? "busy" : ""}`, "aria-hidden": "true" });
  for (let i = 0; i < 4; i++) glyph.append(make("i", { class: i < on ? "on" : "" }));
  const cars = load.cars.length ? make("span", { class: "cars", role: "img", "aria-label": load.cars.map((each) => `${each}%`).join(", ") }) : null;
  for (const percent of load.cars) { const car = make("i"); car.style.setProperty("--load", Math.min(100, percent)); cars.append(car); }
  return make("span", { title: load.percent == null ? words : say("load", load.percent) }, cars ?? glyph, words);
}

function certainty(thing, now) {
  const age = thing.seen && thing.basis !== "schedule" ? ` · ${sayAge(now - thing.seen)}` : "";
  const parts = [make("span", { class: `basis ${thing.basis}`, title: age && say("seen", sayAge(now - thing.seen)) }, say(thing.basis) + age)];
  if (thing.verdict && thing.verdict !== "expected" && !(thing.verdict === "not_tracked" && thing.basis === "schedule")) {
    const why = thing.reason && say(thing.reason) !== thing.reason ? ` · ${say(thing.reason)}` : "";
    parts.push(make("span", { class: `verdict ${thing.verdict}` }, say(thing.verdict) + why));
  } else if (thing.reason && say(thing.reason) !== thing.reason) parts.push(make("span", {}, say(thing.reason)));
  return parts;
}

const minutes = (seconds) => Math.max(0, Math.floor(seconds / 60));

function sayWhen(arrival, now) {
  if (arrival.every) return [make("b", {}, say("every", Math.round(arrival.every / 60)))];
  if (arrival.held) {
    const word = arrival.reason === "at_terminal" ? "waits" : arrival.reason === "silent" ? "silentNow" : "held";
    const soonest = minutes(arrival.early - now), latest = Math.ceil(Math.max(0, arrival.late - now) / 60);
    return [make("b", { class: "held" }, say(word)), make("span", { class: "band" }, say("band", soonest, Math.max(latest, soonest + 1)))];
  }
  if (arrival.at == null) return [make("b", {}, "–")];
  const wait = arrival.at - now;
  const main = wait < 45 ? [make("b", {}, say("now"))] : [make("b", {}, String(Math.max(1, minutes(wait)))), make("small", {}, say("min"))];
  const early = arrival.early && minutes(arrival.early - now), late = arrival.late && Math.ceil(Math.max(0, arrival.late - now) / 60);
  if (arrival.early && late > early) main.push(make("span", { class: "band" }, say("band", early, late)));
  else if (arrival.departs) main.push(make("span", { class: "band" }, say("departs")));
  return main;
}

function drawSpread(arrival, now) {
  if (!arrival.early || arrival.at == null || arrival.at - now > SPREAD_S) return null;
  const at = (moment) => Math.min(100, Math.max(0, ((moment - now) / SPREAD_S) * 100));
  const band = make("i"), mark = make("u");
  band.style.left = `${at(arrival.early)}%`;
  band.style.width = `${Math.max(0, at(arrival.late) - at(arrival.early))}%`;
  mark.style.left = `${at(arrival.at)}%`;
  return make("span", { class: "spread", "aria-hidden": "true" }, band, mark);
}

function sayAway(arrival) {
  if (arrival.state === "at_stop") return say("here");
  const parts = [];
  if (arrival.distance != null) parts.push(say("away", sayDistance(arrival.distance)));
  if (arrival.stopsAway != null) parts.push(arrival.stopsAway <= 0 ? say("stop") : arrival.stopsAway === 1 ? say("stops1") : say("stops", arrival.stopsAway));
  return parts.join(" · ");
}

export function listArrivals(arrivals, { network, now }) {
  const list = make("ol");
  for (const arrival of arrivals) {
    const line = network.lines.get(arrival.line);
    const away = sayAway(arrival);
    const row = make(arrival.vehicle ? "button" : "div",
      { class: `arrival ${arrival.verdict === "not_coming" ? "not-coming" : ""}`, type: arrival.vehicle && "button", "data-vehicle": arrival.vehicle },
      badge(line),
      make("span", { class: "sign" }, arrival.headsign || "", arrival.platform ? make("span", { class: "faint" }, ` · ${say("platform", arrival.platform)}`) : null),
      make("span", { class: "when" }, ...sayWhen(arrival, now)),
      drawSpread(arrival, now),
      make("span", { class: "facts" }, away && make("span", {}, away), crowd(arrival.load), ...certainty(arrival, now)));
    list.append(make("li", {}, row, arrival.answer && arrival.basis !== "schedule" ? make("a", { class: "why", href: `/answer?id=${encodeURIComponent(arrival.answer)}` }, say("why")) : null));
  }
  return list;
}

export function sayNothing(reason) {
  return make("p", { class: "empty" }, make("b", {}, say(["not_started", "ended", "last_gone"].includes(reason) ? reason : "nothing")));
}

export function describeVehicle(vehicle, calls, { now, color }) {
  const whole = make("div", {}, make("p", { class: "arrival" }, make("span", {}), make("span", { class: "facts" }, crowd(vehicle.load), ...certainty(vehicle, now))));
  const list = make("ol", { class: "calls", "aria-label": say("nextStops") });
  list.style.setProperty("--route", color);
  for (const call of calls) {
    const wait = call.at == null ? null : Math.max(0, call.at - now);
    const text = call.held ? say("held") : wait == null ? "" : wait < 45 ? say("now") : say("min1", minutes(wait));
    const band = call.early && call.late ? ` (${say("band", minutes(call.early - now), Math.ceil((call.late - now) / 60))})` : "";
    list.append(make("li", {}, make("i", { "aria-hidden": "true" }), make("button", { type: "button", "data-stop": call.stop }, call.name ?? ""), make("time", {}, text + band)));
  }
  whole.append(list);
  return whole;
}

// Make `old` say what `fresh` says, keeping its elements where they are alike: focus and readers are not disturbed.
export function become(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType === Node.TEXT_NODE) { if (old.data !== fresh.data) old.data = fresh.data; return; }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) === value) continue;
    if (name === "style") old.style.cssText = value; // as an attribute the page's own policy would block it
    else old.setAttribute(name, value);
  }
  const kept = [...old.childNodes], wanted = [...fresh.childNodes];
  wanted.forEach((child, i) => (kept[i] ? become(kept[i], child) : old.append(child)));
  kept.slice(wanted.length).forEach((child) => child.remove());
}
