// Draws the charts of a page: each [data-chart] names the JSON beside it that holds its days and
// series. A chart stands in a table, too, so a browser that cannot draw it loses nothing.
(() => {
  const drawn = new Map();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function draw(place) {
    const data = document.getElementById(place.dataset.chart);
    if (!data || !window.ApexCharts) return null;
    const wanted = options(JSON.parse(data.textContent));
    // Changed, not made anew: a chart still follows its size for a moment after it was destroyed,
    // and would draw itself over its successor.
    if (drawn.has(place)) return drawn.get(place).updateOptions(wanted, true, false);
    const chart = new window.ApexCharts(place, wanted);
    drawn.set(place, chart);
    return chart.render();
  }

  function options({ days, series }) {
    const look = getComputedStyle(document.documentElement);
    const colour = (name) => look.getPropertyValue(`--tblr-${name}`).trim();
    const dark = document.documentElement.dataset.bsTheme === "dark";
    const language = document.documentElement.lang;
    const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    return {
      chart: {
        type: "bar",
        stacked: true,
        height: 256,
        fontFamily: "inherit",
        foreColor: colour("secondary"),
        background: "transparent",
        toolbar: { show: false },
        zoom: { enabled: false },
        animations: { enabled: !still.matches },
      },
      theme: { mode: dark ? "dark" : "light" },
      colors: series.map((each) => colour(each.colour)),
      series: series.map(({ name, data }) => ({ name, data })),
      plotOptions: { bar: { columnWidth: "60%" } },
      dataLabels: { enabled: false },
      grid: { borderColor: colour("border-color"), strokeDashArray: 4 },
      legend: { position: "bottom", showForSingleSeries: true },
      tooltip: { theme: dark ? "dark" : "light", y: { formatter: (value) => number.format(value) } },
      xaxis: {
        categories: days,
        tickPlacement: "between",
        labels: { hideOverlappingLabels: true, rotate: 0 },
        axisBorder: { show: false },
        axisTicks: { show: false },
        tooltip: { enabled: false },
      },
      yaxis: {
        forceNiceScale: true,
        min: 0,
        labels: { formatter: (value) => (Number.isInteger(value) ? number.format(value) : "") },
      },
    };
  }

  // One drawing after another: a chart that is still being drawn cannot be taken away cleanly.
  let last = Promise.resolve();
  function drawAll() {
    last = last.then(async () => {
      for (const [place, chart] of drawn) {
        if (place.isConnected) continue;
        chart.destroy();
        drawn.delete(place);
      }
      for (const place of document.querySelectorAll("[data-chart]")) await draw(place);
    });
  }

  drawAll();
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.querySelector("[data-chart]")) drawAll();
  });
  // Another look has other colours.
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
