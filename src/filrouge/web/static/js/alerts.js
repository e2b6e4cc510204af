// A permalink to an alert that this view leaves out, or holds folded: show it.
function show() {
  const [, id] = location.hash.match(/^#alert-(\w+)$/) ?? [];
  if (!id) return;
  const place = document.getElementById(`alert-${id}`);
  if (!place) { if (!location.search.includes(`alert=${id}`)) location.replace(`?alert=${id}#alert-${id}`); return; }
  const folded = place.closest("details");
  if (folded && !folded.open) { folded.open = true; place.scrollIntoView({ block: "center" }); }
}

addEventListener("hashchange", show);
show();
