// The capture as the page holds it, and its words. Strategy: everything else asks here; the small form in which the
// data travels (numbers into tables, lengths instead of positions) is unfolded here, when somebody looks, and nowhere
// else. Texts from the wire are only ever handed on as text.
"use strict";

const data = JSON.parse(document.getElementById("capture-data").textContent);
let language = data.language === "zh" ? "zh" : "en";

for (const association of data.associations) {
  association.rows = unfolded(association.rows);
  association.message_list = unfolded(association.message_list);
  association.contexts = data.contexts[association.contexts] ?? [];
}

const MASKED = 1, SECRET = 2;

/** The records of a table that names their keys once; what a record does not have is null in it. */
function unfolded({ keys, rows }) {
  return rows.map((row) => {
    const record = {};
    row.forEach((value, index) => { if (value !== null) record[keys[index]] = value; });
    return record;
  });
}

/** Words for people, in the language of the page; blanks are filled by name. */
function say(english, values = {}) {
  const spoken = language === "zh" ? data.words[english] ?? english : english;
  return spoken.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? values[name] : blank));
}

/** A text of the data by its number; nothing for -1 or none. */
function text(number) {
  if (number === undefined || number === null || number < 0) return "";
  const pair = data.texts[number];
  return typeof pair === "string" ? pair : pair[language === "zh" ? 1 : 0];
}

/** A number with its thousands apart. */
function grouped(number) {
  return number.toLocaleString("en-US");
}

/** So many bytes, in words. */
function bytesInWords(count) {
  return count === 1 ? say("1 byte") : say("{count} bytes", { count: grouped(count) });
}

/** A duration that a person reads at a glance. */
function duration(seconds) {
  const size = Math.abs(seconds);
  if (size >= 100) return `${seconds.toFixed(0)} s`;
  if (size >= 1) return `${seconds.toFixed(2)} s`;
  if (size >= 0.001) return `${(seconds * 1000).toFixed(size >= 0.1 ? 0 : 1)} ms`;
  return `${(seconds * 1e6).toFixed(0)} µs`;
}

/** A moment of the capture, in the reader's way of writing dates. */
function moment(seconds) {
  if (seconds === null || seconds === undefined) return say("unknown");
  return new Date(seconds * 1000).toISOString().replace("T", " ").replace("Z", " UTC");
}

/** One range of a document that a specification describes: what the tree shows. */
class Field {
  constructor(node, start, parent, position) {
    const [spec, length, value = -1, meaning = -1, flags = 0, children = [], problems = []] = data.nodes[node];
    this.spec = data.specs[spec];
    this.start = start;
    this.end = start + length;
    this.value = value;
    this.meaning = meaning;
    this.flags = flags;
    this.problems = problems;
    this.parent = parent;
    this.position = position;
    this.depth = parent ? parent.depth + 1 : 0;
    this.childNodes = children;
    this.children = [];
  }

  get length() {
    return this.end - this.start;
  }

  get leaf() {
    return this.childNodes.length === 0;
  }

  get title() {
    return text(this.spec.title);
  }

  get hidden() {
    return (this.flags & (MASKED | SECRET)) !== 0;
  }

  /** The names from below the root to here, as they stand in an address. */
  get path() {
    return this.parent ? [...this.parent.path, this.slug] : [];
  }
}

/** A tree with its bytes, unfolded: fields in the order of the tree, leaves by position, ranges of equal visibility. */
class Annotated {
  constructor(number) {
    const record = data.documents[number];
    this.number = number;
    this.length = record.length;
    this.bytes = Uint8Array.from(atob(record.bytes), (char) => char.charCodeAt(0));
    this.fields = [];
    this.leaves = [];
    this.root = this.unfold(record.root);
    this.ranges = this.visibility(record.runs ?? [[0, record.length]], record.missing ?? []);
  }

  /** All fields below a node; a list of work instead of recursion, for trees of any depth. */
  unfold(rootNode) {
    const root = new Field(rootNode, 0, null, 1);
    const work = [root];
    while (work.length) {
      const field = work.pop();
      field.number = this.fields.length;
      this.fields.push(field);
      if (field.leaf) {
        if (field.length) this.leaves.push(field);
        continue;
      }
      const used = new Set();
      let at = field.start;
      for (const node of field.childNodes) {
        const child = new Field(node, at, field, field.children.length + 1);
        const name = child.spec.name.replaceAll("_", "-");
        let count = 1;
        do {
          child.slug = count === 1 ? name : `${name}-${count}`;
          count += 1;
        } while (used.has(child.slug));
        used.add(child.slug);
        field.children.push(child);
        at = child.end;
      }
      work.push(...[...field.children].reverse());
    }
    return root;
  }

  /** Ascending ranges {start, end, kind, at}: "shown" with their place in the bytes, "missing", "masked", "folded". */
  visibility(runs, missing) {
    let at = 0;
    const known = runs.map(([start, end]) => {
      const range = { start, end, kind: "shown", at };
      at += end - start;
      return range;
    });
    known.push(...missing.map(([start, end]) => ({ start, end, kind: "missing" })));
    known.sort((one, other) => one.start - other.start);
    const all = [];
    let before = 0;
    for (const range of [...known, { start: this.length, end: this.length }]) {
      while (before < range.start) {
        const leaf = this.leafAt(before);
        const end = Math.min(range.start, leaf ? leaf.end : range.start);
        all.push({ start: before, end, kind: leaf?.hidden ? "masked" : "folded" });
        before = end;
      }
      if (range.kind) all.push(range);
      before = Math.max(before, range.end);
    }
    return all;
  }

