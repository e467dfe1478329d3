// The pictures of kernels over rows, in one and two dimensions.
(() => {
  "use strict";
  const {add, clamp, ticks, short, Scale} = training;

  // View is the picture of kernels and rows; subclasses have one and two dimensions.
  class View {
    constructor(player) {
      this.player = player;
      this.svg = player.find(".view");
      this.fit = player.fit;
      this.svg.replaceChildren();
      this.width = Math.max(this.svg.clientWidth, 200);
      this.height = Math.round(clamp(this.width * 0.8, 240, 480));
      this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
      this.svg.style.height = this.height + "px";
      this.box = {left: 46, right: this.width - 8, top: 8, bottom: this.height - 34};
      const clip = "view-" + player.number;
      const frame = {x: this.box.left, y: this.box.top, width: this.box.right - this.box.left,
        height: this.box.bottom - this.box.top};
      add(add(add(this.svg, "defs"), "clipPath", {id: clip}), "rect", frame);
      this.beyond = 0; // rows that are not drawn
      this.draw();
      this.under = add(this.svg, "g", {"clip-path": `url(#${clip})`});
      this.rows();
      this.kernels = Array.from({length: this.fit.kernels}, (_, k) => {
        const g = add(this.under, "g", {class: "kernel"});
        g.addEventListener("click", () => player.highlight(k));
        return g;
      });
      this.names = add(this.svg, "g"); // above all kernels
      this.make();
    }

    horizontal(scale, label) {
      const {left, right, bottom} = this.box;
      for (const v of ticks(scale.low, scale.high, Math.max(3, this.width / 110))) {
        const x = scale.at(v);
        add(this.svg, "path", {class: "axis", d: `M${x} ${bottom}v4`});
        add(this.svg, "text", {x, y: bottom + 15, "text-anchor": "middle"}, short(v));
      }
      add(this.svg, "text", {class: "title", x: (left + right) / 2, y: bottom + 30,
        "text-anchor": "middle"}, label);
    }

    vertical(scale, label, top, bottom) {
      for (const v of ticks(scale.low, scale.high, Math.max(2, (bottom - top) / 40))) {
        const y = scale.at(v);
        add(this.svg, "path", {class: "axis", d: `M${this.box.left} ${y}h-4`});
        add(this.svg, "text", {x: this.box.left - 7, y: y + 4, "text-anchor": "end"}, short(v));
      }
      add(this.svg, "text", {class: "title", x: 0, y: 0, "text-anchor": "middle",
        transform: `translate(11 ${(top + bottom) / 2}) rotate(-90)`}, label);
    }

    frame(top, bottom) {
      const {left, right} = this.box;
      add(this.svg, "path", {class: "axis", d: `M${left} ${top}H${right}V${bottom}H${left}Z`});
    }

    // The marks that both views have: a center, a ring for births and mergers, and a number.
    marks(g) {
      return {g, center: add(g, "circle", {class: "center", r: 4.5}),
        ring: add(g, "circle", {class: "ring", r: 9}),
        number: add(this.names, "text", {class: "number"})};
    }

    place(mark, kernel, i, x, y) {
      const {fit} = this, color = fit.color(kernel, i);
      mark.center.setAttribute("cx", x);
      mark.center.setAttribute("cy", y);
      mark.center.setAttribute("fill", color);
      mark.ring.setAttribute("cx", x);
      mark.ring.setAttribute("cy", y);
      const born = fit.justBorn(kernel, i);
      const merged = fit.merged(i).some(m => m.a === kernel || m.b === kernel);
      mark.ring.setAttribute("class", born ? "ring born" : "ring");
      mark.ring.setAttribute("r", born ? 11 : 7.5);
      mark.ring.setAttribute("visibility", born || merged ? "visible" : "hidden");
      mark.number.setAttribute("x", clamp(x + 8, this.box.left, this.box.right - 14));
      mark.number.setAttribute("y", clamp(y - 8, this.box.top + 10, this.box.bottom));
      mark.number.textContent = kernel;
      const chosen = this.player.kernel;
      const dim = chosen >= 0 && chosen !== kernel ? " dim" : "";
      mark.g.setAttribute("class", "kernel" + dim);
      mark.number.setAttribute("class", "number" + dim);
      return color;
    }
  }

  // The dots of rows as a path of points, and the number of rows beyond the picture.
  function dots(xs, ys, inside, x, y) {
    let d = "", beyond = 0;
    for (let i = 0; i < xs.length; i++) {
      if (!inside(i)) {
        beyond++;
        continue;
      }
      d += `M${x.at(xs[i]).toFixed(1)} ${y.at(ys[i]).toFixed(1)}h0`;
    }
    return {d, beyond};
  }

  class PlaneView extends View {
    draw() {
      const [i, j] = this.player.axes, {axes} = this.fit, {box} = this;
      const near = this.player.find(".near").checked;
      const [a, b] = [this.fit.range(i, near), this.fit.range(j, near)];
      const ratio = (a.high - a.low) / (b.high - b.low);
      if (axes[i].radius > 0 && axes[i].radius === axes[j].radius && ratio > 1 / 3 && ratio < 3) {
        // Spheres are circles: one unit on both axes.
        const w = box.right - box.left, h = box.bottom - box.top;
        const unit = Math.max((a.high - a.low) / w, (b.high - b.low) / h);
        for (const [range, pixels] of [[a, w], [b, h]]) {
          const more = (unit * pixels - (range.high - range.low)) / 2;
          range.low -= more;
          range.high += more;
        }
      }
      this.x = new Scale(a.low, a.high, box.left, box.right);
      this.y = new Scale(b.low, b.high, box.bottom, box.top);
      this.frame(box.top, box.bottom);
      this.horizontal(this.x, axes[i].label);
      this.vertical(this.y, axes[j].label, box.top, box.bottom);
    }

    rows() {
      const [i, j] = this.player.axes, {rows, axes} = this.fit;
      for (const sample of ["reference", "data"]) {
        const xs = rows[i][sample], ys = rows[j][sample];
        const {d, beyond} = dots(xs, ys, k => !this.fit.atBorder(axes[i], xs[k]) &&
          !this.fit.atBorder(axes[j], ys[k]), this.x, this.y);
        add(this.under, "path", {class: sample, d});
        this.beyond += beyond;
      }
    }

    make() {
      this.marked = this.kernels.map(g => {
        const trail = add(g, "path", {class: "trail"});
        const sphere = add(g, "ellipse", {class: "sphere"});
        return {trail, sphere, ...this.marks(g)};
      });
    }

    update(i) {
      const [p, q] = this.player.axes, {fit} = this, sigma = fit.curve.sigma?.[i] ?? 0;
      this.marked.forEach((mark, k) => {
        const px = fit.position[p][k], py = fit.position[q][k];
        const x = this.x.at(px[i]), y = this.y.at(py[i]);
        const color = this.place(mark, k, i, x, y);
        const rx = this.x.pixels(sigma * fit.axes[p].radius);
        const ry = this.y.pixels(sigma * fit.axes[q].radius);
        for (const [name, v] of Object.entries({cx: x, cy: y, rx, ry, fill: color,
          stroke: color})) mark.sphere.setAttribute(name, v);
        if (fit.outside(p, k, i) || fit.outside(q, k, i)) mark.g.classList.add("outside");
        let d = "";
        for (let e = fit.trailStart(k, i); e <= i; e++) {
          d += (d ? "L" : "M") + this.x.at(px[e]).toFixed(1) + " " + this.y.at(py[e]).toFixed(1);
        }
        mark.trail.setAttribute("d", d);
        mark.trail.setAttribute("stroke", color);
      });
    }
  }

  class LineView extends View {
    draw() {
      const {box, fit} = this, axis = fit.axes[0];
      this.range = fit.range(0, this.player.find(".near").checked);
      this.middle = Math.round(box.top + 0.55 * (box.bottom - box.top));
      this.x = new Scale(this.range.low, this.range.high, box.left, box.right);
      this.a = new Scale(-1.1 * fit.limit, 1.1 * fit.limit, box.bottom, this.middle + 8);
      this.frame(box.top, this.middle);
      this.frame(this.middle + 8, box.bottom);
      this.horizontal(this.x, axis.label);
      this.vertical(this.a, "coefficient a", this.middle + 8, box.bottom);
      const zero = this.a.at(0);
      add(this.svg, "path", {class: "axis", d: `M${box.left} ${zero}H${box.right}`});
    }

    // The densities of both samples, each normalized by itself, on a logarithmic axis.
    rows() {
      const {box, fit} = this, bins = 60, {low, high} = this.range;
      const fill = values => {
        const h = new Float64Array(bins);
        for (const v of values) {
          if (fit.atBorder(fit.axes[0], v)) {
            this.beyond++;
            continue;
          }
          h[clamp(Math.floor((v - low) / (high - low) * bins), 0, bins - 1)] +=
            bins / ((high - low) * values.length);
        }
        return h;
      };
      const data = fill(fit.rows[0].data), reference = fill(fit.rows[0].reference);
      const filled = [...data, ...reference].filter(v => v > 0);
      if (!filled.length) return;
      const y = new Scale(Math.min(...filled) / 1.5, Math.max(...filled) * 1.5, this.middle,
        box.top, true);
      const width = (box.right - box.left) / bins;
      const shape = h => {
        let d = `M${box.left} ${this.middle}`;
        h.forEach((v, k) => {
          d += `V${(v > 0 ? y.at(v) : this.middle).toFixed(1)}H${(box.left +
            (k + 1) * width).toFixed(1)}`;
        });
        return d + `V${this.middle}`;
      };
      add(this.under, "path", {class: "density", d: shape(reference)});
      add(this.under, "path", {class: "outline", d: shape(data)});
      add(this.svg, "text", {class: "title", x: 0, y: 0, "text-anchor": "middle",
        transform: `translate(11 ${(box.top + this.middle) / 2}) rotate(-90)`},
        "density (log scale)");
    }

    make() {
      this.marked = this.kernels.map(g => ({band: add(g, "rect", {class: "sphere"}),
        trail: add(g, "path", {class: "trail"}), interval: add(g, "path", {class: "line"}),
        ...this.marks(g)}));
    }

    update(i) {
      const {fit, box} = this, sigma = fit.curve.sigma?.[i] ?? 0;
      const reach = this.x.pixels(sigma * fit.axes[0].radius);
      this.marked.forEach((mark, k) => {
        const mu = fit.position[0][k], a = fit.grids.coefficient?.[k];
        const height = e => this.a.at(a ? a[e] : 0);
        const x = this.x.at(mu[i]), y = height(i);
        const color = this.place(mark, k, i, x, y);
        for (const [name, v] of Object.entries({x: x - reach, width: 2 * reach, y: box.top,
          height: this.middle - box.top, fill: color, stroke: color})) {
          mark.band.setAttribute(name, v);
        }
        mark.interval.setAttribute("d", `M${x - reach} ${y}H${x + reach}m0 -4v8` +
          `M${x - reach} ${y - 4}v8`);
        mark.interval.setAttribute("stroke", color);
        if (fit.outside(0, k, i)) mark.g.classList.add("outside");
        let d = "";
        for (let e = fit.trailStart(k, i); e <= i; e++) {
          d += (d ? "L" : "M") + this.x.at(mu[e]).toFixed(1) + " " + height(e).toFixed(1);
        }
        mark.trail.setAttribute("d", d);
        mark.trail.setAttribute("stroke", color);
      });
    }
  }

  Object.assign(training, {PlaneView, LineView});
})();
