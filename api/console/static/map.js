// The live map: lines and stops drawn when the view changes, vehicles each frame.
const LANE_GAP = 1.4;
const SCALE_MIN = 0.004, SCALE_MAX = 3;
const STOPS_FROM = 0.05, NAMES_FROM = 0.085, STOP_NAMES_FROM = 0.32, VEHICLE_NAMES_FROM = 0.16;

export class CityMap {
  view = { x: 0, y: 0, scale: 0.05 }; // plane metres at the middle; pixels a metre
  selected = { stop: null, vehicle: null };
  onPick = () => {};
  #canvas; #pen; #still; #stillPen; #names; #namesPen; #network; #fleet; #drawn = ""; #colors; #last = 0; #glide = null; #fitted = 0; #touched = false;

  constructor(canvas, network, fleet) {
    this.#canvas = canvas; this.#network = network; this.#fleet = fleet;
    this.#pen = canvas.getContext("2d");
    this.#still = document.createElement("canvas");
    this.#stillPen = this.#still.getContext("2d", { alpha: false });
    this.#names = document.createElement("canvas"); // names lie above the vehicles
    this.#namesPen = this.#names.getContext("2d");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const recolor = () => { this.#colors = readColors(dark.matches); this.#drawn = ""; };
    dark.addEventListener("change", recolor);
    recolor();
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
    listenToHands(canvas, this);
    requestAnimationFrame((at) => this.#frame(at));
  }

  get size() { return [this.#canvas.clientWidth, this.#canvas.clientHeight]; }
  touched() { this.#touched = true; this.#glide = null; }
  toScreen(x, y) { const [w, h] = this.size; return [(x - this.view.x) * this.view.scale + w / 2, (y - this.view.y) * this.view.scale + h / 2]; }
  panBy(dx, dy) { this.view.x -= dx / this.view.scale; this.view.y -= dy / this.view.scale; }

  zoomAt(factor, sx = this.size[0] / 2, sy = this.size[1] / 2) {
    const [w, h] = this.size;
    const scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, this.view.scale * factor));
    const keep = 1 / this.view.scale - 1 / scale;
    this.view = { x: this.view.x + (sx - w / 2) * keep, y: this.view.y + (sy - h / 2) * keep, scale };
  }

  fit(glide = true) {
    const box = this.#network.bounds;
    if (!box) return;
    const [w, h] = this.size;
    const wide = w > 640;
    const side = wide ? 404 : 0, names = wide ? 90 : 30, top = wide ? 30 : 76, bottom = 60;
    const scale = Math.min((w - side - names - 30) / (box.right - box.left || 1), (h - top - bottom) / (box.bottom - box.top || 1));
    const to = { scale, x: (box.left + box.right) / 2 - (side - names + 30) / 2 / scale, y: (box.top + box.bottom) / 2 - (top - bottom) / 2 / scale };
    if (glide) this.glideTo(to); else this.view = to;
  }

  show(place, scale = Math.max(this.view.scale, 0.22)) {
    const [w, h] = this.size;
    const aside = w > 640 ? [-194, 0] : [0, h * 0.22];
    this.glideTo({ x: place.x + aside[0] / scale, y: place.y + aside[1] / scale, scale });
  }

  glideTo(to) {
    this.#touched = true;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) { this.view = to; return; }
    this.#glide = { from: { ...this.view }, to, at: performance.now(), lasts: 520 };
  }

  // What lies under a point of the screen: a vehicle before a stop.
  find(sx, sy, reach = 14) {
    let best = null, least = reach;
    for (const vehicle of this.#fleet.vehicles.values()) {
      const [x, y] = this.#vehicleAt(vehicle).at;
      const far = Math.hypot(x - sx, y - sy);
      if (far < least) { least = far; best = { vehicle }; }
    }
    if (best || this.view.scale < STOPS_FROM * 0.6) return best ?? this.#findStop(sx, sy, reach, true);
    return this.#findStop(sx, sy, reach, false);
  }

  #findStop(sx, sy, reach, stationsOnly) {
    let best = null, least = reach;
    for (const stop of this.#network.stops.values()) {
      if (stationsOnly && !stop.isStation) continue;
      const [x, y] = this.toScreen(stop.x, stop.y);
      const far = Math.hypot(x - sx, y - sy) - (stop.isStation ? 3 : 0);
      if (far < least) { least = far; best = { stop }; }
    }
    return best;
  }

  linesInView() {
    const [w, h] = this.size;
    const { x, y, scale } = this.view;
    const wide = (w / 2 + 80) / scale, high = (h / 2 + 80) / scale;
    const isInView = ([px, py]) => Math.abs(px - x) < wide && Math.abs(py - y) < high;
    return [...this.#network.lines.values()].filter((line) => line.ways.some(({ way }) => way.points.some(isInView))).map((line) => line.id);
  }

  #resize() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    for (const each of [this.#canvas, this.#still, this.#names]) { each.width = this.size[0] * ratio; each.height = this.size[1] * ratio; }
    this.#drawn = "";
    if (!this.#touched) this.fit(false);
  }

  #frame(at) {
    requestAnimationFrame((next) => this.#frame(next));
    const dt = Math.min(0.25, (at - this.#last) / 1000);
    this.#last = at;
    if (this.#network.version !== this.#fitted && !this.#touched) { this.fit(false); this.#fitted = this.#network.version; }
    if (this.#glide) this.#step();
    this.#fleet.step(dt);
    const { x, y, scale } = this.view;
    const wanted = `${x} ${y} ${scale} ${this.#network.version} ${this.#fleet.dotsVersion} ${this.selected.stop?.id}`;
    if (wanted !== this.#drawn) { this.#drawStill(); this.#drawn = wanted; }
    this.#pen.setTransform(1, 0, 0, 1, 0, 0);
    this.#pen.drawImage(this.#still, 0, 0);
    this.#drawVehicles(at);
    this.#pen.setTransform(1, 0, 0, 1, 0, 0);
    this.#pen.drawImage(this.#names, 0, 0);
  }

  #step() {
    const { from, to, at, lasts } = this.#glide;
    const t = Math.min(1, (performance.now() - at) / lasts);
    const k = 1 - (1 - t) ** 3;
    const scale = from.scale * (to.scale / from.scale) ** k;
    const m = to.scale === from.scale ? k : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
    this.view = { x: from.x + (to.x - from.x) * m, y: from.y + (to.y - from.y) * m, scale };
    if (t === 1) this.#glide = null;
  }

  get #lineWidth() { return Math.min(6, Math.max(2, 2.2 + 2.2 * Math.log10(this.view.scale / 0.03))); }

  #begin(pen) {
    const ratio = this.#canvas.width / (this.size[0] || 1);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return this.size;
  }

  #drawStill() {
    const pen = this.#stillPen, [w, h] = this.#begin(pen);
    pen.fillStyle = this.#colors.ground;
    pen.fillRect(0, 0, w, h);
    this.#begin(this.#namesPen);
    this.#namesPen.clearRect(0, 0, w, h);
    this.#namesPen.lineJoin = "round";
    pen.lineJoin = pen.lineCap = "round";
    const lines = [...this.#network.lines.values()].sort((a, b) => a.isTrain - b.isTrain);
    for (const casing of [true, false]) for (const line of lines) this.#drawLine(pen, line, casing);
    if (this.view.scale >= STOPS_FROM * 0.4) this.#drawStops(pen, w, h);
    this.#drawDots(pen);
  }

  // Tens of thousands of vehicles: with the lines, not in each frame.
  #drawDots(pen) {
    const size = Math.min(6, Math.max(2.5, 60 * this.view.scale));
    for (const { place: [x, y], line } of this.#fleet.dots) {
      const [sx, sy] = this.toScreen(x, y);
      pen.fillStyle = this.#colors.rim;
      pen.fillRect(sx - size / 2 - 0.5, sy - size / 2 - 0.5, size + 1, size + 1);
      pen.fillStyle = this.#network.lines.get(line)?.color ?? this.#colors.faint;
      pen.fillRect(sx - size / 2, sy - size / 2, size, size);
    }
  }

  #drawLine(pen, line, casing) {
    const width = this.#lineWidth * (line.isTrain ? 1.55 : 1);
    pen.strokeStyle = casing ? this.#colors.ground : line.color;
    pen.globalAlpha = casing || line.isTrain ? 1 : 0.82;
    pen.lineWidth = casing ? width + 2.2 : width;
    for (const pattern of line.ways) {
      const lanes = this.#network.lanesOf(line, pattern);
      pen.beginPath();
      pattern.way.points.forEach(([x, y], i) => {
        const [sx, sy] = this.#aside(x, y, pattern.normals[i], lanes[i]);
        if (i) pen.lineTo(sx, sy); else pen.moveTo(sx, sy);
      });
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  #aside(x, y, normal, lane) {
    const [sx, sy] = this.toScreen(x, y), far = lane * (this.#lineWidth + LANE_GAP);
    return [sx + normal[0] * far, sy + normal[1] * far];
  }

  #drawStops(pen, w, h) {
    const taken = [];
    const stops = [...this.#network.stops.values()].filter((stop) => { const [x, y] = this.toScreen(stop.x, stop.y); return x > -60 && x < w + 60 && y > -20 && y < h + 20; });
    stops.sort((a, b) => b.isStation - a.isStation || b.lines.size - a.lines.size);
    for (const stop of stops) {
      const chosen = stop === this.selected.stop;
      if (!stop.isStation && !chosen && this.view.scale < STOPS_FROM) continue;
      const [x, y] = this.toScreen(stop.x, stop.y);
      const radius = stop.isStation ? Math.min(7.5, 4 + this.view.scale * 14) : Math.min(5.5, 1.6 + this.view.scale * 9);
      pen.beginPath();
      pen.arc(x, y, chosen ? radius + 3 : radius, 0, 7);
      pen.fillStyle = chosen ? this.#colors.accent : this.#colors.stop;
      pen.fill();
      pen.lineWidth = stop.isStation ? 2.4 : 1.3;
      pen.strokeStyle = chosen ? this.#colors.stop : this.#colors.stopRim;
      pen.stroke();
    }
    for (const stop of stops.sort((a, b) => (b === this.selected.stop) - (a === this.selected.stop))) {
      const chosen = stop === this.selected.stop;
      if (chosen || this.view.scale >= (stop.isStation ? NAMES_FROM * 0.62 : STOP_NAMES_FROM)) this.#drawName(this.#namesPen, stop, taken, chosen);
    }
  }

  #drawName(pen, stop, taken, chosen) {
    const [x, y] = this.toScreen(stop.x, stop.y);
    pen.font = `${chosen || stop.isStation ? 600 : 450} ${stop.isStation ? 12.5 : 11.5}px system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif`;
    const wide = pen.measureText(stop.name).width;
    const box = [x + 12, y - 8, x + 14 + wide, y + 8];
    if (!chosen && taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
    taken.push(box);
    pen.lineWidth = 3.5;
    pen.strokeStyle = this.#colors.ground;
    pen.fillStyle = stop.isStation || chosen ? this.#colors.ink : this.#colors.faint;
    pen.textBaseline = "middle";
    pen.strokeText(stop.name, x + 13, y + 0.5);
    pen.fillText(stop.name, x + 13, y + 0.5);
  }

  #vehicleAt(vehicle) {
    const spot = this.#fleet.locate(vehicle);
    return { at: this.#aside(spot.x, spot.y, [spot.nx, spot.ny], spot.lane), angle: spot.angle };
  }

  #drawVehicles(now) {
    const pen = this.#pen, [w, h] = this.#begin(pen);
    const size = Math.min(1.5, Math.max(0.55, 0.9 + 0.55 * Math.log10(this.view.scale / 0.08)));
    const named = this.view.scale >= VEHICLE_NAMES_FROM;
    pen.textAlign = "center"; pen.textBaseline = "middle";
    for (const vehicle of this.#fleet.vehicles.values()) {
      const { at: [x, y], angle } = this.#vehicleAt(vehicle);
      if (x < -30 || x > w + 30 || y < -30 || y > h + 30) continue;
      const line = this.#network.lines.get(vehicle.line);
      const fade = vehicle.leaving ? Math.max(0, 1 - (performance.now() - vehicle.leaving) / 900) : Math.min(1, (performance.now() - vehicle.born) / 500);
      const chosen = this.selected.vehicle === vehicle.id;
      this.#drawVehicle(pen, { x, y, angle, size: size * (chosen ? 1.25 : 1), line, fade, chosen, named, pale: vehicle.basis !== "live", now });
    }
    pen.globalAlpha = 1;
    pen.textAlign = "start";
  }

  #drawVehicle(pen, { x, y, angle, size, line, fade, chosen, named, pale, now }) {
    const long = (line.isTrain ? 11 : 8) * size, half = 5.4 * size;
    pen.globalAlpha = fade;
    if (chosen) {
      pen.beginPath();
      pen.arc(x, y, long + 7 + 2 * Math.sin(now / 320), 0, 7);
      pen.fillStyle = `${line.color}40`;
      pen.fill();
    }
    pen.save();
    pen.translate(x, y);
    pen.rotate(angle ?? 0);
    pen.beginPath();
    if (angle == null) pen.arc(0, 0, half, 0, 7);
    else {
      pen.moveTo(-long, -half + 2); pen.quadraticCurveTo(-long, -half, -long + 2, -half);
      pen.lineTo(long * 0.5, -half); pen.quadraticCurveTo(long * 0.9, -half, long + 3 * size, 0);
      pen.quadraticCurveTo(long * 0.9, half, long * 0.5, half); pen.lineTo(-long + 2, half);
      pen.quadraticCurveTo(-long, half, -long, half - 2); pen.closePath();
    }
    pen.fillStyle = pale ? this.#colors.ground : line.color;
    pen.fill();
    pen.lineWidth = pale ? 2 : 1.6;
    pen.strokeStyle = pale ? line.color : this.#colors.rim;
    pen.stroke();
    pen.restore();
    if (named) {
      pen.font = `700 ${(line.name.length > 1 ? 7.4 : 8.5) * size}px system-ui, sans-serif`;
      pen.fillStyle = pale ? line.color : line.ink;
      pen.fillText(line.name, x, y + 0.5);
    }
    pen.globalAlpha = 1;
  }
}

function readColors(dark) {
  return dark
    ? { ground: "#10161a", ink: "#e9efed", faint: "#9fadaa", accent: "#5fd0c5", stop: "#10161a", stopRim: "#c7d2cf", rim: "#10161a" }
    : { ground: "#f3f1ec", ink: "#17211f", faint: "#5b6764", accent: "#0b6e69", stop: "#ffffff", stopRim: "#3a4744", rim: "#ffffff" };
}

function listenToHands(canvas, map) {
  const hands = new Map();
  let moved = 0, apart = 0;
  const middle = () => { const all = [...hands.values()]; return [all.reduce((s, p) => s + p[0], 0) / all.length, all.reduce((s, p) => s + p[1], 0) / all.length]; };
  const spread = () => { const [a, b] = [...hands.values()]; return b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0; };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    hands.set(event.pointerId, [event.clientX, event.clientY]);
    if (hands.size === 1) moved = 0;
    apart = spread();
    canvas.classList.add("dragging");
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!hands.has(event.pointerId)) { canvas.classList.toggle("pointing", Boolean(map.find(event.clientX, event.clientY))); return; }
    const before = middle();
    hands.set(event.pointerId, [event.clientX, event.clientY]);
    const after = middle();
    moved += Math.hypot(after[0] - before[0], after[1] - before[1]);
    if (moved < 4 && hands.size === 1) return;
    map.touched();
    map.panBy(after[0] - before[0], after[1] - before[1]);
    const wide = spread();
    if (apart && wide) map.zoomAt(wide / apart, ...after);
    apart = wide;
  });
  const lift = (event) => {
    if (!hands.delete(event.pointerId)) return;
    apart = spread();
    if (hands.size) return;
    canvas.classList.remove("dragging");
    if (event.type === "pointerup" && moved < 6) map.onPick(map.find(event.clientX, event.clientY, event.pointerType === "touch" ? 26 : 14));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    map.touched();
    const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    map.zoomAt(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX, event.clientY);
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => { map.touched(); map.zoomAt(2, event.clientX, event.clientY); });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] }[event.key];
    if (move) { map.touched(); map.panBy(...move); }
    else if (event.key === "+" || event.key === "=") { map.touched(); map.zoomAt(1.4); }
    else if (event.key === "-") { map.touched(); map.zoomAt(1 / 1.4); }
    else if (event.key === "0") map.fit();
    else if (event.key === "Enter") map.onPick(map.find(map.size[0] / 2, map.size[1] / 2, 400));
    else return;
    event.preventDefault();
  });
}
