"use strict";
const root = document.documentElement;

// Contents: mark the section that is read.
const links = [...document.querySelectorAll(".contents a")];
const places = [...document.querySelectorAll("main > [id]")];
const mark = () => {
  const atEnd = scrollY > 0 && innerHeight + scrollY >= root.scrollHeight - 2;
  const above = places.filter((part) => part.getBoundingClientRect().top <= 0.3 * innerHeight);
  const current = atEnd ? places.at(-1) : above.at(-1) || places[0];
  for (const link of links) {
    if (link.hash === `#${current.id}`) { link.setAttribute("aria-current", "true"); }
    else { link.removeAttribute("aria-current"); }
  }
  const heading = current.querySelector("h2");
  document.getElementById("here").textContent = heading ? `: ${heading.textContent}` : "";
};
let waiting = false;
addEventListener("scroll", () => {
  if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; mark(); }); }
}, {passive: true});
mark();
const menu = document.querySelector(".bar details");
menu.addEventListener("click", (event) => { if (event.target.closest("a")) { menu.open = false; } });

// The picture of the answer takes what the words leave of the first screen.
const fit = () => {
  const first = [...document.querySelectorAll(".evidence .drawing")].find((one) => one.getClientRects().length);
  if (first) { root.style.setProperty("--room", `${innerHeight - first.getBoundingClientRect().top - scrollY - 8}px`); }
};
addEventListener("resize", fit);
fit();

// Light or dark, whatever the reader's system says.
const isDark = () => root.dataset.theme === "dark"
  || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
const button = (text, name, action) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", action);
  return made;
};
const switches = [];
for (const place of [document.querySelector(".bar"), document.querySelector("aside.contents")]) {
  const turn = button("", "", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
  switches.push(turn);
  place.append(turn);
}
const label = () => switches.forEach((one) => {
  one.textContent = isDark() ? "Light" : "Dark";
  one.setAttribute("aria-label", isDark() ? "Show the page light" : "Show the page dark");
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
label();

// Every table can be saved as CSV, every picture as SVG and PNG.
const save = (content, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
const fileName = (text, end) => `${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "").slice(0, 60) || "winset"}.${end}`;
const plain = (cell) => cell.textContent.replace(/\s+/gu, " ").trim();
const field = (text, isNumber) => {
  let written = text;
  if (isNumber && /^[+\u2212-]?\d{1,3}(,\d{3})+(\.\d+)?$/u.test(text)) { written = text.replaceAll(",", ""); }
  // A spreadsheet must not take a name for a formula.
  if (!isNumber && /^[=@+\t-]/u.test(text) && !/^[+-][\d.]/u.test(text)) { written = `'${written}`; }
  return /[",\n]/u.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
};
const asCsv = (table) => [...table.rows]
  .map((row) => [...row.cells].map((cell) => field(plain(cell), cell.classList.contains("number"))).join(","))
  .join("\r\n") + "\r\n";
for (const table of document.querySelectorAll("main table")) {
  const caption = table.caption.textContent;
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.append(button("CSV", `Save the table “${caption}” as CSV`, () => {
    save(new Blob(["\ufeff", asCsv(table)], {type: "text/csv"}), fileName(caption, "csv"));
  }));
  table.closest(".wide").after(tools);
}
const asSvg = (drawing, dark) => {
  const copy = drawing.cloneNode(true);
  const [, , width, height] = copy.dataset.whole.split(" ");
  copy.setAttribute("viewBox", copy.dataset.whole);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  for (const name of ["class", "aria-hidden", "data-whole"]) { copy.removeAttribute(name); }
  const colour = dark ? "#$2" : "#$1";
  const text = new XMLSerializer().serializeToString(copy);
  return text.replace(/var\(--c([0-9a-f]{6})-([0-9a-f]{6})\)/g, colour);
};
const asPng = (drawing, name) => {
  const [, , width, height] = drawing.dataset.whole.split(" ").map(Number);
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, name), "image/png");
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asSvg(drawing, isDark()))}`;
};
const large = document.getElementById("large");
large.querySelector("button").addEventListener("click", () => large.close());
for (const figure of document.querySelectorAll("figure")) {
  const drawing = figure.querySelector(".drawing");
  const title = (figure.querySelector(".seen") || figure.querySelector("figcaption")).textContent;
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.append(
    button("Enlarge", "Show the picture in full", () => {
      large.querySelector("div").replaceChildren(drawing.cloneNode(true));
      large.showModal();
    }),
    button("SVG", "Save the picture as SVG", () => {
      save(new Blob([asSvg(drawing, isDark())], {type: "image/svg+xml"}), fileName(title, "svg"));
    }),
    button("PNG", "Save the picture as PNG", () => asPng(drawing, fileName(title, "png"))),
  );
  figure.append(tools);
}