  /** The leaf that a byte belongs to. */
  leafAt(position) {
    let low = 0, high = this.leaves.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const leaf = this.leaves[middle];
      if (position < leaf.start) high = middle - 1;
      else if (position >= leaf.end) low = middle + 1;
      else return leaf;
    }
    return null;
  }

  /** The parts of the ranges that lie within start and end. */
  within(start, end) {
    const parts = [];
    for (const range of this.ranges) {
      if (range.end <= start || range.start >= end) continue;
      const first = Math.max(start, range.start);
      parts.push({ ...range, start: first, end: Math.min(end, range.end), at: range.at + first - range.start });
    }
    return parts;
  }

  /** The bytes of a field, or null when some of them are not in the page. */
  bytesOf(field) {
    const parts = this.within(field.start, field.end);
    if (parts.some((part) => part.kind !== "shown")) return null;
    return parts.flatMap((part) => [...this.bytes.subarray(part.at, part.at + part.end - part.start)]);
  }

  /** The field that an address names below the root, or null. */
  find(path) {
    let field = this.root;
    for (const slug of path) {
      field = field.children.find((child) => child.slug === slug);
      if (!field) return null;
    }
    return field;
  }
}

const documents = new Map();

/** A document by its number, unfolded once; only the last few are kept. */
function documentOf(number) {
  let found = documents.get(number);
  if (!found) {
    found = new Annotated(number);
    if (documents.size > 200) documents.delete(documents.keys().next().value);
    documents.set(number, found);
  }
  return found;
}

const associations = new Map(data.associations.map((each) => [each.association, each]));

/** What the list shows, one after the other: associations, their messages before their first PDU, PDUs. */
function listUnits() {
  const units = [];
  for (const association of data.associations) {
    const messages = new Map(association.message_list.map((each) => [each.message, each]));
    units.push({ kind: "association", association, address: `association-${association.association}` });
    association.rows.forEach((row, index) => {
      for (const number of row.messages ?? []) {
        const message = messages.get(number);
        if (!message) continue;
        messages.delete(number);
        const address = `association-${association.association}/message-${number}`;
        units.push({ kind: "message", association, message, row, rowIndex: index, address });
      }
      const address = `association-${association.association}/pdu-${row.pdu}`;
      units.push({ kind: "pdu", association, row, rowIndex: index, address });
    });
  }
  units.forEach((unit, index) => (unit.index = index));
  return units;
}

const units = listUnits();
const unitByAddress = new Map(units.map((unit) => [unit.address, unit]));

/** The document that a unit of the list opens, or -1: a message opens its data set. */
function documentNumber(unit) {
  if (unit.kind === "message") return unit.message.data_set ?? -1;
  return unit.kind === "pdu" ? unit.row.document ?? -1 : -1;
}

/** The unit that an address like ["association-1", "pdu-3"] opens; null when the capture has none such. */
function unitOf(parts) {
  const found = unitByAddress.get(parts.slice(0, 2).join("/"));
  if (found) return found;
  const association = associations.get(Number(parts[0].replace("association-", "")));
  const number = Number((parts[1] ?? "").replace("pdu-", ""));
  const run = association?.rows.find((row) => row.run && row.pdu <= number && number <= row.last);
  return run ? unitByAddress.get(`${parts[0]}/pdu-${run.pdu}`) : null;
}

const findingsByRow = new Map();

/** The findings that point at a row of an association, with the range of each: [finding, start, end]. */
function findingsAt(association, rowIndex) {
  let byRow = findingsByRow.get(association);
  if (!byRow) {
    byRow = new Map();
    for (const number of association.findings) {
      const finding = data.findings[number];
      for (const [row, start, end] of finding.places) byRow.set(row, [...(byRow.get(row) ?? []), [finding, start, end]]);
    }
    findingsByRow.set(association, byRow);
  }
  return byRow.get(rowIndex) ?? [];
}

/** The gravest severity among findings, or undefined. */
function gravest(findings) {
  return ["error", "warning", "note"].find((severity) => findings.some((finding) => finding.severity === severity));
}

/** What one side is called: its AE title, or its role. */
function sideName(association, fromRequestor) {
  const title = fromRequestor ? association.calling_ae_title : association.called_ae_title;
  return title || (fromRequestor ? say("requestor") : say("acceptor"));
}

/** The frame that brought a byte of a PDU. */
function frameAt(row, position) {
  const piece = row.pieces?.find(([, start, end]) => start <= position && position < end);
  return piece ? piece[0] : row.frames[0];
}

/** One frame, or a range of frames, in words. */
function framesInWords([first, last]) {
  return first === last ? say("frame {frame}", { frame: first }) : say("frames {first}–{last}", { first, last });
}
