/* The map: every paper a point, drawn by WebGL so that tens of thousands move with the pointer.
   Gradio gives `element`, `props`, `server`, `trigger` and `watch`. A point's number is the paper's place in the atlas. */

const part = (name) => element.querySelector(`.map-${name}`);
const canvas = part("canvas"), stage = part("stage"), status = part("status"), tip = part("tip");
const PALETTE = [
  [61, 111, 209], [224, 122, 48], [46, 150, 110], [190, 70, 130], [132, 98, 200], [200, 160, 30],
  [70, 165, 200], [196, 72, 60], [110, 140, 50], [150, 105, 75], [95, 125, 150], [150, 150, 150],
];
const CITED = [230, 30, 30];
const FAINT = 0.25; // how visible the papers outside a choice are
const REACH = 12; // pixels within which a point is pointed at
const CELLS = 96; // the grid that finds the nearest point is this wide
const CLOSEST = 60; // the most that the map is enlarged
const MARGIN = 0.25; // the canvas reaches this part of the stage beyond each of its edges
const SLOW = 12; // milliseconds; where drawing takes longer, the last picture is moved until the hand rests
const REST = 140; // milliseconds without a move after which such a map is drawn again

const map = { count: 0, points: new Float32Array(), colours: new Uint8Array(), values: new Uint8Array(), labels: [] };
const view = { scale: 1, x: 0, y: 0 };
let drawn = { ...view }; // the view of the picture on the canvas
let cost = 0; // milliseconds that drawing it took
let resting = 0;
let chosen = null; // a Set of numbers, or null for all
let cited = new Set();
let clusters = [];
let grid = null;
let frame = 0;

/* ---- From the server ---- */

async function load() {
  if (!props.value) return;
  status.textContent = status.dataset.loading;
  try {
    const drawn = await server.map_points(null);
    map.points = unpacked(drawn.points, Float32Array);
    map.count = map.points.length / 2;
    clusters = drawn.clusters;
    grid = gridOf(map.points);
    offer(drawn.colourings);
    await colour(part("colouring").value);
    await lightUpCited();
    choose(null);
    nameClusters();
  } catch (error) {
    status.textContent = status.dataset.trouble;
    console.warn(error);
  }
}

function unpacked(text, kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new kind(bytes.buffer);
}

function offer(colourings) {
  const select = part("colouring"), before = select.value;
  select.replaceChildren(...colourings.map((name) => new Option(name, name)));
  if (colourings.includes(before)) select.value = before;
}

async function colour(name) {
  const { labels, values } = await server.map_colours(name);
  map.values = unpacked(values, Uint8Array);
  map.labels = labels;
  drawLegend();
  paint();
}

function drawLegend() {
  const entries = map.labels.map((label, number) => legendEntry(label, PALETTE[number % PALETTE.length]));
  if (cited.size) entries.push(legendEntry(part("legend").dataset.cited, CITED));
  part("legend").replaceChildren(...entries);
}

function legendEntry(label, colour) {
  const entry = document.createElement("li"), dot = document.createElement("i");
  dot.style.background = `rgb(${colour})`;
  entry.append(dot, label);
  return entry;
}

async function lightUpCited() {
  const cards = document.querySelectorAll("#sources .turn-sources:not([hidden]) .card[data-paper]");
  const ids = [...new Set([...cards].map((card) => card.dataset.paper))];
  cited = new Set(ids.length ? await server.map_places(ids) : []);
  drawLegend();
  paint();
}

/* ---- Drawing ---- */

const gl = canvas.getContext("webgl", { antialias: true, premultipliedAlpha: false });
const program = gl && programOf(
  "attribute vec2 at; attribute vec4 colour; uniform vec2 move, zoom; uniform float size; varying vec4 shade;" +
  "void main() { gl_Position = vec4((at + move) * zoom, 0., 1.); gl_PointSize = size * (colour.a > .95 ? 1.7 : 1.); shade = colour; }",
  "precision mediump float; varying vec4 shade;" +
  "void main() { float r = length(gl_PointCoord - .5); if (r > .5) discard; gl_FragColor = vec4(shade.rgb, shade.a * smoothstep(.5, .42, r)); }",
);
const buffers = gl && { at: gl.createBuffer(), colour: gl.createBuffer() };

function programOf(...sources) {
  const made = gl.createProgram();
  sources.forEach((source, number) => {
    const shader = gl.createShader(number ? gl.FRAGMENT_SHADER : gl.VERTEX_SHADER);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  });
  gl.linkProgram(made);
  gl.useProgram(made);
  return made;
}

