// The panes: list, field tree, bytes and detail, linked both ways. Strategy: the list draws only the rows in sight; the
// tree draws a field's children when it is opened, as a flat list of rows with their level; pointing asks the document
// which field a byte belongs to, and classes are moved from the old field to the new one.

const explore = { unit: null, whole: null, pinned: null, lit: null, lines: null, rows: new Map(), open: new Set() };
const ROW_HEIGHT = 30;
/** A tree of no more fields than this opens whole. */
const OPEN_WHOLE = 400;

/** Draw the frame of the view; `showUnit` fills it. */
function drawExplore(section) {
  section.append(
    element("h1", { class: "visually-hidden" }, say("Explore")),
    element("div", { class: "panes" },
      element("div", { class: "pane list-pane" },
        element("div", { class: "pane-head" }, element("h2", { id: "list-title" }, say("PDUs and messages"))),
        element("div", {
          id: "list", role: "listbox", tabindex: "0", "aria-labelledby": "list-title", onscroll: drawList,
          onkeydown: listKey, onclick: listClick,
        }, element("div", { class: "list-room", role: "presentation" }))),
      element("div", { class: "pane tree-pane" },
        element("div", { class: "pane-head" }, element("h2", { id: "tree-title" }, say("Fields")),
          element("button", { type: "button", id: "expand-all", onclick: expandAll }, say("Open all"))),
        element("div", {
          id: "tree", role: "tree", "aria-labelledby": "tree-title", onkeydown: walkKey, onmouseover: treeOver,
          onmouseleave: unlight, onclick: treeClick,
        })),
      element("div", { class: "pane detail-pane" }, element("div", { id: "detail", tabindex: "0", role: "region", "aria-label": say("Detail") })),
      element("div", { class: "pane bytes-pane" },
        element("div", { class: "pane-head" }, element("h2", { id: "bytes-title" }, say("Bytes"))),
        element("div", {
          id: "bytes", tabindex: "0", role: "region", "aria-labelledby": "bytes-title", onkeydown: walkKey,
          onmouseover: bytesOver, onmouseleave: unlight, onclick: bytesClick,
        }))),
    element("div", { id: "status" }));
  explore.unit = null;
}

/** Show what an address names: its row of the list, its document, its field pinned. False when there is none such. */
function showExplore(parts) {
  if (!units.length) return showNothing(say("This capture has no PDU."));
  let unit = parts.length ? unitOf(parts) : units.find((each) => each.kind === "pdu") ?? units[0];
  if (!unit) return false;
  if (unit.kind === "association") unit = units[unit.index + 1]?.association === unit.association ? followingPdu(unit) : unit;
  if (unit.kind === "message" && documentNumber(unit) < 0 && unit.message.data_set === undefined) unit = followingPdu(unit);
  const known = explore.unit === unit || showUnit(unit);
  const field = explore.whole?.find(parts.slice(2)) ?? null;
  if (field) pin(field);
  return known && (field !== null || parts.length <= 2);
}

/** The first PDU in the list at or after a unit. */
function followingPdu(unit) {
  let index = unit.index;
  while (units[index + 1] && units[index].kind !== "pdu") index += 1;
  return units[index];
}

/** Say in the panes why there is nothing. */
function showNothing(words) {
  explore.whole = explore.lines = explore.pinned = null;
  document.getElementById("tree").replaceChildren();
  document.getElementById("bytes").replaceChildren(element("p", { class: "empty" }, words));
  document.getElementById("detail").replaceChildren(element("p", {}, words));
  document.getElementById("status").textContent = "";
  return true;
}

/** Fill tree and bytes with a unit of the list. */
function showUnit(unit) {
  explore.unit = unit;
  explore.lit = explore.pinned = null;
  explore.rows.clear();
  explore.open.clear();
  keepInSight(unit.index);
  const number = documentNumber(unit);
  if (unit.kind === "association") return showNothing(say("This association has no PDU in this page."));
  if (number < 0) {
    return showNothing(unit.row?.run
      ? say("{count} PDUs like those around them: each carries a further part of the same data set.", { count: grouped(unit.row.run) })
      : say("Its bytes were left out of this page; `dissector dump` shows them."));
  }
  const whole = explore.whole = documentOf(number);
  const marks = unit.kind === "pdu"
    ? findingsAt(unit.association, unit.rowIndex).filter(([, start]) => start !== null).map(([, start, end]) => [start, end]) : [];
  explore.lines = new ByteLines(whole, narrow.matches ? 8 : 16, marks);
  document.getElementById("bytes").replaceChildren(explore.lines.node);
  document.getElementById("bytes").scrollTop = 0;
  const tree = document.getElementById("tree");
  tree.replaceChildren(treeRow(whole.root));
  tree.scrollTop = 0;
  if (whole.fields.length <= OPEN_WHOLE) openBelow(whole.root);
  else openField(whole.root);
  pin(whole.root);
  return true;
}

