// Drawing that all views share: elements, bytes in lines, copying. Strategy: elements are made one by one and text goes
// in as text, so nothing from the wire can become markup; a byte knows only its position, what it means is asked of the
// document when somebody points at it.

/** An element with attributes, listeners (`onclick`) and children; strings become text. */
function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Does the page stand in a narrow window? */
const narrow = matchMedia("(max-width: 760px)");

/** The class by which bytes and rows of the tree show their nesting. */
function depthClass(field) {
  return `d${Math.min(field.depth, 6)}`;
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0").toUpperCase());
const LONGEST_HIDDEN = 64, EDGE = 16;

/** Ranges of a document for drawing: long ones that cannot be shown keep their edges, the middle is folded. */
function drawnRanges(whole) {
  return whole.ranges.flatMap((range) => {
    const length = range.end - range.start;
    if (range.kind === "folded") return [{ ...range, fold: true }];
    if (range.kind === "shown" || length <= LONGEST_HIDDEN) return [range];
    const [first, last] = [range.start + EDGE, range.end - EDGE];
    return [{ ...range, end: first }, { ...range, start: first, end: last, fold: true }, { ...range, start: last }];
  });
}

/** What a fold says. */
function foldWords(range) {
  const count = bytesInWords(range.end - range.start);
  if (range.kind === "missing") return say("{count} not captured", { count });
  if (range.kind === "masked") return say("{count} masked", { count });
  return say("{count} left out of this page", { count });
}

/** Two digits of a byte, or what stands for them. */
function digits(whole, range, position) {
  if (range.kind === "shown") return HEX[whole.bytes[range.at + position - range.start]];
  return range.kind === "missing" ? "--" : "..";
}

/** The character of a byte as the text column shows it. */
function character(whole, range, position) {
  if (range.kind !== "shown") return " ";
  const value = whole.bytes[range.at + position - range.start];
  return value > 0x20 && value < 0x7f ? String.fromCharCode(value) : value === 0x20 ? "\u00a0" : "·";
}

/** Is a leaf the first thing of an item or element? Its edge is drawn stronger. */
function beginsItem(leaf) {
  return leaf.position === 1 && leaf.depth > 1;
}

/** The bytes of a document in lines: position, digits, characters. `light` lights a range of them. */
class ByteLines {
  constructor(whole, columns, marks = []) {
    this.whole = whole;
    this.columns = columns;
    this.marks = marks;
    this.cells = [];
    this.folds = [];
    this.node = element("div", { class: `lines columns-${columns}` });
    this.block = null;
    for (const range of drawnRanges(whole)) {
      if (range.fold) this.addFold(range);
      else for (let at = range.start; at < range.end; at += 1) this.addByte(range, at);
    }
  }

  /** Lines stand in blocks, of which the browser lays out only those in sight. */
  addLine(...children) {
    if (!this.block || this.block.childElementCount >= 64) {
      this.block = element("div", { class: "block" });
      this.node.append(this.block);
    }
    this.block.append(element("div", { class: "line" }, ...children));
  }

  startLine(position) {
    this.hex = element("span", { class: "hex" });
    this.characters = element("span", { class: "characters", "aria-hidden": "true" });
    const first = position - (position % this.columns);
    for (let blank = first; blank < position; blank += 1) {
      this.hex.append(element("span", { class: "blank" }));
      this.characters.append(element("span", { class: "blank" }));
    }
    this.addLine(element("span", { class: "position" }, first.toString(16).padStart(6, "0")), this.hex, this.characters);
  }

  addByte(range, at) {
    if (!this.hex || at % this.columns === 0) this.startLine(at);
    if (!this.leaf || at >= this.leaf.end) this.leaf = this.whole.leafAt(at);
    const leaf = this.leaf;
    let classes = `${leaf ? depthClass(leaf) : "d0"}`;
    if (leaf?.start === at) classes += beginsItem(leaf) ? " first begins" : " first";
    if (this.marks.some(([start, end]) => start <= at && at < end)) classes += " found";
    if (range.kind !== "shown") classes += ` ${range.kind}`;
    const hex = document.createElement("span");
    hex.className = classes;
    hex.dataset.at = at;
    hex.textContent = digits(this.whole, range, at);
    const shown = document.createElement("span");
    shown.dataset.character = at;
    shown.textContent = character(this.whole, range, at);
    this.hex.append(hex);
    this.characters.append(shown);
    this.cells.push({ at, hex, shown });
  }

  addFold(range) {
    const fold = element("span", { class: "fold", "data-start": range.start, "data-end": range.end }, foldWords(range));
    const position = range.start.toString(16).padStart(6, "0");
    this.addLine(element("span", { class: "position" }, position), fold);
    this.folds.push({ ...range, node: fold });
    this.hex = null;
  }

  /** Every drawn thing that shows bytes from start up to end. */
  drawn(start, end) {
    let low = 0, high = this.cells.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cells[middle].at < start) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (; low < this.cells.length && this.cells[low].at < end; low += 1) {
      found.push(this.cells[low].hex, this.cells[low].shown);
    }
    for (const fold of this.folds) if (fold.start < end && fold.end > start) found.push(fold.node);
    return found;
  }

  /** Give a class to the bytes of a range, and take it from all others. */
  light(name, start, end) {
    for (const node of this.node.querySelectorAll(`.${name}`)) node.classList.remove(name);
    for (const node of this.drawn(start, end)) node.classList.add(name);
  }

  /** The position that an element inside the lines shows, or null. */
  static positionOf(target) {
    const shown = target.closest?.("[data-at], [data-character], .fold");
    return shown ? Number(shown.dataset.at ?? shown.dataset.character ?? shown.dataset.start) : null;
  }
}

