// The player of recorded fits: kernels that move over the rows, with histories on the same epoch.
const training = {}; // what the files of the player share
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  function add(parent, name, attributes = {}, text) {
    const e = parent instanceof SVGElement || name === "svg" ?
      document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    if (text !== undefined) e.textContent = text;
    parent.append(e);
    return e;
  }

  const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
  const minus = text => String(text).replace(/-/g, "\u2212");

  // A number with three digits, or the digits of an integer.
  function number(v) {
    if (!Number.isFinite(v)) return "\u2013";
    if (v === 0) return "0";
    const size = Math.abs(v);
    if (size >= 1e5 || size < 1e-3) return minus(v.toExponential(2));
    const digits = clamp(2 - Math.floor(Math.log10(size)), 0, 5);
    return minus(v.toFixed(digits));
  }
  const counted = (n, digits = 0) => n.toLocaleString("en-US", {minimumFractionDigits: digits,
    maximumFractionDigits: digits});

  // Round numbers within a range, about as many as asked for.
  function ticks(low, high, count) {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw) || raw;
    const all = [];
    for (let k = Math.ceil(low / step); k * step <= high + 1e-9 * step; k++) all.push(k * step);
    return all;
  }
  const short = v => minus(parseFloat(v.toPrecision(4)));

  // The diverging color map of the figures: blue, gray at 0, vermillion.
  function diverging(u) {
    const end = u < 0 ? [0, 114, 178] : [213, 94, 0], share = Math.min(Math.abs(u), 1);
    return "rgb(" + end.map(c => Math.round(150 + share * (c - 150))).join(",") + ")";
  }

  // Fit holds the numbers of a recorded fit.
  class Fit {
    static async unpack(f) {
      const bytes = Uint8Array.from(atob(f.packed), c => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      return new Fit(f, new Uint8Array(await new Response(stream).arrayBuffer()));
    }

    constructor(f, raw) {
      Object.assign(this, f);
      const n = this.size = f.epoch.length;
      const floats = n * f.curves.length;
      const view = new DataView(new ArrayBuffer(4 * floats));
      for (let i = 0; i < floats; i++) {
        for (let b = 0; b < 4; b++) view.setUint8(4 * i + b, raw[b * floats + i]);
      }
      this.curve = {};
      f.curves.forEach((name, c) => {
        this.curve[name] = Float64Array.from({length: n},
          (_, i) => view.getFloat32(4 * (c * n + i), true));
      });
      this.raw = raw.subarray(4 * floats);
      this.at = 0;
      this.count = this.raw.length / 2;
      for (const range of [...f.axes, ...f.grids]) range.levels ||= f.levels;
      this.position = f.axes.map(a => this.grid(a));
      this.grids = {};
      for (const g of f.grids) this.grids[g.name] = this.grid(g);
      this.rows = f.axes.map(a => ({data: this.list(f.data, a),
        reference: this.list(f.reference, a)}));
      this.limit = 0;
      for (const list of this.grids.coefficient || []) {
        for (const a of list) this.limit = Math.max(this.limit, Math.abs(a));
      }
      this.limit ||= 1;
      this.born = Array.from({length: f.kernels}, () => []);
      for (const [entry, kernel] of f.births) this.born[kernel]?.push(entry);
    }

    next() {
      const i = this.at++;
      return this.raw[i] | this.raw[this.count + i] << 8;
    }

    value(level, range) {
      const u = level / (range.levels - 1);
      if (!range.log) return range.low + u * (range.high - range.low);
      return range.low * (range.high / range.low) ** u;
    }

    // The history of each kernel, from differences.
    grid(range) {
      return Array.from({length: this.kernels}, () => {
        let level = 0;
        return Float64Array.from({length: this.size}, () => {
          level = (level + this.next()) & 0xffff;
          return this.value(level, range);
        });
      });
    }

    list(n, range) {
      return Float64Array.from({length: n}, () => this.value(this.next(), range));
    }

    color(kernel, i) {
      const a = this.grids.coefficient?.[kernel][i] ?? 0;
      return diverging(a / this.limit);
    }

    // Whether a coordinate has the first or the last level, as those beyond the picture have.
    atBorder(axis, v) {
      const half = (axis.high - axis.low) / (this.levels - 1) / 2;
      return v < axis.low + half || v > axis.high - half;
    }

    outside(axis, kernel, i) {
      return this.atBorder(this.axes[axis], this.position[axis][kernel][i]);
    }

    // The range of an axis: what is drawn of it, or that of the rows alone.
    range(axis, near) {
      const {low, high} = this.axes[axis], {data, reference} = this.rows[axis];
      const values = [...data, ...reference].filter(v => !this.atBorder(this.axes[axis], v));
      if (!near || !values.length) return {low, high};
      const least = Math.min(...values), most = Math.max(...values);
      const more = 0.04 * (most - least) || 1;
      return {low: least - more, high: most + more};
    }

    // The first entry of the trail of a kernel: not across a birth.
    trailStart(kernel, i) {
      let from = Math.max(0, i - Math.max(12, Math.round(this.size / 25)));
      for (const b of this.born[kernel]) if (b <= i) from = Math.max(from, b);
      return from;
    }

    justBorn(kernel, i) {
      const span = Math.max(3, Math.round(this.size / 50));
      return this.born[kernel].some(b => b <= i && i < b + span);
    }

    merged(i) {
      return this.mergers.filter(m => m.from <= i && i <= m.to);
    }
  }

  // Scale maps a range of values to pixels.
  class Scale {
    constructor(low, high, from, to, log) {
      Object.assign(this, {low, high, from, to, log});
      if (log) [this.low, this.high] = [Math.log(low), Math.log(high)];
      if (this.low === this.high) this.high = this.low + 1;
    }
    at(v) {
      const u = ((this.log ? Math.log(v) : v) - this.low) / (this.high - this.low);
      return this.from + u * (this.to - this.from);
    }
    pixels(length) { return Math.abs(length / (this.high - this.low) * (this.to - this.from)); }
  }

  Object.assign(training, {diverging, add, clamp, number, counted, ticks, short, Fit, Scale});
})();
