// The story: every association from its first byte to its last, each PDU with its introduction, its bytes and an
// annotation that opens down to each item. Strategy: PDUs stand in chunks; a chunk is drawn when it comes near, so a
// capture of ten thousand PDUs opens as quickly as one of ten.

const CHUNK = 25;
/** So many PDUs are drawn at once, and so many stand in a handout. */
const DRAWN_AT_ONCE = 75, PRINTED = 200;
/** Leaves of a PDU in its strip of bytes, and bytes of one leaf. */
const STRIP_LEAVES = 400, STRIP_BYTES = 64;

const storyParts = { chunks: [], articles: new Map() };

/** Draw the story's frame and its first PDUs. */
function drawStory(section) {
  storyParts.chunks = [];
  storyParts.articles.clear();
  section.append(element("h1", {}, say("The story of {file}", { file: data.capture.file })),
    element("p", { class: "lead" }, say("Every PDU in order, in plain words. Point at bytes to see what they are; open the annotation to read each field.")),
    element("p", { class: "privacy" }, privacyWords()));
  if (!data.associations.length) section.append(element("p", {}, say("No association was found in this capture.")));
  for (const association of data.associations) section.append(associationStory(association));
  let drawn = 0;
  for (const { node, count } of storyParts.chunks) {
    if (drawn > 0 && drawn + count > DRAWN_AT_ONCE) break;
    drawn += count;
    drawNow(node);
  }
}

/** Show what the address names: an association or a PDU, its annotation open when a field is named too. */
function showStory(parts) {
  if (!parts.length) {
    window.scrollTo(0, 0);
    return true;
  }
  const unit = unitOf(parts);
  if (!unit) return false;
  if (unit.kind === "association") {
    document.querySelector(`#story [data-story="${unit.address}"]`).scrollIntoView();
    return parts.length === 1;
  }
  const address = `association-${unit.association.association}/pdu-${unit.row.pdu}`;
  drawNow(chunkOf(unit).node);
  const article = storyParts.articles.get(address);
  let target = article;
  const field = parts.length > 2 && unit.kind === "pdu" && unit.row.document !== undefined
    ? documentOf(unit.row.document).find(parts.slice(2)) : null;
  if (field) target = noteOf(article, field) ?? article;
  target.scrollIntoView({ block: field ? "center" : "start" });
  for (const before of document.querySelectorAll("#story .target")) before.classList.remove("target");
  target.classList.add("target");
  return parts.length === 2 || field !== null;
}

/** The chunk that a unit of the list stands in. */
function chunkOf(unit) {
  return storyParts.chunks.find(({ association, first, count }) =>
    association === unit.association && first <= unit.rowIndex && unit.rowIndex < first + count);
}

/** An association: how it opens, its PDUs in chunks, how it ends. */
function associationStory(association) {
  const number = association.association;
  const part = element("section", { class: "story-association", "data-story": `association-${number}`, "aria-labelledby": `story-${number}` },
    element("header", {},
      element("h2", { id: `story-${number}` }, say("Association {number}", { number })),
      outcomeBadge(association)),
    element("p", { class: "tcp-told" }, openingWords(association)));
  for (let first = 0; first < association.rows.length; first += CHUNK) {
    const count = Math.min(CHUNK, association.rows.length - first);
    const node = element("div", { class: "chunk" });
    node.style.minHeight = `${count * 240}px`;
    whenNear(node, () => {
      node.style.minHeight = "";
      for (let index = first; index < first + count; index += 1) node.append(pduStory(association, index));
    });
    storyParts.chunks.push({ node, association, first, count });
    part.append(node);
  }
  if (association.left_out) part.append(element("p", { class: "left-out" },
    say("{count} further PDUs of this association are not listed in this page.", { count: grouped(association.left_out) })));
  const whole = association.findings.map((each) => data.findings[each]).filter((finding) => !finding.places.length);
  if (whole.length) part.append(element("ol", { class: "finding-list" }, whole.map(findingItem)));
  part.append(element("p", { class: "tcp-told" }, endingWords(association)));
  return part;
}

