// The list follows the runs without losing the focus: the part of the page that changed is replaced.
"use strict";
setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch("/", {headers: {Accept: "text/html"}});
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = document.getElementById("runs"), next = fresh.getElementById("runs");
    if (next && now.innerHTML !== next.innerHTML && !now.contains(document.activeElement)) {
      now.replaceWith(next);
    }
  } catch { /* the program has ended, or the tunnel is closed; it may come back */ }
}, 3000);