// ------------------------------------------------------------------------------------------------------- the list

/** Draw the rows of the list that are in sight. */
function drawList() {
  const list = document.getElementById("list");
  if (!list) return;
  const room = list.firstElementChild;
  room.style.height = `${units.length * ROW_HEIGHT}px`;
  const first = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - 8);
  const last = Math.min(units.length, first + Math.ceil(list.clientHeight / ROW_HEIGHT) + 16);
  room.replaceChildren(...units.slice(first, last).map(listRow));
  if (explore.unit && explore.unit.index >= first && explore.unit.index < last) {
    list.setAttribute("aria-activedescendant", `row-${explore.unit.index}`);
  } else list.removeAttribute("aria-activedescendant");
}

function listRow(unit) {
  const chosen = explore.unit === unit;
  const row = element("div", {
    role: "option", id: `row-${unit.index}`, class: `row ${unit.kind}`, "data-row": unit.index, "data-address": unit.address,
    "aria-selected": String(chosen), "aria-setsize": units.length, "aria-posinset": unit.index + 1,
  }, ...rowParts(unit));
  row.style.top = `${unit.index * ROW_HEIGHT}px`;
  return row;
}

function rowParts(unit) {
  const { association, row, message } = unit;
  if (unit.kind === "association") {
    return [element("strong", {}, say("Association {number}", { number: association.association })),
      element("span", { class: "row-note" }, `${sideName(association, true)} → ${sideName(association, false)}`)];
  }
  const sender = message ? message.from_requestor : row.from_requestor;
  const arrow = element("span", { class: `direction ${sender ? "requestor" : "acceptor"}`, title: sender ? say("from the requestor") : say("from the acceptor") }, sender ? "→" : "←");
  if (message) {
    return [arrow, element("em", {}, `${message.command ?? say("unreadable command")} ${message.id ?? ""}`),
      element("span", { class: "row-note" }, text(message.about))];
  }
  const worst = gravest(findingsAt(association, unit.rowIndex).map(([finding]) => finding));
  return [element("span", { class: "row-number" }, String(row.pdu)), arrow,
    element("span", { class: "row-name" }, row.run ? say("{count} × {type}", { count: grouped(row.run), type: row.type }) : row.type),
    worst ? element("span", { class: `severity ${worst}`, title: severityWords(worst) }, SEVERITY_SHAPES[worst]) : null,
    element("span", { class: "row-size" }, `${grouped(row.bytes)} B`)];
}

/** Scroll the list so that a row is in sight, and draw it. */
function keepInSight(index) {
  const list = document.getElementById("list");
  const top = index * ROW_HEIGHT;
  list.firstElementChild.style.height = `${units.length * ROW_HEIGHT}px`;
  if (top < list.scrollTop) list.scrollTop = Math.max(0, top - ROW_HEIGHT);
  else if (top + ROW_HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight + 2 * ROW_HEIGHT;
  drawList();
}

function listClick(event) {
  const row = event.target.closest("[data-row]");
  if (row) go(row.dataset.address);
}

/** Keys of the list; associations are passed over, they open their first PDU. */
function listKey(event) {
  const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / ROW_HEIGHT) - 1);
  const here = explore.unit?.index ?? 0;
  const target = {
    ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: units.length - 1,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  const step = target < here ? -1 : 1;
  let index = Math.min(Math.max(target, 0), units.length - 1);
  while (units[index] && (units[index].kind === "association" || (units[index].kind === "message" && units[index].message.data_set === undefined))) index += step;
  if (units[index]) go(units[index].address, true);
}

// ------------------------------------------------------------------------------------------------------- the tree

function treeRow(field) {
  const level = field.depth + 1;
  const row = element("div", {
    role: "treeitem", tabindex: "-1", class: `item ${depthClass(field)}`, "data-start": field.start, "data-end": field.end,
    "data-field": field.number, "data-leaf": field.leaf, "aria-level": level, "aria-posinset": field.position,
    "aria-setsize": field.parent ? field.parent.childNodes.length : 1, "aria-expanded": field.leaf ? undefined : "false",
    "aria-selected": "false",
  },
  element("span", { class: "twist", "aria-hidden": "true" }, field.leaf ? "" : "▸"),
  element("span", { class: "field-title" }, field.title),
  element("span", { class: "field-value" }, summaryWords(field)),
  field.problems.length ? element("span", { class: "severity error", title: say("Problem") }, "✖") : null);
  row.style.paddingInlineStart = `${Math.min(field.depth, 12) * 14 + 6}px`;
  explore.rows.set(field, row);
  return row;
}

