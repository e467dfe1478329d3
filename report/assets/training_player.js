// The player, which moves through the epochs of a fit.
(() => {
  "use strict";
  const {add, clamp, number, counted, panels, Fit, Panel, PlaneView, LineView} = training;

  let players = 0;

  class Player {
    constructor(root) {
      this.root = root;
      this.number = players++;
      this.fits = JSON.parse(root.querySelector("script.fits").textContent);
      this.unpacked = [];
      this.panels = [];
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
      this.find(".whole").addEventListener("click", () => {
        this.zoomTo();
        this.slider.focus(); // the button disappears
      });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
        if (this.fit) this.drawAll(); // a canvas has the colors with which it was drawn
      });
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
      const zoom = {"+": 0.5, "=": 0.5, "-": 2}[event.key];
      if (event.key === " ") {
        this.toggle();
      } else if (zoom) {
        this.zoomBy(zoom);
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
      for (const p of this.panels) p.chart.destroy();
      this.find(".panels").replaceChildren();
      this.panels = panels(fit).map(spec => new Panel(this, spec));
      this.zoom = null;
      this.find(".whole").hidden = true;
      this.entry = fit.start;
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
      for (let k = 0; k < fit.kernels; k++) add(select, "option", {value: k}, k);
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
      this.drawnWidth = width;
      for (const p of this.panels) p.resize();
      this.drawView();
    }

    // zoomTo shows the histories between two epochs, or all of them.
    zoomTo(range) {
      const {epoch} = this.fit, [min, max] = range || [epoch[0], epoch.at(-1)];
      this.zoom = range || null;
      for (const p of this.panels) p.chart.setScale("x", {min, max});
    }

    // zoomBy changes how many epochs are shown, with the present one in the middle.
    zoomBy(factor) {
      const {epoch} = this.fit, first = epoch[0], last = epoch.at(-1);
      const [min, max] = this.zoom || [first, last];
      const span = Math.max(factor * (max - min), Math.min(10, last - first));
      if (span >= last - first) return this.zoomTo();
      const from = clamp(epoch[this.entry] - span / 2, first, last - span);
      this.zoomTo([from, from + span]);
    }

    // zoomed notes the epochs that the histories are shown between.
    zoomed({min, max}) {
      const {epoch} = this.fit, whole = min <= epoch[0] && max >= epoch.at(-1);
      this.zoom = whole ? null : [min, max];
      this.find(".whole").hidden = whole;
    }

    // follow moves the epochs that are shown to one that is beyond them.
    follow(epoch) {
      if (!this.zoom) return;
      const [min, max] = this.zoom, span = max - min, all = this.fit.epoch;
      if (epoch >= min && epoch <= max) return;
      const from = clamp(epoch - span / 2, all[0], all.at(-1) - span);
      this.zoomTo([from, from + span]);
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
        const text = `${m.a} and ${m.b}: epoch ${from} ` +
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
      this.follow(fit.epoch[i]);
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
      const columns = [["kernel", k => k]];
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

  // The first player is made at once, so that a page that is printed or photographed shows it. Others
  // are made when they come near the window, so that a page of many fits opens quickly.
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
  [...waiting].slice(0, 1).forEach(make);
  addEventListener("beforeprint", () => waiting.forEach(make));
})();