/** How the TCP connection came about. */
function openingWords(association) {
  if (!association.requested) return say("The capture begins in the middle of this association.");
  const values = { client: association.client, server: association.server };
  if (association.opened === null) return say("{client} talks to {server}; how the TCP connection was opened is not told by the capture.", values);
  return say("{client} opens a TCP connection to {server}, {time} before its first PDU.", { ...values, time: duration(-association.opened) });
}

/** How it ended, and how TCP closed when that was seen. */
function endingWords(association) {
  const told = [say("The association ended {time} after its first PDU: {outcome}.", {
    time: duration(association.end_time - association.start_time), outcome: text(association.outcome_text),
  })];
  if (association.closed) {
    const who = association.closed.by_client ? association.client : association.server;
    const values = { who, time: duration(association.closed.seconds) };
    told.push(association.closed.reset ? say("{who} resets the TCP connection after {time}.", values)
      : say("{who} closes the TCP connection after {time}.", values));
  }
  return told.join(language === "zh" ? "" : " ");
}

/** One PDU, or a run of them. */
function pduStory(association, index) {
  const row = association.rows[index];
  const address = `association-${association.association}/pdu-${row.pdu}`;
  const sender = row.from_requestor;
  const title = row.run ? say("PDUs {first}–{last}: {count} × {type}", { first: row.pdu, last: row.last, count: grouped(row.run), type: row.type })
    : say("PDU {number}: {type}", { number: row.pdu, type: row.type });
  const article = element("article", { class: `pdu ${sender ? "requestor" : "acceptor"}`, "data-address": address, "aria-label": title },
    element("header", {},
      element("h3", {}, element("a", { href: `#${address}`, title: say("Open in the panes") }, title)),
      element("p", { class: "pdu-facts" },
        element("span", { class: `direction ${sender ? "requestor" : "acceptor"}` },
          `${sideName(association, sender)} → ${sideName(association, !sender)}`),
        element("span", {}, row.time === 0 ? say("at the start") : say("after {time}", { time: duration(row.time) })),
        element("span", {}, bytesInWords(row.bytes)),
        element("span", {}, framesInWords(row.frames)))),
    element("p", { class: "told" }, row.run
      ? say("{count} PDUs like those around them: each carries a further part of the same data set.", { count: grouped(row.run) })
      : row.story.map(text).join(language === "zh" ? "" : " ")));
  const found = new Set(findingsAt(association, index).map(([finding]) => finding));
  if (found.size) article.append(element("ol", { class: "finding-list" }, [...found].map(findingItem)));
  if (row.document !== undefined) article.append(...pduBytes(row, article));
  else if (!row.run) article.append(element("p", { class: "left-out" }, say("Its bytes were left out of this page; `dissector dump` shows them.")));
  article.append(...dataSetLinks(association, row));
  storyParts.articles.set(address, article);
  return article;
}

/** Links to the data sets that end in a PDU. */
function dataSetLinks(association, row) {
  return (row.messages ?? []).flatMap((number) => {
    const message = association.message_list.find((each) => each.message === number);
    const rows = association.rows.filter((each) => each.messages?.includes(number));
    if (message?.data_set === undefined || message.data_set < 0 || rows[rows.length - 1] !== row) return [];
    return [element("p", { class: "data-set-link" }, element("a", { href: `#association-${association.association}/message-${number}` },
      say("Its data set, element by element: {command} {id}", { command: message.command ?? "", id: message.id ?? "" })))];
  });
}

/** Hexadecimal of a field, shortened; dots and dashes stand for what is not in the page. */
function shortHex(whole, field, most) {
  const shown = [];
  for (const range of whole.within(field.start, Math.min(field.end, field.start + most))) {
    for (let at = range.start; at < range.end; at += 1) shown.push(digits(whole, range, at));
  }
  const more = field.length - most;
  return more > 0 ? `${shown.join(" ")} … +${grouped(more)}` : shown.join(" ");
}

