// Refreshes the parts of a page marked data-refresh every few seconds, unless it is hidden.
const SECONDS = 3;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-refresh]")) {
    const newer = fresh.getElementById(part.id);
    // A person may be about to press what has the focus.
    if (newer && !part.contains(document.activeElement) && newer.innerHTML !== part.innerHTML) {
      part.innerHTML = newer.innerHTML;
    }
  }
}

if (document.querySelector("[data-refresh]")) {
  setInterval(() => refresh().catch(() => {}), SECONDS * 1000);
}