/** Put the children of a field below its row. */
function openField(field) {
  if (field.leaf || explore.open.has(field)) return;
  explore.open.add(field);
  const row = explore.rows.get(field);
  row.setAttribute("aria-expanded", "true");
  row.firstElementChild.textContent = "▾";
  row.after(...field.children.map(treeRow));
}

/** Open a field and all below it. */
function openBelow(field) {
  const work = [field];
  while (work.length) {
    const each = work.pop();
    openField(each);
    work.push(...each.children);
  }
}

/** Take away the rows below a field. */
function closeField(field) {
  const row = explore.rows.get(field);
  explore.open.delete(field);
  row.setAttribute("aria-expanded", "false");
  row.firstElementChild.textContent = "▸";
  while (row.nextElementSibling && Number(row.nextElementSibling.getAttribute("aria-level")) > field.depth + 1) {
    const gone = explore.whole.fields[row.nextElementSibling.dataset.field];
    explore.open.delete(gone);
    explore.rows.delete(gone);
    row.nextElementSibling.remove();
  }
}

function expandAll() {
  if (explore.whole) openBelow(explore.whole.root);
}

/** Open what is around a field, so that its row exists. */
function reveal(field) {
  const around = [];
  for (let parent = field.parent; parent; parent = parent.parent) around.unshift(parent);
  around.forEach(openField);
}

function fieldOfRow(target) {
  const row = target.closest?.("[role=treeitem]");
  return row ? explore.whole.fields[row.dataset.field] : null;
}

function treeOver(event) {
  const field = fieldOfRow(event.target);
  if (field) light(field);
}

function treeClick(event) {
  const field = fieldOfRow(event.target);
  if (!field) return;
  if (event.target.closest(".twist") && !field.leaf) {
    if (explore.open.has(field)) closeField(field);
    else openField(field);
  }
  goToField(field);
}

function bytesOver(event) {
  const position = ByteLines.positionOf(event.target);
  const leaf = position === null ? null : explore.whole?.leafAt(position);
  if (leaf) light(leaf);
}

function bytesClick(event) {
  const position = ByteLines.positionOf(event.target);
  const leaf = position === null ? null : explore.whole?.leafAt(position);
  if (leaf) goToField(leaf);
}

/** Make a field the pinned one through its address. */
function goToField(field, replace = false) {
  go([explore.unit.address, ...field.path].join("/"), replace);
}

// ----------------------------------------------------------------------------------------- lighting, pinning, walking

/** Light a field, its bytes and its parents. */
function light(field) {
  if (explore.lit === field) return;
  unlight();
  explore.lit = field;
  let shown = field;
  while (!explore.rows.has(shown)) shown = shown.parent;
  explore.rows.get(shown).classList.add("lit");
  for (let parent = shown.parent; parent; parent = parent.parent) explore.rows.get(parent).classList.add("lit-parent");
  explore.lines.light("lit", field.start, field.end);
  if (field.parent?.parent) explore.lines.light("lit-parent", field.parent.start, field.parent.end);
  drawDetail(field);
}

/** Take the light away; the detail goes back to the pinned field. */
function unlight() {
  if (!explore.lit) return;
  explore.lit = null;
  for (const name of ["lit", "lit-parent"]) {
    for (const node of document.querySelectorAll(`#tree .${name}`)) node.classList.remove(name);
    explore.lines?.light(name, 0, 0);
  }
  if (explore.pinned) drawDetail(explore.pinned);
}

/** Pin a field: it stays marked, its detail stays. */
function pin(field) {
  unlight();
  const before = explore.pinned && explore.rows.get(explore.pinned);
  if (before) {
    before.classList.remove("pinned");
    before.setAttribute("aria-selected", "false");
    before.tabIndex = -1;
  }
  reveal(field);
  explore.pinned = field;
  const row = explore.rows.get(field);
  row.classList.add("pinned");
  row.setAttribute("aria-selected", "true");
  row.tabIndex = 0;
  intoView(document.getElementById("tree"), row);
  explore.lines.light("pinned", field.start, field.parent ? field.end : field.start);
  const first = explore.lines.drawn(field.start, field.end)[0];
  if (first && field.parent) intoView(document.getElementById("bytes"), first);
  drawDetail(field);
}