function paint() {
  map.colours = new Uint8Array(map.count * 4);
  for (let i = 0; i < map.count; i++) {
    const lit = cited.has(i);
    const [r, g, b] = lit ? CITED : PALETTE[(map.values[i] ?? 0) % PALETTE.length];
    const visible = lit ? 1 : !chosen || chosen.has(i) ? 0.85 : FAINT;
    map.colours.set([r, g, b, visible * 255], i * 4);
  }
  upload("at", map.points);
  upload("colour", map.colours);
  timedDraw();
  placeNames();
}

function upload(name, data) {
  if (!gl) return;
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
}

function draw() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (cost > SLOW) movePicture();
    else drawPoints();
    placeNames();
  });
}

function movePicture() {
  const unit = pixelsAUnit(), factor = view.scale / drawn.scale;
  canvas.style.transform = `translate(${(view.x - drawn.x) * unit}px, ${(drawn.y - view.y) * unit}px) scale(${factor})`;
  clearTimeout(resting);
  resting = setTimeout(drawPoints, REST);
}

function timedDraw() {
  const began = performance.now();
  drawPoints();
  gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits until it is drawn
  cost = performance.now() - began;
}

function drawPoints() {
  if (!gl) return;
  drawn = { ...view };
  canvas.style.transform = "";
  const ratio = devicePixelRatio || 1, width = stage.clientWidth * (1 + 2 * MARGIN), height = stage.clientHeight * (1 + 2 * MARGIN);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const unit = pixelsAUnit();
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.enable(gl.BLEND);
  gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.uniform2f(gl.getUniformLocation(program, "move"), view.x, view.y);
  gl.uniform2f(gl.getUniformLocation(program, "zoom"), (2 * unit) / width, (2 * unit) / height);
  gl.uniform1f(gl.getUniformLocation(program, "size"), pointSize() * ratio);
  attribute("at", 2, gl.FLOAT, false);
  attribute("colour", 4, gl.UNSIGNED_BYTE, true);
  gl.drawArrays(gl.POINTS, 0, map.count);
}

function attribute(name, size, type, normalised) {
  const place = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, size, type, normalised, 0, 0);
}

function pointSize() {
  const crowded = Math.max(2.5, Math.min(11, 260 / Math.sqrt(map.count || 1)));
  return Math.min(14, crowded * Math.sqrt(view.scale));
}

/* ---- Places on the screen and on the map ---- */

function pixelsAUnit() {
  return (Math.min(stage.clientWidth, stage.clientHeight) / 2) * view.scale;
}

function onScreen(x, y) {
  const unit = pixelsAUnit();
  return [stage.clientWidth / 2 + (x + view.x) * unit, stage.clientHeight / 2 - (y + view.y) * unit];
}

function onMap(event) {
  const box = stage.getBoundingClientRect(), unit = pixelsAUnit();
  return [
    (event.clientX - box.left - box.width / 2) / unit - view.x,
    -(event.clientY - box.top - box.height / 2) / unit - view.y,
  ];
}

function zoom(factor, [x, y] = [-view.x, -view.y]) {
  const before = view.scale;
  view.scale = Math.max(0.5, Math.min(CLOSEST, view.scale * factor));
  // The place under the pointer stays under it.
  view.x = (x + view.x) * (before / view.scale) - x;
  view.y = (y + view.y) * (before / view.scale) - y;
  draw();
}

function cellOf(value) {
  return Math.max(0, Math.min(CELLS - 1, Math.floor(((value + 1) / 2) * CELLS)));
}

function gridOf(points) {
  const cells = Array.from({ length: CELLS * CELLS }, () => []);
  for (let i = 0; i < points.length / 2; i++) cells[cellOf(points[2 * i + 1]) * CELLS + cellOf(points[2 * i])].push(i);
  return cells;
}

function nearest([x, y]) {
  const reach = REACH / pixelsAUnit();
  let best = -1, least = reach * reach;
  for (let row = cellOf(y - reach); row <= cellOf(y + reach); row++)
    for (let column = cellOf(x - reach); column <= cellOf(x + reach); column++)
      for (const i of grid?.[row * CELLS + column] ?? []) {
        const distance = (map.points[2 * i] - x) ** 2 + (map.points[2 * i + 1] - y) ** 2;
        if (distance < least) [best, least] = [i, distance];
      }
  return best;
}

/* ---- Corners with names ---- */

function nameClusters() {
  part("names").replaceChildren(...clusters.map((cluster) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cluster.name;
    button.addEventListener("click", () => chooseCorner(cluster));
    return button;
  }));
  placeNames();
}

function placeNames() {
  const taken = [];
  [...part("names").children].forEach((button, number) => {
    const [x, y] = onScreen(clusters[number].x, clusters[number].y);
    const width = button.offsetWidth || 80;
    const inside = x > 0 && y > 0 && x < stage.clientWidth && y < stage.clientHeight;
    const free = taken.every(([left, top]) => Math.abs(left - x) > width || Math.abs(top - y) > 22);
    button.style.visibility = inside && free ? "visible" : "hidden";
    if (inside && free) taken.push([x, y]);
    const clamped = Math.max(width / 2, Math.min(stage.clientWidth - width / 2, x));
    button.style.transform = `translate(${clamped}px, ${y}px) translate(-50%, -50%)`;
  });
}

