// A new project: the browser knows in which time zone the person is, and proposes it.
(() => {
  const input = document.querySelector("[data-propose-zone] input");
  if (!input || input.value !== input.defaultValue || input.value !== "UTC") return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...input.list.options].some((option) => option.value === zone);
  if (known) input.value = zone;
})();
