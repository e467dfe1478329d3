"use strict";

// The number at the beginning of a cell, or nothing.
const numberIn = text => {
  const found = text.replace(/[\u202f\u00a0\s]/g, "").replace(/\u2212/g, "-")
    .match(/[-+]?\d*\.?\d+(?:e[-+]?\d+)?/i);
  return found ? Number(found[0]) : null;
};

// Rows without a value come last in both directions.
const compareCells = (a, b, numeric, sign) => {
  if (!numeric) {
    return sign * a.localeCompare(b, "en", { numeric: true });
  }
  const x = numberIn(a), y = numberIn(b);
  if (x === null || y === null) {
    return (x === null) - (y === null);
  }
  return sign * (x - y);
};

const sortBy = (table, head) => {
  const heads = [...table.tHead.rows[0].cells];
  const column = heads.indexOf(head);
  const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  heads.forEach(h => h.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", order);
  const numeric = head.classList.contains("number");
  const rows = [...table.tBodies[0].rows];
  const key = row => row.cells[column].textContent.trim();
  rows.sort((a, b) => compareCells(key(a), key(b), numeric, order === "ascending" ? 1 : -1));
  table.tBodies[0].append(...rows);
};

document.querySelectorAll("table.sortable").forEach(table => {
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sortBy(table, head));
    head.append(button);
  }
});

// A table that is wider than its place says that it can be scrolled.
const widths = new ResizeObserver(entries => {
  for (const { target } of entries) {
    target.classList.toggle("more", target.scrollWidth > target.clientWidth + 1);
  }
});
document.querySelectorAll("main .scroll").forEach(part => widths.observe(part));

// The boxes of a comparison show and hide the arms in its charts and tables.
document.querySelectorAll(".comparison").forEach(section => {
  const boxes = section.querySelector(".arms");
  boxes.addEventListener("change", event => {
    section.querySelectorAll(`[data-arm="${CSS.escape(event.target.value)}"]`)
      .forEach(part => part.classList.toggle("hidden", !event.target.checked));
  });
  boxes.classList.add("ready");
});

// A link into a folded part unfolds it.
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") {
      part.open = true;
    }
  }
  if (target) {
    target.scrollIntoView();
  }
};
addEventListener("hashchange", unfold);
unfold();

// The report of a run that goes on loads itself again while it is served.
const growing = document.querySelector("#partial[data-seconds]");
if (growing && location.protocol.startsWith("http")) {
  setTimeout(() => location.reload(), 1000 * Number(growing.dataset.seconds));
}
