// Wires the page: session, lines, vehicles, the chosen stop or vehicle, and the strip that says how fresh all this is.
import { ask, openSession, poll, quietFor, setKey, Refused } from "./client.js";
import { listOf, readArrival, isUp, readCall, readDot, readHeaderMoment, readMoment, readVehicle } from "./answers.js";
import { Network } from "./network.js";
import { Fleet } from "./fleet.js";
import { CityMap } from "./map.js";
import { badge, become, describeVehicle, listArrivals, sayNothing } from "./panel.js";
import { listenToSearch } from "./search.js";
import { getLanguage, say, sayAge, setLanguage } from "./words.js";

const VEHICLES_EVERY_S = 10, STOP_EVERY_S = 8, FEEDS_EVERY_S = 20, LINES_AT_ONCE = 4, LINES_MAX = 60, DOTS_EVERY_S = 30;
const part = (id) => document.getElementById(id);

// Event time as the service tells it, so that a replay, or a laptop's wrong clock, changes nothing.
let told = { moment: Date.now() / 1000, at: performance.now(), is: false };
const clock = () => told.moment + (performance.now() - told.at) / 1000;
function tell(moment) {
  if (moment && (!told.is || moment > clock() || clock() - moment > 90)) told = { moment, at: performance.now(), is: true };
}

const network = new Network();
const fleet = new Fleet(network, clock);
const map = new CityMap(part("map"), network, fleet);
let shown = null; // {kind, id, draw}
let stopPolling = () => {};
let strip = { feeds: [], coverage: null, lost: false };
globalThis.headway = { network, fleet, map, clock };

const path = (kind, id, rest = "") => `/v1/${kind}/${encodeURIComponent(id)}${rest}`;

async function loadLines() {
  network.takeLines(await ask("/v1/lines"));
  if (!network.lines.size) throw new Refused(503, { title: say("noLines") });
  if (network.lines.size > LINES_MAX) return loadFiles();
  const waiting = [...network.lines.values()].filter((line) => !line.patterns.size).map((line) => line.id);
  const load = async () => { while (waiting.length) network.takeLine(await ask(path("lines", waiting.shift()))); };
  await Promise.all(Array.from({ length: LINES_AT_ONCE }, load));
}

// A thousand lines are one file, not a thousand questions.
async function loadFiles() {
  const versions = listOf(await ask("/v1/static"), "versions").filter((each) => each.in_force);
  for (const { file } of versions) network.takeFile(await ask(file));
}

let dotsAt = -Infinity;
async function loadDots() {
  if (performance.now() - dotsAt < DOTS_EVERY_S * 1000) return;
  const dots = [];
  for (const timetable of network.timetables) {
    const feed = await ask(`/v1/gtfs-realtime/vehicle-positions.json?timetable=${encodeURIComponent(timetable)}`);
    tell(readHeaderMoment(feed));
    for (const entity of listOf(feed, "entity")) { const dot = readDot(entity, timetable); if (dot) dots.push(dot); }
  }
  fleet.takeDots(dots);
  dotsAt = performance.now();
}

async function loadVehicles() {
  const wanted = map.linesInView();
  if (wanted.length > LINES_MAX) return loadDots();
  dotsAt = -Infinity;
  network.refine(wanted);
  const load = async () => {
    while (wanted.length) {
      const line = wanted.shift();
      const answer = await ask(path("lines", line, "/vehicles"));
      tell(readMoment(answer));
      fleet.take(line, listOf(answer, "vehicles").map(readVehicle));
    }
  };
  await Promise.all(Array.from({ length: LINES_AT_ONCE }, load));
  fleet.dropDots();
}

function open(kind, id, place, title, note) {
  stopPolling();
  shown = { kind, id };
  map.selected = { stop: kind === "stop" ? place : null, vehicle: kind === "vehicle" ? id : null };
  part("panel-title").replaceChildren(...title);
  part("panel-note").replaceChildren(...note);
  part("panel-body").replaceChildren();
  part("panel").hidden = false;
  part("panel").scrollTop = 0;
  part("panel-title").focus({ preventScroll: true });
}

