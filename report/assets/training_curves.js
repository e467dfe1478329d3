// The histories of a fit against epoch, which uPlot draws.
(() => {
  "use strict";
  const {add, number, counted, ticks, short} = training;

  const plotHeight = 96, font = "10px system-ui, sans-serif";

  // Round numbers of a logarithmic axis: powers of ten, or few others within one or two of them.
  function logTicks(low, high) {
    const all = [], from = Math.floor(Math.log10(low)), to = Math.ceil(Math.log10(high));
    const every = Math.ceil((to - from) / 4);
    const steps = to - from > 2 ? [1] : [1, 2, 5];
    for (let k = from; k <= to; k += every) {
      for (const m of steps) {
        const v = m * 10 ** k;
        if (v >= low && v <= high) all.push(v);
      }
    }
    return all.length > 1 ? all : ticks(low, high, 3);
  }

  // The label of a tick, which has room for a few digits.
  const tickLabel = v => v !== 0 && (Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3) ?
    v.toExponential(0).replace("e+", "e").replaceAll("-", "\u2212") : short(v);

  // Panel is a chart of histories, with a mark at the epoch of the player.
  class Panel {
    constructor(player, spec) {
      Object.assign(this, {player, spec, fit: player.fit});
      this.box = add(player.find(".panels"), "div", {class: "panel", role: "img"});
      this.head = add(this.box, "div", {class: "head"});
      this.body = add(this.box, "div");
    }

    get width() { return Math.max(this.box.clientWidth, 120); }

    // A color that is a variable of the style sheet, as a canvas needs it.
    color(name) {
      const variable = /^var\((.*)\)$/.exec(name);
      return variable ? getComputedStyle(this.box).getPropertyValue(variable[1]).trim() : name;
    }

    draw() {
      const {spec, fit} = this;
      this.chart?.destroy();
      this.lines = spec.lines(this.player.kernel);
      this.heading();
      const series = this.lines.map(line => ({
        stroke: () => this.color(line.color), width: 1.4, alpha: line.dim ? 0.22 : 1,
        dash: line.dash, points: {show: false}}));
      const values = this.lines.map(line =>
        Array.from(line.values, v => Number.isFinite(v) ? v : null));
      this.chart = new uPlot({
        width: this.width, height: plotHeight, padding: [5, 14, 0, 0], legend: {show: false},
        series: [{}, ...series],
        scales: {
          x: {time: false, range: (u, low, high) => [low, high > low ? high : low + 1]},
          y: {distr: spec.log ? 3 : 1, clamp: (u, v, low) => low,
            range: (u, low, high) => this.range(low, high)}},
        axes: [this.axis({size: 17, gap: 1, grid: {show: false}, splits: (u, axis, low, high) =>
          ticks(low, high, Math.max(3, this.width / 70)).filter(Number.isInteger),
          values: (u, splits) => splits.map(v => counted(v))}),
        this.axis({size: 38, gap: 3, grid: {stroke: () => this.color("var(--line)"), width: 1},
          splits: (u, axis, low, high) => spec.log ? logTicks(low, high) : ticks(low, high, 3),
          values: (u, splits) => splits.map(tickLabel), filter: (u, splits) => splits})],
        cursor: {y: false, points: {size: 5}, sync: {key: "training-" + this.player.number, setSeries: false},
          drag: {x: true, y: false, dist: 5, click: () => {}}},
        hooks: {
          drawAxes: [u => this.marks(u)], draw: [() => this.mark()],
          setCursor: [() => this.tell()],
          setScale: [(u, scale) => { if (scale === "x") this.player.zoomed(u.scales.x); }]},
      }, [fit.epoch, ...values], this.body);
      this.cursor = add(this.chart.over, "div", {class: "cursor"});
      this.when = add(this.chart.over, "div", {class: "when"});
      this.listen(this.chart.over);
      if (this.player.zoom) {
        const [min, max] = this.player.zoom;
        this.chart.setScale("x", {min, max});
      }
    }

    axis(more) {
      return {stroke: () => this.color("var(--soft)"), font, ticks: {show: false}, ...more};
    }

    // A click goes to its epoch. A double click shows all epochs, and does not move.
    listen(over) {
      let pressed, before;
      over.addEventListener("mousedown", event => { pressed = event.clientX; });
      over.addEventListener("click", event => {
        if (event.detail > 1 || Math.abs(event.clientX - pressed) > 4) return;
        before = this.player.entry;
        this.player.pause();
        this.player.go(this.chart.posToIdx(event.clientX - over.getBoundingClientRect().left));
      });
      over.addEventListener("dblclick", () => {
        this.player.zoomTo();
        if (before !== undefined) this.player.go(before);
        before = undefined;
      });
    }

    resize() {
      this.chart.setSize({width: this.width, height: plotHeight});
    }

    // The range of an axis for values between two, which are null without any.
    range(low, high) {
      if (this.spec.log) {
        if (!(high > 0)) return [0.1, 1];
        low = Math.max(low, high * 1e-6);
        return [low / (low === high ? 2 : 1.15), high * (low === high ? 2 : 1.15)];
      }
      if (low === null) return [0, 1];
      if (this.spec.zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
      const more = 0.06 * (high - low) || 1;
      return [low - more, high + more];
    }

    // Scales at which t was taken are dotted lines, and births are ticks at the bottom.
    marks(u) {
      const {ctx, bbox} = u, {epoch, checkpoints, births} = this.fit, ratio = uPlot.pxRatio;
      const bottom = bbox.top + bbox.height;
      const line = (entry, from, to) => {
        const x = Math.round(u.valToPos(epoch[entry], "x", true));
        ctx.moveTo(x, from);
        ctx.lineTo(x, to);
      };
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width + ratio, bbox.height);
      ctx.clip();
      ctx.lineWidth = ratio;
      ctx.strokeStyle = this.color("var(--line)");
      ctx.setLineDash([1.5 * ratio, 2 * ratio]);
      ctx.beginPath();
      for (const c of checkpoints) line(c, bbox.top, bottom);
      ctx.stroke();
      ctx.strokeStyle = this.color("var(--ink)");
      ctx.setLineDash([]);
      ctx.beginPath();
      for (const [entry] of births) line(entry, bottom - 5 * ratio, bottom);
      ctx.stroke();
      ctx.restore();
    }

    heading() {
      const named = this.lines.filter(l => l.name), {title} = this.spec;
      this.head.replaceChildren();
      // A heading has the height of as many lines as it can need, so that nothing moves as values
      // change.
      const most = named.length || Math.min(this.lines.length, 2);
      this.head.className = `head lines-${most}`;
      if (title) add(this.head, "span", {}, title);
      this.values = (named.length ? named : [undefined]).map(line => {
        const part = add(this.head, "span", {class: line ? "part" : "alone"});
        if (line) {
          part.append(line.name);
          const sign = add(part, "i", {class: line.dash ? "dashed" : ""});
          sign.style.borderColor = line.color;
        }
        return add(part, "b");
      });
    }

    // What the lines have at an entry, one text for each value of the heading.
    read(i, nearest) {
      const named = this.lines.filter(l => l.name), shown = this.lines.filter(l => !l.dim);
      const text = ({values, digits}) =>
        digits === undefined ? number(values[i]) : counted(values[i], digits);
      if (named.length) return named.map(text);
      if (shown.length === 1) return [text(shown[0])];
      if (nearest >= 0) return [`kernel ${nearest}: ${text(this.lines[nearest])}`];
      const order = shown.filter(l => Number.isFinite(l.values[i]))
        .sort((a, b) => a.values[i] - b.values[i]);
      return [order.length ? `${text(order[0])} to ${text(order.at(-1))}` : "\u2013"];
    }

    // The line that is next to the cursor in this chart; -1 if that is in another one.
    nearest(i) {
      const {cursor} = this.chart;
      if (!cursor.event) return -1;
      const far = line => {
        const v = line.values[i];
        return Number.isFinite(v) ? Math.abs(this.chart.valToPos(v, "y") - cursor.top) : Infinity;
      };
      return this.lines.reduce((best, line, k) =>
        far(line) < far(this.lines[best]) ? k : best, 0);
    }

    // The values at the cursor, or else at the epoch of the player.
    tell() {
      const {chart, when} = this, {idx, left} = chart.cursor;
      const hovers = idx !== null && idx !== undefined && left >= 0;
      const i = hovers ? idx : this.player.entry;
      this.read(i, hovers ? this.nearest(i) : -1).forEach((text, k) => {
        this.values[k].textContent = text;
      });
      when.hidden = !hovers || !chart.cursor.event;
      if (when.hidden) return;
      when.textContent = `epoch ${counted(this.fit.epoch[i])}`;
      const right = left > chart.over.clientWidth / 2;
      when.style.left = right ? "" : `${left + 4}px`;
      when.style.right = right ? `${chart.over.clientWidth - left + 4}px` : "";
    }

    // The mark at the epoch of the player, which is hidden beyond the epochs that are shown.
    mark() {
      const {min, max} = this.chart.scales.x, epoch = this.fit.epoch[this.player.entry];
      if (min === null || min === undefined) return; // not yet drawn
      this.cursor.hidden = epoch < min || epoch > max;
      this.cursor.style.transform = `translateX(${this.chart.valToPos(epoch, "x").toFixed(1)}px)`;
    }

    update(i) {
      const {fit, spec} = this, names = this.lines.filter(l => l.name).map(l => l.name);
      this.mark();
      this.tell();
      const told = this.read(i, -1).map((v, k) => names[k] ? `${names[k]} ${v}` : v).join(", ");
      this.box.setAttribute("aria-label", `${spec.title || names.join(", ")} against epoch: ` +
        `${told} at epoch ${counted(fit.epoch[i])}, from ${this.read(0, -1).join(", ")} to ` +
        this.read(fit.size - 1, -1).join(", "));
    }
  }

  // panels are the histories that a fit has.
  function panels(fit) {
    const c = fit.curve, g = fit.grids, all = [];
    const last = fit.size - 1;
    const one = (name, title, color, more = {}) => {
      if (c[name]) all.push({title, ...more, lines: () => [{values: c[name], color}]});
    };
    const perKernel = (name, chosen, digits) => g[name].map((values, k) => ({values, digits,
      color: fit.color(k, last), dim: chosen >= 0 && chosen !== k}));
    one("sigma", ("width \u03c3 " + fit.width).trim(), "var(--sigma)", {log: true});
    if (c.loss) {
      all.push(c.penalty ? {title: "", lines: () => [
        {name: "loss", values: c.loss, color: "var(--loss)"},
        {name: "penalty", values: c.penalty, color: "var(--penalty)", dash: [4, 2]}]} :
        {title: "loss", lines: () => [{values: c.loss, color: "var(--loss)"}]});
    }
    one("t", "statistic t", "var(--t)");
    if (g.coefficient) {
      all.push({title: "coefficients a", zero: true, lines: chosen =>
        perKernel("coefficient", chosen)});
    }
    one("entropy", "gate entropy", "var(--loss)", {zero: true});
    one("distance", "distance [\u03c3]", "var(--sigma)", {log: true});
    if (c.pull) {
      all.push({title: "", log: true, lines: chosen => {
        const alone = chosen >= 0 && g.pull && g.push;
        const lines = [
          {name: "pull", values: alone ? g.pull[chosen] : c.pull, color: "var(--pull)"},
          {name: "push", values: alone ? g.push[chosen] : c.push, color: "var(--push)",
            dash: [4, 2]}];
        if (!alone) lines.push({name: "net", values: c.net, color: "var(--net)"});
        return lines;
      }});
    }
    if (g.dataInSphere) {
      all.push({title: "rows in spheres", log: true, lines: chosen => chosen >= 0 ?
        [{name: "data", values: g.dataInSphere[chosen], color: "var(--ink)", digits: 0},
          {name: "expected", values: g.referenceInSphere[chosen], color: "var(--push)",
            dash: [4, 2], digits: 1}] : perKernel("dataInSphere", chosen, 0)});
    }
    return all;
  }

  Object.assign(training, {Panel, panels});
})();
