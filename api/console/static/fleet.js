// Vehicles between their reports: each glides along its pattern towards where it should be by now.
import { pointAlong, project } from "./geometry.js";

const AHEAD_MAX_S = 40; // further than this from its report a vehicle is not carried on
const LEAP_M = 500;

export class Fleet {
  vehicles = new Map();
  dots = []; // every vehicle of a city seen from afar, where it was last seen
  dotsVersion = 0;
  #network;
  #clock;

  constructor(network, clock) {
    this.#network = network;
    this.#clock = clock;
  }

  get count() { return this.dots.length || this.vehicles.size; }
  get newest() {
    let newest = 0;
    for (const each of this.dots.length ? this.dots : this.vehicles.values()) if (each.seen > newest) newest = each.seen;
    return newest;
  }

  takeDots(reports) {
    this.dots = reports.map((report) => ({ ...report, place: project(report.latitude, report.longitude) }));
    this.dotsVersion += 1;
    for (const vehicle of this.vehicles.values()) vehicle.leaving ??= performance.now();
  }

  dropDots() {
    if (!this.dots.length) return;
    this.dots = [];
    this.dotsVersion += 1;
  }

  take(line, reports) {
    const seen = new Set();
    for (const report of reports) {
      if (report.latitude == null) continue;
      seen.add(report.id);
      this.#take(line, report);
    }
    for (const vehicle of this.vehicles.values()) if (vehicle.line === line && !seen.has(vehicle.id)) vehicle.leaving ??= performance.now();
  }

  #take(line, report) {
    const before = this.vehicles.get(report.id);
    const vehicle = before ?? { id: report.id, born: performance.now() };
    if (before && before.seen === report.seen && before.line === line) { Object.assign(vehicle, { load: report.load, basis: report.basis, until: report.until, leaving: null }); return; }
    const pattern = this.#patternOf(line, report);
    const progress = pattern ? this.#progressOf(pattern, report) : null;
    const same = before && before.pattern === pattern && progress != null && before.progress != null && report.seen > before.seen;
    const rate = same ? (progress - before.progress) / (report.seen - before.seen) : report.speed ?? 4;
    Object.assign(vehicle, report, {
      line, pattern, progress, leaving: null,
      rate: Math.min(25, Math.max(0, same && before.rate != null ? 0.5 * before.rate + 0.5 * rate : rate)),
      shown: same && Math.abs(before.shown - progress) < LEAP_M ? before.shown : progress,
      place: project(report.latitude, report.longitude),
    });
    this.vehicles.set(vehicle.id, vehicle);
  }

  #patternOf(line, report) {
    const patterns = this.#network.lines.get(line)?.patterns;
    if (!patterns?.size) return null;
    return patterns.get(report.pattern) ?? null;
  }

  #progressOf(pattern, report) {
    return report.progress == null ? null : Math.min(pattern.way.length, Math.max(0, report.progress * pattern.stretch));
  }

  // Move everything by `dt` seconds of the page's time.
  step(dt) {
    const now = this.#clock();
    for (const vehicle of this.vehicles.values()) {
      if (vehicle.leaving && performance.now() - vehicle.leaving > 900) { this.vehicles.delete(vehicle.id); continue; }
      if (vehicle.until && now > vehicle.until + 5) vehicle.leaving ??= performance.now();
      if (vehicle.progress == null) continue;
      const ahead = Math.min(AHEAD_MAX_S, Math.max(0, now - vehicle.seen));
      const stands = vehicle.state === "at_stop" || vehicle.state === "not_departed";
      const target = Math.min(vehicle.pattern.way.length, vehicle.progress + (stands ? 0 : vehicle.rate * ahead));
      const gap = target - vehicle.shown;
      vehicle.shown += Math.min(Math.max(gap / 2.5, 0), 30) * dt;
      if (gap < -80) vehicle.shown += (gap / 2.5) * dt;
    }
  }

  // Where to draw a vehicle: plane metres, heading, and its sideways place in lanes.
  locate(vehicle) {
    if (vehicle.progress == null) {
      return { x: vehicle.place[0], y: vehicle.place[1], angle: vehicle.bearing == null ? null : ((vehicle.bearing - 90) * Math.PI) / 180, lane: 0, nx: 0, ny: 0 };
    }
    const spot = pointAlong(vehicle.pattern.way, vehicle.shown);
    const line = this.#network.lines.get(vehicle.line);
    const lanes = this.#network.lanesOf(line, vehicle.pattern);
    const a = spot.segment, b = Math.min(lanes.length - 1, a + 1);
    const [nx, ny] = vehicle.pattern.normals[a];
    return { ...spot, lane: lanes[a] + (lanes[b] - lanes[a]) * spot.part, nx, ny };
  }
}