function close() {
  stopPolling();
  shown = null;
  map.selected = { stop: null, vehicle: null };
  part("panel").hidden = true;
  part("map").focus({ preventScroll: true });
}

function openStop(stop, move = true) {
  open("stop", stop.id, stop, [stop.name], network.linesAt(stop).map((line) => badge(line, true)).flatMap((each) => [each, " "]));
  if (move) map.show(stop);
  const mine = shown;
  let announced = false;
  stopPolling = poll(async () => {
    const answer = await ask(path("stops", stop.id, "/arrivals?per_line=3&limit=30"));
    if (shown !== mine) return;
    tell(readMoment(answer));
    const arrivals = listOf(answer, "arrivals").map(readArrival);
    mine.draw = () => redraw(arrivals.length ? listArrivals(arrivals, { network, now: clock() }) : sayNothing(answer.reason));
    mine.draw();
    if (!announced) { announced = true; part("panel-said").textContent = `${stop.name}: ${say("arrivals", arrivals.length)}`; }
  }, STOP_EVERY_S);
}

function openVehicle(vehicle, move = false) {
  const line = network.lines.get(vehicle.line);
  open("vehicle", vehicle.id, null, [badge(line), ` ${vehicle.headsign}`], [vehicle.label]);
  if (move) { const { x, y } = fleet.locate(vehicle); map.show({ x, y }); }
  const mine = shown;
  stopPolling = poll(async () => {
    const run = fleet.vehicles.get(vehicle.id)?.run;
    const calls = run ? await callsAhead(run, fleet.vehicles.get(vehicle.id)) : [];
    if (shown !== mine) return;
    mine.draw = () => redraw(describeVehicle(fleet.vehicles.get(vehicle.id) ?? vehicle, calls, { now: clock(), color: line.color }));
    mine.draw();
  }, STOP_EVERY_S);
}

async function callsAhead(run, vehicle) {
  try {
    const answer = await ask(path("runs", run));
    return listOf(answer, "calls").map(readCall).filter((call) => call.ahead);
  } catch (wrong) {
    if (!(wrong instanceof Refused) || wrong.status !== 404) throw wrong;
    const calls = vehicle?.pattern?.calls ?? [];
    return calls.filter((call) => call.progress > (vehicle.progress ?? 0) / (vehicle.pattern.stretch || 1)).map((call) => ({ stop: call.parent ?? call.id, name: call.name, at: null }));
  }
}

function goTo(id) {
  const stop = network.stops.get(id) ?? [...network.stops.values()].find((each) => each.members.has(id));
  if (stop) openStop(stop);
}

function redraw(body) {
  const holder = part("panel-body");
  if (holder.firstChild) become(holder.firstChild, body); else holder.append(body);
}

async function loadFeeds() {
  strip.feeds = listOf(await ask("/v1/feeds"), "feeds");
  strip.coverage = await ask("/v1/coverage").catch(() => null);
}

function drawStrip() {
  const { feeds, coverage, lost } = strip;
  const live = feeds.filter(isUp).length;
  const seen = fleet.newest;
  const age = seen ? clock() - seen : null;
  const tracked = trackedPercent(coverage);
  const parts = lost ? [lost] : [];
  const replayed = feeds.length && feeds.every((feed) => feed.recorded) ? feeds[0].polled_at : null;
  if (replayed && !lost) parts.push(say("replayed", replayed.slice(0, 10), replayed.slice(11, 16)));
  else if (feeds.length && !lost) parts.push(say("feeds", live, feeds.length));
  parts.push(fleet.count ? say("vehicles", fleet.count) : say("waiting"));
  if (age != null) parts.push(say("age", sayAge(age)));
  if (tracked != null && !lost && innerWidth > 600) parts.push(say("coverage", tracked));
  part("strip").className = `card ${lost ? "bad" : !fleet.count || live < feeds.length || age > 60 ? "warn" : "good"}`;
  const text = parts.join("  ·  ");
  if (part("strip-text").textContent !== text) part("strip-text").textContent = text;
}