/** The strip of bytes with the button that opens the annotation. */
function pduBytes(row, article) {
  const whole = documentOf(row.document);
  const caption = element("p", { class: "caption", "aria-hidden": "true" }, say("Point at the bytes."));
  const strip = element("div", { class: "strip", tabindex: "0", role: "group", "aria-label": say("Bytes"),
    onmouseover: (event) => {
      const piece = event.target.closest("[data-piece]");
      if (piece) caption.textContent = captionOf(whole.leaves[piece.dataset.piece]);
    },
    onclick: (event) => {
      const piece = event.target.closest("[data-piece]");
      if (piece) noteOf(article, whole.leaves[piece.dataset.piece])?.scrollIntoView({ block: "center" });
    },
  }, whole.leaves.slice(0, STRIP_LEAVES).map((leaf, index) => element("span", {
    class: `piece ${depthClass(leaf)}${beginsItem(leaf) ? " begins" : ""}`, "data-piece": index,
  }, shortHex(whole, leaf, STRIP_BYTES), " ")));
  if (whole.leaves.length > STRIP_LEAVES) strip.append(element("span", { class: "more" },
    say("… {count} more fields in the annotation", { count: grouped(whole.leaves.length - STRIP_LEAVES) })));
  const annotation = element("div", { class: "annotation", hidden: true });
  const button = element("button", { type: "button", "data-annotate": true, "aria-expanded": "false",
    onclick: () => setAnnotation(whole, button, annotation, annotation.hidden) }, say("Open the annotation"));
  article.openAnnotation = () => setAnnotation(whole, button, annotation, true);
  return [strip, caption, element("div", { class: "story-actions" }, button, copyButtons(() => ({ whole, field: whole.root }))), annotation];
}

/** Where in the tree a leaf stands, and what it says. */
function captionOf(leaf) {
  const names = [];
  for (let field = leaf; field.parent; field = field.parent) names.unshift(field.title);
  const value = valueWords(leaf);
  return `${names.join(" › ")}${value ? `: ${value}` : ""}`;
}

/** Open or close an annotation; it is drawn when it first opens. */
function setAnnotation(whole, button, annotation, open) {
  if (open && !annotation.firstChild) annotation.append(notes(whole, whole.root.children.length ? whole.root.children : [whole.root]));
  annotation.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? say("Close the annotation") : say("Open the annotation");
}

/** The note of a field, its annotation opened for it. */
function noteOf(article, field) {
  article.openAnnotation();
  return article.querySelector(`[data-note="${field.number}"]`);
}

/** Notes of fields, each with those below it. */
function notes(whole, fields) {
  return element("ul", { class: "notes" }, fields.map((field) => element("li", { class: `field-note ${depthClass(field)}`, "data-note": field.number },
    element("div", { class: "note-head" },
      element("strong", {}, field.title),
      summaryWords(field) ? element("span", { class: "note-value" }, summaryWords(field)) : null,
      element("span", { class: "note-place" }, say("{count} at {position}", { count: bytesInWords(field.length), position: field.start }))),
    field.leaf && field.length ? element("code", { class: "note-bytes" }, shortHex(whole, field, 32)) : null,
    element("p", {}, text(field.spec.explanation), " ",
      notZeroWords(field, whole), " ", clause(field.spec)),
    problemList(field),
    field.children.length ? notes(whole, field.children) : null)));
}

/** Before printing: the story drawn and its annotations open, up to the length of a handout. */
function openStoryForPrint() {
  const section = document.getElementById("story");
  if (!page.drawn.has("story")) {
    page.drawn.add("story");
    drawStory(section);
  }
  let printed = 0;
  for (const { node, count } of storyParts.chunks) {
    if (printed >= PRINTED) break;
    printed += count;
    drawNow(node);
    for (const article of node.querySelectorAll("article")) article.openAnnotation?.();
  }
}
