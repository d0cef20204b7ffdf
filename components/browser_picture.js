// A picture of the chart that stands above: its own SVG, with words above and below, as a file.
const FONT = "/app/static/fonts/Inter.woff2";
const SPACE = "http://www.w3.org/2000/svg";
const EDGE = 24;

const face = async () => {
  const root = document.querySelector("base")?.href ?? location.origin;
  const blob = await (await fetch(new URL(FONT.slice(1), root.endsWith("/") ? root : root + "/"))).blob();
  const address = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
  return `@font-face { font-family: Inter; font-weight: 100 900; src: url(${address}) format("woff2"); }`;
};

const lines = (words, width, font) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  const found = [""];
  for (const word of words.split(" ")) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (pen.measureText(longer).width <= width) {
      found[found.length - 1] = longer;
      continue;
    }
    if (found.at(-1)) found.push("");
    // An address is one long word: it is broken at the edge, never cut.
    for (const letter of word) {
      if (found.at(-1) && pen.measureText(found.at(-1) + letter).width > width) found.push("");
      found[found.length - 1] += letter;
    }
  }
  return found;
};

const drawn = async (data) => {
  const chart = document.querySelector(`.st-key-chart_${CSS.escape(data.block)} .js-plotly-plot`);
  const layers = [...chart.querySelectorAll(".main-svg")];
  const width = layers[0].clientWidth || Number(layers[0].getAttribute("width"));
  const height = layers[0].clientHeight || Number(layers[0].getAttribute("height"));
  const whole = document.createElementNS(SPACE, "svg");
  const style = document.createElementNS(SPACE, "style");
  style.textContent = await face();
  whole.append(style);
  const paper = document.createElementNS(SPACE, "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", data.colour.paper);
  whole.append(paper);
  let y = EDGE;
  const write = (words, size, weight, colour) => {
    for (const line of lines(words, width, `${weight} ${size}px Inter`)) {
      y += size * 1.35;
      const text = document.createElementNS(SPACE, "text");
      text.textContent = line;
      for (const [name, value] of Object.entries({
        x: EDGE, y, fill: colour, "font-size": size, "font-weight": weight, "font-family": "Inter, Arial, sans-serif",
      })) text.setAttribute(name, value);
      whole.append(text);
    }
  };
  write(data.title, 19, 600, data.colour.ink);
  y += 12;
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    copy.removeAttribute("style");
    copy.setAttribute("x", EDGE);
    copy.setAttribute("y", y);
    copy.setAttribute("overflow", "visible");
    copy.querySelectorAll(".hoverlayer, .draglayer").forEach((each) => each.replaceChildren());
    whole.append(copy);
  }
  y += height + 4;
  for (const line of data.lines) write(line, 12, 400, data.colour.quiet);
  y += EDGE;
  whole.setAttribute("xmlns", SPACE);
  whole.setAttribute("width", width + 2 * EDGE);
  whole.setAttribute("height", y);
  whole.setAttribute("viewBox", `0 0 ${width + 2 * EDGE} ${y}`);
  return { words: new XMLSerializer().serializeToString(whole), width: width + 2 * EDGE, height: y };
};

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

const forms = {
  svg: async (data) => save(new Blob([(await drawn(data)).words], { type: "image/svg+xml" }), `${data.name}svg`),
  png: async (data) => {
    const { words, width, height } = await drawn(data);
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([words], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0);
    URL.revokeObjectURL(image.src);
    canvas.toBlob((blob) => save(blob, `${data.name}png`), "image/png");
  },
};

export default ({ data, parentElement }) => {
  const buttons = ["png", "svg"].map((form) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `browser-picture ${form}`;
    button.textContent = data[form];
    button.onclick = () => forms[form](data);
    return button;
  });
  parentElement.replaceChildren(...buttons);
};