function trackedPercent(coverage) {
  const lines = coverage ? listOf(coverage, "lines") : [];
  const due = lines.reduce((sum, line) => sum + line.due_now, 0);
  const tracked = lines.reduce((sum, line) => sum + line.due_tracked_now, 0);
  return due ? Math.min(100, Math.round((100 * tracked) / due)) : null;
}

// A task whose failure is said on the strip, and unsaid when it succeeds again.
function watched(task) {
  return async () => {
    try {
      await task();
      strip.lost = false;
    } catch (wrong) {
      if (wrong instanceof Refused && wrong.status === 429) strip.lost = say("quota", sayAge(quietFor()));
      else if (wrong instanceof Refused && (wrong.status === 401 || wrong.status === 403)) strip.lost = say("refused");
      else if (wrong instanceof Refused && wrong.status === 503) strip.lost = say("waiting");
      else strip.lost = say("lost");
      throw wrong;
    } finally { drawStrip(); }
  };
}

async function askForKey() {
  const dialog = part("ask-key");
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const text = part("key").value.trim();
  sessionStorage.setItem("headway-key", text);
  setKey(text);
}

function speak(language) {
  setLanguage(language);
  part("search").placeholder = say("search");
  part("search").setAttribute("aria-label", say("search"));
  part("map").setAttribute("aria-label", say("map"));
  for (const [id, word] of [["panel-close", "close"], ["zoom-in", "zoomIn"], ["zoom-out", "zoomOut"], ["zoom-fit", "zoomFit"]]) { part(id).setAttribute("aria-label", say(word)); part(id).title = say(word); }
  const other = language === "zh" ? ["English", "Switch to English", "en"] : ["中文", "切换为中文", "zh"];
  part("language").textContent = other[0];
  part("language").setAttribute("aria-label", other[1]);
  part("language").lang = other[2];
  shown?.draw?.();
  drawStrip();
}

function listen() {
  map.onPick = (found) => { if (found?.stop) openStop(found.stop, false); else if (found?.vehicle) openVehicle(found.vehicle); else if (shown) close(); };
  listenToSearch(part("search"), part("found"), network, openStop);
  part("panel-body").addEventListener("click", (event) => {
    const { vehicle, stop } = event.target.closest("[data-vehicle], [data-stop]")?.dataset ?? {};
    if (stop) goTo(stop);
    else if (fleet.vehicles.has(vehicle)) openVehicle(fleet.vehicles.get(vehicle), true);
  });
  part("panel-close").addEventListener("click", close);
  part("zoom-in").addEventListener("click", () => { map.touched(); map.zoomAt(1.5); });
  part("zoom-out").addEventListener("click", () => { map.touched(); map.zoomAt(1 / 1.5); });
  part("zoom-fit").addEventListener("click", () => map.fit());
  part("language").addEventListener("click", () => speak(getLanguage() === "zh" ? "en" : "zh"));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) close();
    if (event.key === "/" && document.activeElement !== part("search")) { event.preventDefault(); part("search").focus(); }
  });
  setInterval(() => { drawStrip(); if (!document.hidden) shown?.draw?.(); }, 1000);
}

async function start() {
  speak(getLanguage());
  listen();
  if (!(await openSession())) await askForKey();
  let stop = () => {};
  stop = poll(watched(async () => {
    await loadLines();
    queueMicrotask(() => stop());
    poll(watched(loadVehicles), VEHICLES_EVERY_S);
    poll(watched(loadFeeds), FEEDS_EVERY_S);
  }), 3);
}

start();
