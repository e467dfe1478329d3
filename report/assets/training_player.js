// The histories of a fit, and the player that moves through them.
(() => {
  "use strict";
  const {add, clamp, number, counted, Fit, Scale, PlaneView, LineView} = training;

  // Panel is a history against epoch, with a cursor.
  class Panel {
    constructor(player, spec) {
      Object.assign(this, {player, spec, fit: player.fit});
      this.svg = add(player.find(".panels"), "svg", {class: "panel", role: "img"});
      this.svg.addEventListener("pointerdown", event => this.seek(event));
      this.svg.addEventListener("pointermove", event => {
        if (event.buttons & 1) this.seek(event);
      });
    }

    seek(event) {
      const {epoch} = this.fit, box = this.svg.getBoundingClientRect();
      const u = (event.clientX - box.left - this.x.from) / (this.x.to - this.x.from);
      const wanted = epoch[0] + u * (epoch[epoch.length - 1] - epoch[0]);
      this.player.pause();
      this.player.go(this.player.entryOf(wanted));
    }

    // The values of a line that a linear or logarithmic axis can hold.
    range(lines) {
      let low = Infinity, high = -Infinity;
      for (const {values} of lines) {
        for (const v of values) {
          if (!Number.isFinite(v) || this.spec.log && v <= 0) continue;
          low = Math.min(low, v);
          high = Math.max(high, v);
        }
      }
      if (low > high) return this.spec.log ? [0.1, 1] : [0, 1];
      if (this.spec.log) {
        low = Math.max(low, high * 1e-6);
        return low === high ? [low / 2, high * 2] : [low, high];
      }
      if (this.spec.zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
      const more = 0.06 * (high - low) || 1;
      return [low - more, high + more];
    }

    draw() {
      const {svg, fit, spec} = this, width = Math.max(svg.clientWidth, 120), height = 92;
      svg.replaceChildren();
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.style.height = height + "px";
      const top = 18, bottom = height - 14, left = 2, right = width - 2;
      this.lines = spec.lines(this.player.kernel);
      const [low, high] = this.range(this.lines);
      const first = fit.epoch[0], last = fit.epoch[fit.size - 1];
      this.x = new Scale(first, last === first ? first + 1 : last, left, right);
      this.y = new Scale(low, high, bottom, top, spec.log);
      const floor = v => spec.log ? Math.max(v, low) : v;
      add(svg, "path", {class: "axis", d: `M${left} ${bottom}H${right}`});
      for (const c of fit.checkpoints) {
        add(svg, "path", {class: "checkpoint", d: `M${this.x.at(fit.epoch[c])} ${top}V${bottom}`});
      }
      if (!spec.log && low < 0 && high > 0) {
        add(svg, "path", {class: "axis", d: `M${left} ${this.y.at(0)}H${right}`});
      }
      for (const line of this.lines) {
        let d = "", up = false;
        line.values.forEach((v, e) => {
          if (!Number.isFinite(v)) { up = false; return; }
          d += `${up ? "L" : "M"}${this.x.at(fit.epoch[e]).toFixed(1)} ` +
            this.y.at(floor(v)).toFixed(1);
          up = true;
        });
        const path = add(svg, "path", {class: line.dim ? "line dim" : "line", d});
        path.style.stroke = line.color;
        if (line.dash) path.setAttribute("stroke-dasharray", line.dash);
      }
      for (const [entry] of fit.births) {
        add(svg, "path", {class: "tick", d: `M${this.x.at(fit.epoch[entry])} ${bottom}v-5`});
      }
      const title = add(svg, "text", {class: "title", x: left, y: 11}, spec.title);
      for (const line of this.lines.filter(l => l.name)) {
        add(title, "tspan", {dx: title.childNodes.length > 1 ? 5 : 0}, line.name + " ");
        if (line.plain) continue; // each kernel has its color
        add(title, "tspan", {}, line.dash ? "\u2504" : "\u2501").style.fill = line.color;
      }
      this.value = add(svg, "text", {class: "title", x: right, y: 11, "text-anchor": "end"});
      add(svg, "text", {x: left, y: height - 3}, counted(first));
      add(svg, "text", {x: right, y: height - 3, "text-anchor": "end"}, counted(last));
      this.cursor = add(svg, "path", {class: "cursor"});
      this.top = top;
      this.bottom = bottom;
      const names = spec.title || this.lines.map(l => l.name).join(", ");
      svg.setAttribute("aria-label", `${names} against epoch, from ` +
        `${number(this.lines[0].values[0])} to ${number(this.lines[0].values[fit.size - 1])}`);
    }

    update(i) {
      const x = this.x.at(this.fit.epoch[i]);
      this.cursor.setAttribute("d", `M${x} ${this.top}V${this.bottom}`);
      const told = this.lines.filter(l => !l.dim && l.shown !== false);
      this.value.textContent = told.length === 1 ? number(told[0].values[i]) : "";
    }
  }

  // panels are the histories that a fit has.
  function panels(fit) {
    const c = fit.curve, g = fit.grids, all = [];
    const last = fit.size - 1;
    const one = (name, title, color, more = {}) => {
      if (c[name]) all.push({title, ...more, lines: () => [{values: c[name], color}]});
    };
    const perKernel = (name, chosen, more) => g[name].map((values, k) => ({values,
      color: fit.color(k, last), dim: chosen >= 0 && chosen !== k, ...more}));
    one("sigma", ("width \u03c3 " + fit.width).trim(), "var(--sigma)", {log: true});
    if (c.loss) {
      all.push(c.penalty ? {title: "", lines: () => [
        {name: "loss", values: c.loss, color: "var(--loss)"},
        {name: "penalty", values: c.penalty, color: "var(--penalty)", dash: "4 2"}]} :
        {title: "loss", lines: () => [{values: c.loss, color: "var(--loss)"}]});
    }
    one("t", "statistic t", "var(--t)");
    if (g.coefficient) {
      all.push({title: "coefficients a", zero: true, lines: chosen => {
        const lines = perKernel("coefficient", chosen, {});
        return chosen < 0 ? lines.map(l => ({...l, shown: false})) : lines;
      }});
    }
    one("entropy", "gate entropy", "var(--loss)", {zero: true});
    one("distance", "distance [\u03c3]", "var(--sigma)", {log: true});
    if (c.pull) {
      all.push({title: "", log: true, lines: chosen => {
        const alone = chosen >= 0 && g.pull && g.push;
        const lines = [
          {name: "pull", values: alone ? g.pull[chosen] : c.pull, color: "var(--pull)"},
          {name: "push", values: alone ? g.push[chosen] : c.push, color: "var(--push)",
            dash: "4 2"}];
        if (!alone) lines.push({name: "net", values: c.net, color: "var(--net)"});
        return lines;
      }});
    }
    if (g.dataInSphere) {
      all.push({title: "", log: true, lines: chosen => chosen >= 0 ?
        [{name: "rows in sphere", values: g.dataInSphere[chosen], color: "var(--ink)"},
          {name: "expected", values: g.referenceInSphere[chosen], color: "var(--push)",
            dash: "4 2"}] :
        perKernel("dataInSphere", chosen, {shown: false})
          .map((l, k) => k ? l : {...l, name: "data rows in spheres", plain: true})});
    }
    return all;
  }

  let players = 0;

  class Player {
    constructor(root) {
      this.root = root;
      this.number = players++;
      this.fits = JSON.parse(root.querySelector("script.fits").textContent);
      this.unpacked = [];
      this.kernel = -1;
      this.axes = [0, 1];
      this.slider = this.find(".epoch");
      this.button = this.find(".play");
      this.listen();
      new ResizeObserver(() => this.resize()).observe(this.find(".stage"));
      this.show(this.find(".fit").selectedIndex);
    }

    find(selector) { return this.root.querySelector(selector); }

    listen() {
      this.button.addEventListener("click", () => this.toggle());
      this.slider.addEventListener("input", () => {
        this.pause();
        this.go(Number(this.slider.value));
      });
      this.find(".player").addEventListener("keydown", event => this.key(event));
      this.find(".fit").addEventListener("change", event => this.show(event.target.selectedIndex));
      this.find(".kernel").addEventListener("change", event =>
        this.highlight(Number(event.target.value), true));
      [".across", ".up"].forEach((name, which) => {
        this.find(name).addEventListener("change", event => {
          this.axes[which] = Number(event.target.value);
          this.drawView();
        });
      });
      this.find(".near").addEventListener("change", () => this.drawView());
      this.find("details.kernels").addEventListener("toggle", () => this.table());
    }

    key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (/^(SELECT|BUTTON|SUMMARY)$/.test(event.target.tagName) ||
        event.target.type === "checkbox" ||
        event.target.classList.contains("scroll")) return;
      const step = event.shiftKey ? 10 : 1;
      const to = {ArrowRight: this.entry + step, ArrowUp: this.entry + step,
        ArrowLeft: this.entry - step, ArrowDown: this.entry - step, Home: 0,
        End: this.fit?.size - 1}[event.key];
      if (event.key === " ") {
        this.toggle();
      } else if (to !== undefined) {
        this.pause();
        this.go(to);
      } else {
        return;
      }
      event.preventDefault();
    }

    async show(index) {
      this.pause();
      this.wanted = index;
      let fit;
      try {
        fit = this.unpacked[index] ??= await Fit.unpack(this.fits[index]);
      } catch (error) {
        const note = this.find(".unplayable");
        note.textContent = "This browser cannot unpack the recorded fits: " + error.message;
        note.hidden = false;
        return;
      }
      if (this.wanted !== index) return; // another fit was chosen meanwhile
      this.fit = fit;
      this.kernel = -1;
      this.axes = [0, Math.min(1, fit.axes.length - 1)];
      this.find(".player").hidden = false;
      this.slider.max = fit.size - 1;
      this.choices();
      this.find(".says").textContent = fit.note || "";
      this.find(".plane").textContent = [fit.plane, fit.left].filter(Boolean).join(" ");
      this.listMergers();
      this.find(".panels").replaceChildren();
      this.panels = panels(fit).map(spec => new Panel(this, spec));
      this.entry = fit.size - 1;
      this.drawAll();
    }

    choices() {
      const {fit} = this, plane = fit.axes.length > 2;
      [".across", ".up"].forEach((name, which) => {
        const select = this.find(name);
        select.parentElement.hidden = !plane;
        select.replaceChildren();
        fit.axes.forEach((a, k) => add(select, "option", {value: k}, a.label));
        select.value = this.axes[which];
      });
      const select = this.find(".kernel");
      select.replaceChildren();
      add(select, "option", {value: -1}, "all");
      for (let k = 0; k < fit.kernels; k++) add(select, "option", {value: k}, k + 1);
    }

    // highlight shows one kernel before the others, or all of them. A second click on a kernel
    // shows all again.
    highlight(kernel, keep) {
      this.kernel = !keep && kernel === this.kernel ? -1 : kernel;
      this.find(".kernel").value = this.kernel;
      this.drawAll();
    }

    resize() {
      const width = this.find(".stage").clientWidth;
      if (!this.fit || width === this.drawnWidth) return;
      this.drawAll();
    }

    drawAll() {
      this.drawnWidth = this.find(".stage").clientWidth;
      for (const p of this.panels) p.draw();
      this.drawView();
    }

    drawView() {
      this.view = new (this.fit.axes.length === 1 ? LineView : PlaneView)(this);
      this.legend();
      this.go(this.entry);
    }

    // The key of the picture: what its colors and marks mean.
    legend() {
      const {fit} = this, key = this.find(".signs");
      key.replaceChildren();
      const item = (text, draw, wide) => {
        const span = add(key, "span");
        if (draw) {
          draw(add(span, "svg", {"aria-hidden": "true", ...(wide ? {class: "bar"} : {})}));
        }
        span.append(text);
      };
      const line = fit.axes.length === 1;
      const sample = name => svg => line ?
        add(svg, "rect", {class: name === "data" ? "outline" : "density", x: 1, y: 1, width: 15,
          height: 10}) :
        add(svg, "path", {class: name, d: "M3 3h0M9 9h0M15 4h0"});
      item("data", sample("data"));
      item("reference", sample("reference"));
      item(`a from ${number(-fit.limit)} to ${number(fit.limit)}`, svg => {
        for (let k = 0; k < 30; k++) {
          add(svg, "rect", {x: 3 * k, y: 1, width: 3.2, height: 10,
            fill: training.diverging(k / 14.5 - 1)});
        }
      }, true);
      const circle = name => svg => add(svg, "circle", {class: name, cx: 9, cy: 6, r: 5.5});
      const beyond = this.view.beyond;
      if (beyond) item(`${beyond} ${beyond === 1 ? "row" : "rows"} beyond the picture`);
      if (fit.births.length) item("born again", circle("ring born"));
      if (fit.mergers.length) item("within 0.1\u00a0\u03c3 of another", circle("ring"));
    }

    listMergers() {
      const {fit} = this, most = 8, list = this.find(".mergers");
      list.replaceChildren();
      const n = fit.mergers.length;
      this.find(".merged").textContent = !n ? "No two kernels that were apart merged." :
        `${n} ${n === 1 ? "merger" : "mergers"} of kernels that were apart` +
        (n > most ? `, of which the ${most} longest are listed:` : ":");
      const length = m => fit.epoch[m.to] - fit.epoch[m.from];
      const shown = [...fit.mergers].sort((a, b) => length(b) - length(a)).slice(0, most)
        .sort((a, b) => a.from - b.from);
      for (const m of shown) {
        const from = counted(fit.epoch[m.from]), to = counted(fit.epoch[m.to]);
        const text = `${m.a + 1} and ${m.b + 1}: epoch ${from} ` +
          (m.lasts ? "to the end" : `to ${to}`);
        const button = add(add(list, "li"), "button", {type: "button"}, text);
        button.addEventListener("click", () => {
          this.pause();
          this.go(m.from);
        });
      }
    }

    // The entry whose epoch is nearest.
    entryOf(epoch) {
      const list = this.fit.epoch;
      let low = 0, high = list.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (list[middle] <= epoch) low = middle; else high = middle;
      }
      return epoch - list[low] <= list[high] - epoch ? low : high;
    }

    go(entry) {
      const {fit} = this, i = this.entry = clamp(Math.round(entry), 0, fit.size - 1);
      this.slider.value = i;
      this.view.update(i);
      for (const p of this.panels) p.update(i);
      const values = [["epoch", `${counted(fit.epoch[i])} of ${counted(fit.epoch[fit.size - 1])}`]];
      const names = {sigma: ("width \u03c3 " + fit.width).trim(), t: "statistic t", loss: "loss",
        entropy: "gate entropy", distance: "smallest distance"};
      for (const [name, label] of Object.entries(names)) {
        if (fit.curve[name]) {
          values.push([label, number(fit.curve[name][i]) + (name === "distance" ? " \u03c3" : "")]);
        }
      }
      const list = this.find(".readout");
      if (list.children.length !== values.length) {
        list.replaceChildren();
        for (const [label] of values) {
          const group = add(list, "div");
          add(group, "dt", {}, label);
          add(group, "dd");
        }
      }
      values.forEach(([label, value], k) => {
        list.children[k].firstChild.textContent = label;
        list.children[k].lastChild.textContent = value;
      });
      this.slider.setAttribute("aria-valuetext",
        values.slice(0, 4).map(([label, value]) => `${label} ${value}`).join(", "));
      this.table();
    }

    // The table of the kernels, which is only kept up while it is open.
    table() {
      const details = this.find("details.kernels"), {fit} = this, i = this.entry;
      if (!details.open || !fit) return;
      const g = fit.grids, axes = fit.axes.length > 2 ? this.axes : fit.axes.map((_, k) => k);
      const columns = [["kernel", k => k + 1]];
      for (const a of axes) {
        const label = fit.axes[a].component ? `component ${a + 1}` : fit.axes[a].label;
        columns.push([label, k => fit.outside(a, k, i) ? "beyond the picture" :
          number(fit.position[a][k][i])]);
      }
      for (const [name, label] of [["coefficient", "coefficient a"], ["pull", "pull of the data"],
        ["push", "push of the reference"], ["dataInSphere", "data rows within \u03c3"],
        ["referenceInSphere", "expected within \u03c3"]]) {
        const digits = {dataInSphere: 0, referenceInSphere: 1}[name]; // as counts have them
        if (g[name]) {
          columns.push([label, k => digits === undefined ? number(g[name][k][i]) :
            counted(g[name][k][i], digits)]);
        }
      }
      const head = details.querySelector("thead"), body = details.querySelector("tbody");
      head.replaceChildren();
      body.replaceChildren();
      const row = add(head, "tr");
      for (const [label] of columns) add(row, "th", {scope: "col"}, label);
      for (let k = 0; k < fit.kernels; k++) {
        const line = add(body, "tr");
        for (const [, cell] of columns) add(line, "td", {}, cell(k));
      }
    }

    toggle() {
      if (this.playing) this.pause(); else this.play();
    }

    // Playing takes the same time for each epoch, whatever epochs were recorded.
    play() {
      const {fit} = this;
      if (!fit) return;
      if (this.entry === fit.size - 1) this.go(0);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const first = fit.epoch[0], span = fit.epoch[fit.size - 1] - first;
      let epoch = fit.epoch[this.entry], before = performance.now();
      this.button.textContent = "Pause";
      const frame = now => {
        if (!this.playing) return;
        if (!calm || now - before > 500) { // a few pictures instead of a movement
          epoch += (now - before) / 1000 / Number(this.find(".speed").value) * span;
          before = now;
          this.go(this.entryOf(epoch));
          if (epoch >= first + span) return this.pause();
        }
        this.playing = requestAnimationFrame(frame);
      };
      this.playing = requestAnimationFrame(frame);
    }

    pause() {
      cancelAnimationFrame(this.playing);
      this.playing = 0;
      this.button.textContent = "Play";
    }
  }

  // A player is made when it comes near the window, so that a page of many fits opens quickly.
  const waiting = new Set(document.querySelectorAll(".training"));
  const make = root => {
    if (waiting.delete(root)) new Player(root);
  };
  const near = new IntersectionObserver(entries => {
    for (const e of entries) if (e.isIntersecting) make(e.target);
  }, {rootMargin: "600px"});
  for (const root of waiting) {
    root.querySelector(".unplayable").hidden = true;
    near.observe(root);
  }
  addEventListener("beforeprint", () => waiting.forEach(make));
})();