/** A link to a clause of the standard, or its name when there is no page for it. */
function clause(record) {
  if (!record.reference) return null;
  if (!record.url) return element("span", { class: "clause" }, record.reference);
  return element("a", { class: "clause", href: record.url, target: "_blank", rel: "noopener" }, record.reference);
}

/** Value and meaning of a field on one line. */
function valueWords(field) {
  if (field.flags & SECRET) return say("credential, always masked");
  if (field.flags & MASKED) return say("masked");
  const [value, meaning] = [text(field.value), text(field.meaning)];
  return value && meaning ? `${value} · ${meaning}` : value || meaning;
}

/** Is a field an element with its tag, of a command set or a data set? */
function isElement(field) {
  return field.children[0]?.spec.name === "tag";
}

/** Value and meaning for one row: those of the value where a field is an element. */
function summaryWords(field) {
  if (!isElement(field)) return valueWords(field);
  const last = field.children[field.children.length - 1];
  return last.spec.name === "value" ? valueWords(last) : "";
}

/** The standard's rule for a reserved field. */
function reservedWords(field) {
  return field.spec.zero ? say("Reserved: sent as 00H, not tested by the receiver.")
    : say("Reserved: not tested by the receiver.");
}

/** What stands in a reserved field that should be zero and is not. */
function notZeroWords(field, whole) {
  const bytes = field.spec.zero ? whole.bytesOf(field) : null;
  if (!bytes || bytes.every((value) => value === 0)) return "";
  const here = bytes.slice(0, 8).map((value) => `${HEX[value]}H`).join(" ");
  return say("Here it is {bytes}.", { bytes: bytes.length > 8 ? `${here} …` : here });
}

/** The problems of a field. */
function problemList(field) {
  if (!field.problems.length) return null;
  return element("ul", { class: "problems" }, field.problems.map(([code, words]) =>
    element("li", {}, element("strong", {}, say("Problem")), " ", text(words), " ", element("code", {}, code))));
}

const SEVERITY_SHAPES = { error: "✖", warning: "▲", note: "●" };

/** A mark for a severity, a shape beside the colour. */
function severityMark(severity) {
  return element("span", { class: `severity ${severity}` },
    element("span", { "aria-hidden": "true" }, SEVERITY_SHAPES[severity]), " ", severityWords(severity));
}

/** A severity in words. */
function severityWords(severity) {
  return { error: say("error"), warning: say("warning"), note: say("note") }[severity] ?? severity;
}

/** What `dissector explain` can read of a field: itself, or the command set, item or PDU around it; else null. */
function explainable(field) {
  let around = field;
  while (around) {
    const first = around.children[0]?.spec.name;
    if (["pdu_type", "item_type", "command_group_length"].includes(first)) return around;
    around = around.parent;
  }
  return null;
}

/** A field as it can be copied; null when some of its bytes are not in the page. */
function copyForm(form, whole, field) {
  const bytes = whole.bytesOf(field);
  if (!bytes) return null;
  const hex = bytes.map((value) => HEX[value].toLowerCase());
  const name = field.spec.name.replace(/\W/g, "_");
  if (form === "hex") return hex.join(" ");
  if (form === "c") {
    const lines = [];
    for (let at = 0; at < hex.length; at += 12) lines.push(hex.slice(at, at + 12).map((each) => `0x${each}`).join(", "));
    return `const unsigned char ${name}[${hex.length}] = {\n    ${lines.join(",\n    ")}\n};`;
  }
  if (form === "python") return `${name} = bytes.fromhex("${hex.join("")}")`;
  return `dissector explain ${hex.join("")}`;
}

/** Put a text on the clipboard: in the way of our days, or the old way where a page from a disk may not. */
async function copyText(words) {
  document.getElementById("copied").textContent = words;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const area = element("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = words;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** Buttons that copy what `chosen` gives: {whole, field}, or null. */
function copyButtons(chosen) {
  const forms = { hex: say("hex"), c: say("C array"), python: say("Python bytes"), explain: say("explain command") };
  const said = element("span", { class: "copy-said", role: "status" });
  const buttons = Object.entries(forms).map(([form, label]) => element("button", {
    type: "button", "data-copy": form,
    onclick: () => {
      const { whole, field: told } = chosen();
      const field = form === "explain" ? explainable(told) : told;
      const words = field && copyForm(form, whole, field);
      if (words) copyText(words);
      else document.getElementById("copied").textContent = "";
      said.textContent = !field ? say("`dissector explain` reads PDUs, items and command sets, not data sets.") : words
        ? say("Copied: {title}, {count}", { title: field.title, count: bytesInWords(field.length) })
        : say("Some of these bytes are masked, left out or not captured: they cannot be copied.");
    },
  }, label));
  return element("div", { class: "copying" }, element("span", { class: "copying-label" }, say("Copy as")), buttons, said);
}

/** Do something for an element when it comes near the window, once. */
const nearby = new Map();
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target);
}, { rootMargin: "600px" });

function whenNear(node, act) {
  nearby.set(node, act);
  watcher.observe(node);
}

/** Draw at once what waits for coming near. */
function drawNow(node) {
  const act = nearby.get(node);
  if (!act) return;
  nearby.delete(node);
  watcher.unobserve(node);
  act();
}

/** Forget what waits inside a part of the page that is drawn anew. */
function forgetNear(within) {
  for (const node of nearby.keys()) {
    if (!within.contains(node)) continue;
    nearby.delete(node);
    watcher.unobserve(node);
  }
}