/** Scroll a pane, and only the pane, so that something inside it is in sight. */
function intoView(pane, node) {
  const [room, box] = [pane.getBoundingClientRect(), node.getBoundingClientRect()];
  if (box.top < room.top) pane.scrollTop -= room.top - box.top + 40;
  else if (box.bottom > room.bottom) pane.scrollTop += box.bottom - room.bottom + 40;
}

/** The arrow keys walk the tree from wherever they are pressed: tree or bytes. */
function walkKey(event) {
  const here = explore.pinned;
  if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
  const target = walkTarget(event.key, here);
  if (target === undefined) return;
  event.preventDefault();
  if (!target || target === here) return;
  goToField(target, true);
  if (event.currentTarget.id === "tree") explore.rows.get(target)?.focus({ preventScroll: true });
}

/** Where a key leads from a field; undefined for keys that do not walk. */
function walkTarget(key, here) {
  if (key === "ArrowRight" || key === "Enter") {
    openField(here);
    return here.children[0] ?? null;
  }
  if (key === "ArrowLeft" || key === "Escape") return here.parent;
  if (key === "Home") return explore.whole.root;
  if (key === "ArrowDown" || key === "ArrowUp" || key === "End") {
    const rows = [...explore.rows.get(here).parentNode.children];
    const at = rows.indexOf(explore.rows.get(here));
    const row = rows[key === "End" ? rows.length - 1 : at + (key === "ArrowDown" ? 1 : -1)];
    return row ? explore.whole.fields[row.dataset.field] : null;
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------------ detail and status

/** Tell all about a field; copying takes the field that is told. */
function drawDetail(field) {
  const { whole, unit } = explore;
  const parents = [];
  for (let parent = field.parent; parent; parent = parent.parent) parents.unshift(parent.title);
  const findings = unit.kind === "pdu"
    ? findingsAt(unit.association, unit.rowIndex).filter(([, start, end]) => start === null ? !field.parent : start < field.end && end > field.start)
    : [];
  const story = field.parent === null ? (unit.row?.story ?? []).map(text).join(" ") : "";
  const [value, meaning] = [field.hidden ? valueWords(field) : text(field.value), field.hidden ? "" : text(field.meaning)];
  document.getElementById("detail").replaceChildren(
    parents.length ? element("p", { class: "parents" }, parents.join(" › ")) : "",
    element("h3", {}, element("span", { class: `swatch ${depthClass(field)}`, "aria-hidden": "true" }), field.title),
    value || meaning ? pairs("detail-values", [
      ...(value ? [[say("Value"), element("code", {}, value)]] : []),
      ...(meaning ? [[say("Meaning"), meaning]] : []),
    ]) : "",
    unit.kind === "pdu" && story ? element("p", { class: "told" }, story) : "",
    element("p", { class: "explanation" }, text(field.spec.explanation)),
    field.spec.reserved ? element("p", { class: "reserved" }, reservedWords(field), " ", notZeroWords(field, whole)) : "",
    field.spec.reference ? element("p", { class: "clause-line" }, say("Standard:"), " ", clause(field.spec)) : "",
    problemList(field) ?? "",
    findings.length ? element("ul", { class: "card-findings" }, findings.map(([finding]) => element("li", {},
      severityMark(finding.severity), " ", element("strong", {}, text(finding.title)), " ", text(finding.detail)))) : "",
    copyButtons(() => ({ whole, field })));
  document.getElementById("status").textContent = statusWords(field);
}

/** Position, length, frame and direction of a field. */
function statusWords(field) {
  const { unit } = explore;
  const range = field.length > 1 ? say("bytes {first}–{last}", { first: field.start, last: field.end - 1 }) : say("byte {first}", { first: field.start });
  const told = [say("{range} of {title}", { range, title: unit.kind === "message" ? say("the data set") : unit.row.type }), bytesInWords(field.length)];
  if (unit.kind === "message") told.push(framesInWords(unit.message.frames), text(unit.message.syntax));
  else {
    const frames = [frameAt(unit.row, field.start), frameAt(unit.row, Math.max(field.start, field.end - 1))];
    told.push(framesInWords(frames), say("stream offset {offset}", { offset: grouped(unit.row.offset + field.start) }));
  }
  const sender = unit.kind === "message" ? unit.message.from_requestor : unit.row.from_requestor;
  told.push(sender ? say("requestor → acceptor") : say("acceptor → requestor"));
  return told.filter(Boolean).join(" · ");
}
