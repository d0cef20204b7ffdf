// The charts of the page, its languages, and the room: slides moved by keys, a clicker, or a touch.
"use strict";
(() => {
  const { template, figures } = JSON.parse(document.getElementById("data").textContent);
  const parts = [...document.querySelectorAll(".part")];
  const languages = parts.map((part) => part.dataset.language);
  const still = { staticPlot: true, displayModeBar: false, responsive: false };
  const alive = { displayModeBar: false, scrollZoom: false, doubleClick: false, responsive: true };
  let language = languages[0];
  let place = 0;

  const part = () => parts.find((each) => each.dataset.language === language);
  const slides = () => [...part().querySelectorAll(".slide")];
  const inRoom = () => document.body.classList.contains("room");

  const drawn = (figure, more) => ({
    data: structuredClone(figure.data),
    layout: { ...structuredClone(figure.layout), template, ...more },
  });

  const drawPage = (chart) => {
    if (chart.dataset.drawn) return;
    chart.dataset.drawn = "yes";
    const { data, layout } = drawn(figures[language][chart.dataset.chart].page, {});
    Plotly.newPlot(chart, data, layout, alive);
  };

  const drawSlide = (slide) => {
    const chart = slide.querySelector(".chart");
    if (!chart || chart.dataset.drawn) return;
    chart.dataset.drawn = "yes";
    const of = figures[language][chart.dataset.chart];
    const room = chart.getBoundingClientRect();
    const scale = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--scale"));
    const figure = of.slides[chart.dataset.page];
    const width = room.width / scale / of.enlarged;
    const { data, layout } = drawn(figure, { width });
    const inside = document.createElement("div");
    chart.append(inside);
    // A chart that is taller than its room (a grid of many lines) is made to fit it, and never cut.
    const fits = Math.min(1, room.height / scale / of.enlarged / layout.height);
    inside.style.cssText = `transform: scale(${of.enlarged * fits}); transform-origin: 0 0; width: ${width}px`;
    Plotly.newPlot(inside, data, layout, still);
  };

  const fit = () => {
    const scale = Math.min(innerWidth / 960, innerHeight / 540);
    document.documentElement.style.setProperty("--scale", scale);
  };

  const show = () => {
    document.documentElement.lang = language;
    for (const each of parts) each.hidden = each.dataset.language !== language;
    for (const button of document.querySelectorAll(".languages button"))
      button.setAttribute("aria-pressed", button.dataset.to === language);
    if (!inRoom()) {
      part().querySelectorAll(".document .chart").forEach(drawPage);
      return;
    }
    fit();
    const all = slides();
    place = Math.max(0, Math.min(place, all.length - 1));
    all.forEach((slide, number) => { slide.hidden = number !== place; });
    const slide = all[place];
    if (!slide) return;
    let count = slide.querySelector(".count");
    if (!count) {
      count = document.createElement("div");
      count.className = "count";
      count.textContent = `${place + 1} / ${all.length}`;
      slide.append(count);
    }
    document.fonts.ready.then(() => drawSlide(slide));
  };

  // The place in the room is a chart and its part, so that another language, which may need more slides, keeps it.
  const where = () => {
    const chart = slides()[place]?.querySelector(".chart");
    return chart ? [chart.dataset.chart, chart.dataset.page] : null;
  };

  const speak = (to) => {
    const kept = inRoom() ? where() : null;
    language = to;
    if (kept) {
      const charts = slides().map((slide) => slide.querySelector(".chart"));
      const exact = charts.findIndex((chart) => chart && chart.dataset.chart === kept[0] && chart.dataset.page === kept[1]);
      place = exact >= 0 ? exact : charts.findLastIndex((chart) => chart && chart.dataset.chart === kept[0]);
    }
    show();
  };

  const enter = () => {
    document.body.classList.add("room");
    document.documentElement.requestFullscreen?.().catch(() => {});
    show();
  };

  const leave = () => {
    if (document.body.dataset.presenting === "yes") {
      parent.document.querySelector(".st-key-leave button")?.click();
      return;
    }
    document.body.classList.remove("room");
    if (document.fullscreenElement) document.exitFullscreen();
    show();
  };

  const move = (by) => { place += by; show(); };
  const keys = {
    ArrowRight: () => move(1), ArrowDown: () => move(1), PageDown: () => move(1), " ": () => move(1), Enter: () => move(1),
    ArrowLeft: () => move(-1), ArrowUp: () => move(-1), PageUp: () => move(-1), Backspace: () => move(-1),
    Home: () => move(-Infinity), End: () => move(Infinity), Escape: leave,
  };
  const letters = {
    KeyL: () => speak(languages[(languages.indexOf(language) + 1) % languages.length]),
    KeyB: () => document.body.classList.add("dark"),
    KeyW: () => document.body.classList.remove("dark"),
    KeyF: () => document.documentElement.requestFullscreen?.().catch(() => {}),
  };

  addEventListener("keydown", (event) => {
    if (!inRoom() || event.ctrlKey || event.metaKey || event.altKey) return;
    // Letters by their place on the keyboard: they work in the Russian and the Kazakh layout too.
    const act = keys[event.key] ?? letters[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });
  addEventListener("resize", () => { if (inRoom()) fit(); });
  // A browser that is full of the page keeps Escape to itself: leaving that is leaving the room.
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && inRoom()) leave();
  });
  addEventListener("click", (event) => {
    if (inRoom()) {
      if (event.target.closest?.(".leave")) return leave();
      move(event.clientX < innerWidth / 3 ? -1 : 1);
      return;
    }
    const button = event.target.closest?.("button");
    if (button?.dataset.to) speak(button.dataset.to);
    if (button?.classList.contains("present")) enter();
  });

  if (document.body.dataset.presenting === "yes") {
    document.body.classList.add("room");
    focus();
  }
  show();
})();