async function chooseCorner(cluster) {
  const number = clusters.indexOf(cluster);
  const { values } = await server.map_colours(part("colouring").options[0].value);
  const corner = unpacked(values, Uint8Array);
  choose(new Set([...corner.keys()].filter((i) => corner[i] === number)));
}

/* ---- Choosing ---- */

function choose(numbers) {
  chosen = numbers?.size ? numbers : null;
  part("scope").hidden = part("none").hidden = !chosen;
  const hint = matchMedia("(hover: none)").matches ? status.dataset.touch : status.dataset.all;
  const text = chosen ? status.dataset.chosen : map.count ? hint : status.dataset.empty;
  const count = chosen?.size ?? map.count;
  status.textContent = text.replace("{}", count === 1 ? status.dataset.one : status.dataset.many.replace("{}", count.toLocaleString()));
  paint();
}

function within(path) {
  const inside = new Set();
  for (let i = 0; i < map.count; i++) if (encloses(path, map.points[2 * i], map.points[2 * i + 1])) inside.add(i);
  return inside;
}

function encloses(path, x, y) {
  let odd = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
    const [xi, yi] = path[i], [xj, yj] = path[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

/* ---- Pointer and keys ---- */

const lasso = part("lasso");
const pointers = new Map();
let path = null, moved = false, spread = 0;

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, event);
  moved = false;
  path = lasso.getAttribute("aria-pressed") === "true" || event.shiftKey ? [onMap(event)] : null;
  tip.hidden = true;
});

canvas.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return showTitle(event);
  pointers.set(event.pointerId, event);
  moved ||= Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 1;
  if (path) path.push(onMap(event)), drawPath();
  else if (pointers.size === 2) pinch();
  else move(event.clientX - before.clientX, event.clientY - before.clientY);
});

for (const name of ["pointerup", "pointercancel"])
  canvas.addEventListener(name, (event) => {
    if (path?.length > 2) choose(within(path));
    else if (!moved && name === "pointerup") open(nearest(onMap(event)));
    path = null;
    spread = 0;
    drawPath();
    pointers.delete(event.pointerId);
  });

function move(right, down) {
  view.x += right / pixelsAUnit();
  view.y -= down / pixelsAUnit();
  draw();
}

function pinch() {
  const [one, other] = [...pointers.values()];
  const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  if (spread) zoom(now / spread, onMap({ clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 }));
  spread = now;
}

function drawPath() {
  const corners = (path ?? []).map(([x, y]) => onScreen(x, y).map(Math.round).join(","));
  part("path").firstElementChild.setAttribute("d", corners.length ? `M${corners.join("L")}Z` : "");
}

function open(number) {
  if (number >= 0) trigger("open_point", { place: number, version: props.value });
}

let asked = -1;
async function showTitle(event) {
  const number = nearest(onMap(event));
  canvas.style.cursor = number < 0 ? "grab" : "pointer";
  if (number < 0) return (tip.hidden = true), (asked = -1);
  if (number === asked) return;
  asked = number;
  const [paper] = await server.map_titles([number]);
  if (number !== asked || !paper) return;
  const title = document.createElement("strong");
  title.textContent = paper.title;
  tip.replaceChildren(title, paper.byline);
  tip.hidden = false;
  const [x, y] = onScreen(map.points[2 * number], map.points[2 * number + 1]);
  tip.style.left = `${Math.max(4, Math.min(x + 12, stage.clientWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${y + 12 + tip.offsetHeight > stage.clientHeight ? y - tip.offsetHeight - 12 : y + 12}px`;
}

canvas.addEventListener("pointerleave", () => (tip.hidden = true));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 400), onMap(event));
}, { passive: false });

const KEYS = {
  ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
  "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), Escape: () => choose(null),
};
canvas.addEventListener("keydown", (event) => {
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

part("in").addEventListener("click", () => zoom(1.6));
part("out").addEventListener("click", () => zoom(1 / 1.6));
part("whole").addEventListener("click", () => (Object.assign(view, { scale: 1, x: 0, y: 0 }), draw()));
part("none").addEventListener("click", () => choose(null));
part("scope").addEventListener("click", () => trigger("scope_points", { places: [...chosen], version: props.value }));
part("colouring").addEventListener("change", (event) => colour(event.target.value));
lasso.addEventListener("click", () => lasso.setAttribute("aria-pressed", String(lasso.getAttribute("aria-pressed") !== "true")));

new ResizeObserver(draw).observe(stage);
watch("value", load);
new IntersectionObserver(([seen]) => seen.isIntersecting && map.count && lightUpCited()).observe(stage);
load();
