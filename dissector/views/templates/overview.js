// The overview: what the capture is, what was found in it, and each association as a card with its ladder and, when it
// carried much, its timeline. Strategy: pictures are SVG in the width of their card, drawn when the card comes near;
// shapes and words tell what colours tell.

/** Draw the overview. */
function drawOverview(section) {
  const capture = data.capture;
  section.append(
    element("h1", {}, capture.file),
    captureFacts(capture),
    element("p", { class: "privacy" }, privacyWords()),
    leftOutList(),
    findingsPart(),
    element("h2", {}, say("Associations")),
  );
  if (!data.associations.length) section.append(element("p", {}, say("No association was found in this capture.")));
  for (const association of data.associations) section.append(associationCard(association));
}

/** Facts of the capture as pairs. */
function captureFacts(capture) {
  const seconds = capture.last_time !== null && capture.first_time !== null ? capture.last_time - capture.first_time : 0;
  const facts = [
    [say("Begins"), moment(capture.first_time)],
    [say("Lasts"), duration(seconds)],
    [say("Frames"), grouped(capture.frames)],
    [say("Size"), bytesInWords(capture.bytes)],
    [say("TCP connections"), grouped(capture.tcp_connections)],
    [say("Associations"), grouped(capture.associations)],
    [say("Messages"), grouped(capture.messages)],
    [say("Format"), capture.format],
  ];
  if (capture.damage) facts.push([say("Damage"), capture.damage]);
  return pairs("facts", facts);
}

/** A list of names with values. */
function pairs(name, facts) {
  return element("dl", { class: name }, facts.map(([term, value]) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, value))));
}

/** Whether identifying values are in the page. */
function privacyWords() {
  return data.masked
    ? say("Values that identify somebody are masked: their length is kept, their bytes are not in this page. "
      + "Credentials always are.")
    : say("Values that identify somebody are shown: keep this page as safe as patient data. "
      + "Credentials are masked all the same.");
}

/** What the page does not hold, in words; nothing when it holds all. */
function leftOutList() {
  const words = {
    associations: say("associations that are not told"),
    pdus: say("PDUs that are not listed"),
    messages: say("messages that are not listed"),
    findings: say("findings that are not listed"),
    annotated_pdus: say("PDUs listed without their bytes"),
    data_sets: say("data sets without their elements"),
    folded_bytes: say("bytes of long values, folded"),
    masked_bytes: say("bytes masked"),
  };
  const told = Object.entries(words).filter(([key]) => data.left_out[key] > 0);
  if (!told.length) return element("p", { class: "left-out" }, say("Nothing was left out of this page."));
  return element("p", { class: "left-out" }, say("Left out of this page: {list}.", {
    list: told.map(([key, each]) => `${grouped(data.left_out[key])} ${each}`).join(say("; ")),
  }));
}

const FINDINGS_FIRST = 12;

/** All findings, the gravest first; a long list opens on demand. */
function findingsPart() {
  const part = element("section", { class: "findings", "aria-label": say("Findings") },
    element("h2", {}, say("Findings"), " ", element("span", { class: "count" }, grouped(data.findings.length))));
  if (!data.findings.length) {
    part.append(element("p", {}, say("Nothing unusual was found.")));
    return part;
  }
  const rank = { error: 0, warning: 1, note: 2 };
  const sorted = [...data.findings].sort((one, other) => rank[one.severity] - rank[other.severity]);
  const list = element("ol", { class: "finding-list" }, sorted.slice(0, FINDINGS_FIRST).map(findingItem));
  part.append(list);
  if (sorted.length > FINDINGS_FIRST) {
    const more = element("button", { type: "button", onclick: () => {
      list.append(...sorted.slice(FINDINGS_FIRST).map(findingItem));
      more.remove();
    } }, say("Show {count} more", { count: grouped(sorted.length - FINDINGS_FIRST) }));
    part.append(more);
  }
  return part;
}

/** One finding: what, why, what to do, and links to the bytes that prove it. */
function findingItem(finding) {
  return element("li", { class: `finding ${finding.severity}` },
    element("h3", {}, severityMark(finding.severity), " ", text(finding.title)),
    element("p", {}, text(finding.detail)),
    finding.remedy >= 0 ? element("p", { class: "remedy" }, element("strong", {}, say("What to do")), " ", text(finding.remedy)) : null,
    element("p", { class: "finding-facts" }, element("code", {}, finding.code), clause(finding), evidenceLinks(finding)));
}

/** Links to the places of a finding. */
function evidenceLinks(finding) {
  const association = associations.get(finding.association);
  const links = finding.places.slice(0, 4).map(([index, start]) => {
    const row = association.rows[index];
    const address = `association-${finding.association}/pdu-${row.pdu}`;
    let target = address;
    if (start !== null && row.document !== undefined) {
      const leaf = documentOf(row.document).leafAt(start);
      if (leaf) target = [address, ...leaf.path].join("/");
    }
    return element("a", { href: `#${target}` }, say("Association {association}, PDU {pdu}", {
      association: finding.association, pdu: row.pdu,
    }));
  });
  if (links.length) return links;
  if (association) return element("a", { href: `#association-${finding.association}` },
    say("Association {number}", { number: finding.association }));
  return element("span", {}, `${finding.client} → ${finding.server}`);
}

/** Which tone an outcome has. */
function outcomeTone(outcome) {
  if (outcome === "released") return "good";
  return ["rejected", "aborted", "reset", "refused"].includes(outcome) ? "bad" : "plain";
}

/** A badge with the outcome; a sign stands beside the colour. */
function outcomeBadge(association) {
  const tone = outcomeTone(association.outcome);
  const sign = { good: "✓", bad: "✖", plain: "◦" }[tone];
  return element("span", { class: `outcome ${tone}` }, element("span", { "aria-hidden": "true" }, `${sign} `),
    text(association.outcome_text));
}

/** The card of an association; its pictures are drawn when it comes near. */
function associationCard(association) {
  const number = association.association;
  const body = element("div", { class: "card-body" });
  const card = element("article", { class: "association", "data-association": number, "data-address": `association-${number}`, "aria-labelledby": `card-${number}` },
    element("header", {},
      element("h3", { id: `card-${number}` }, element("span", { class: "number" }, say("Association {number}", { number })),
        " ", element("span", { class: "requestor" }, sideName(association, true)), " → ",
        element("span", { class: "acceptor" }, sideName(association, false))),
      outcomeBadge(association)),
    body);
  whenNear(card, () => body.append(...cardBody(association)));
  return card;
}

function cardBody(association) {
  const number = association.association;
  const parts = [
    association.meaning >= 0 ? element("p", { class: "why" }, text(association.meaning)) : null,
    element("p", { class: "card-links" },
      element("a", { href: `#association-${number}` }, say("Open in the panes")),
      element("a", { href: `#story/association-${number}` }, say("Explain this association"))),
    associationFacts(association),
    association.findings.length ? element("ul", { class: "card-findings" }, association.findings.map((each) =>
      element("li", {}, severityMark(data.findings[each].severity), " ", text(data.findings[each].title)))) : null,
    contextsPart(association),
    element("h4", {}, say("Ladder")),
    ladder(association),
  ];
  if (association.timeline) parts.push(element("h4", {}, say("Timeline")), timeline(association));
  return parts.filter(Boolean);
}

/** Facts of an association as pairs. */
function associationFacts(association) {
  const side = (who) => {
    const known = association[who];
    const software = known.implementation_version_name || known.implementation_class_uid || say("unknown");
    const limit = known.maximum_length === 0 ? say("no limit")
      : known.maximum_length === null ? say("unknown") : bytesInWords(known.maximum_length);
    return say("{software}; takes PDUs of {limit}; sent {count} in {pdus} PDUs", {
      software, limit, count: bytesInWords(known.bytes), pdus: grouped(known.pdus),
    });
  };
  const timing = association.timing;
  const facts = [
    [say("Requestor"), `${association.client} · ${side("requestor")}`],
    [say("Acceptor"), `${association.server} · ${side("acceptor")}`],
    [say("Time"), timing
      ? say("{total}, of it {negotiation} negotiating, {waiting} waiting for answers", {
        total: duration(timing.total_seconds), negotiation: duration(timing.negotiation_seconds ?? 0),
        waiting: duration(timing.waiting_seconds ?? 0),
      })
      : duration(association.end_time - association.start_time)],
    [say("Messages"), grouped(association.messages)],
    [say("Frames"), `${association.first_frame}–${association.last_frame}`],
  ];
  if (association.missing_bytes) facts.push([say("Not captured"), bytesInWords(association.missing_bytes)]);
  if (!association.requested) facts.push([say("Beginning"), say("not captured: the capture starts in the middle")]);
  if (association.caused_by) facts.push([say("Caused by"),
    element("a", { href: `#association-${association.caused_by.association}/message-${association.caused_by.message}` },
      say("Association {association}, message {message}", association.caused_by))]);
  if (association.left_out) facts.push([say("Left out"), say("{count} PDUs", { count: grouped(association.left_out) })]);
  return pairs("facts", facts);
}

/** The negotiated presentation contexts as a table that opens; a short one is open. */
function contextsPart(association) {
  const contexts = association.contexts;
  if (!contexts.length) return null;
  const accepted = contexts.filter((each) => each.accepted).length;
  const head = [say("ID"), say("Abstract syntax"), say("Answer"), say("Transfer syntax"), say("Used")];
  return element("details", { class: "contexts", open: contexts.length <= 6 },
    element("summary", {}, say("Presentation contexts: {count}, {accepted} accepted", { count: contexts.length, accepted })),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("Presentation contexts") },
      element("table", {},
        element("thead", {}, element("tr", {}, head.map((each) => element("th", { scope: "col" }, each)))),
        element("tbody", {}, contexts.map((each) => element("tr", {},
          element("td", {}, String(each.id)),
          element("td", {}, text(each.name), element("small", {}, each.abstract_syntax ?? "")),
          element("td", { class: each.accepted ? "good" : "bad" }, `${each.accepted ? "✓" : "✖"} ${text(each.result)}`),
          element("td", {}, each.transfer_syntax >= 0 ? text(each.transfer_syntax)
            : say("offered: {names}", { names: each.offered.map(text).join(", ") })),
          element("td", {}, each.used ? say("yes") : "–")))))));
}

// ---------------------------------------------------------------------------------------------------- the ladder

const STEP = 46;

/** The words of an arrow, cut to the room it has: narrow letters count one, wide ones two. */
function cut(words, room) {
  let width = 0;
  for (let at = 0; at < words.length; at += 1) {
    width += words.charCodeAt(at) > 0x2e80 ? 13 : 7;
    if (width > room) return `${words.slice(0, Math.max(at - 1, 1))}…`;
  }
  return words;
}

/** The width that pictures have here. */
function pictureWidth() {
  return Math.max(300, Math.min(document.documentElement.clientWidth - (narrow.matches ? 56 : 110), 860));
}

/** An arrow of the ladder as words, target and marks. */
function arrowOf(association, kind, index) {
  if (kind === "message") {
    const message = association.message_list[index];
    const address = `association-${association.association}/message-${message.message}`;
    return {
      name: `${message.command ?? say("unreadable command")} ${message.id ?? ""}`, about: text(message.about), address,
      bytes: message.bytes, time: message.time, fromRequestor: message.from_requestor,
      broken: message.incomplete === true, waited: message.response_seconds,
      findings: association.findings.map((each) => data.findings[each]).filter((finding) =>
        finding.message === message.message
        || finding.places.some(([row]) => association.rows[row].messages?.includes(message.message))),
    };
  }
  const row = association.rows[index];
  return {
    name: row.run ? say("{count} × {type}", { count: grouped(row.run), type: row.type }) : row.type, about: "",
    address: `association-${association.association}/pdu-${row.pdu}`, bytes: row.bytes, time: row.time,
    fromRequestor: row.from_requestor, broken: (data.documents[row.document]?.missing ?? []).length > 0,
    findings: findingsAt(association, index).map(([finding]) => finding),
  };
}

/** The ladder: two lifelines, arrows in the order of time; what is folded, silent or broken is marked. */
function ladder(association) {
  const width = pictureWidth();
  const [left, right] = narrow.matches ? [58, width - 16] : [92, width - 92];
  const drawing = svg("g", {});
  let y = 58;
  if (association.opened !== null) {
    drawing.append(svg("line", { class: "tcp", x1: left, x2: right, y1: y + 10, y2: y + 10 }),
      svg("text", { class: "time", x: left - 8, y: y + 14, "text-anchor": "end" }, duration(association.opened)),
      svg("text", { class: "about", x: (left + right) / 2, y: y + 4, "text-anchor": "middle" }, say("TCP connection opened")));
    y += 34;
  }
  for (const [kind, first, period, names] of association.ladder) {
    if (kind === "quiet") {
      drawing.append(svg("line", { class: "quiet", x1: left, x2: left, y1: y - 8, y2: y + 22 }),
        svg("line", { class: "quiet", x1: right, x2: right, y1: y - 8, y2: y + 22 }),
        svg("text", { class: "about", x: (left + right) / 2, y: y + 12, "text-anchor": "middle" },
          say("… {time} of silence …", { time: duration(first) })));
      y += 34;
    } else if (kind === "fold") {
      const words = say("{count} more arrows like these: {names}", { count: grouped(first), names: names.join(", ") });
      drawing.append(svg("g", {}, svg("title", {}, words),
        svg("rect", { class: "folded", x: left + 6, y: y - 10, width: right - left - 12, height: 30, rx: 6 }),
        svg("text", { class: "about", x: (left + right) / 2, y: y + 9, "text-anchor": "middle" }, cut(words, right - left - 24))));
      y += 44;
    } else {
      drawing.append(ladderArrow(arrowOf(association, kind, first), left, right, y, width));
      y += STEP;
    }
  }
  const names = [true, false].flatMap((who) => {
    const name = sideName(association, who);
    const place = !narrow.matches && name.length * 8 < 2 * left ? { x: who ? left : right, "text-anchor": "middle" }
      : who ? { x: 4, "text-anchor": "start" } : { x: width - 4, "text-anchor": "end" };
    return [
      svg("text", { class: `lifeline-name ${who ? "requestor" : "acceptor"}`, y: 16, ...place }, cut(name, width / 2 - 20)),
      svg("text", { class: "about", y: 32, ...place }, who ? say("requestor") : say("acceptor")),
    ];
  });
  const lifelines = [left, right].map((x) => svg("line", { class: "lifeline", x1: x, x2: x, y1: 40, y2: y + 2 }));
  const ending = svg("text", { class: "about", x: (left + right) / 2, y: y + 10, "text-anchor": "middle" },
    cut(say("End: {outcome}", { outcome: text(association.outcome_text) }), right - left));
  return picture("ladder", width, y + 22, say("Ladder of association {number}", { number: association.association }),
    say("Two lifelines; every arrow is a PDU or a message, in the order of time."), [lifelines, names, drawing, ending]);
}

/** A picture that tells what it is to those who do not see it. */
function picture(name, width, height, title, description, parts) {
  return svg("svg", { class: name, viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": `${title}. ${description}` },
    ...parts.flat());
}

/** One arrow, a link to what it stands for. */
function ladderArrow(arrow, left, right, y, width) {
  const [from, to] = arrow.fromRequestor ? [left, right] : [right, left];
  const tip = arrow.fromRequestor ? -9 : 9;
  const line = y + 10;
  const label = arrow.about && !narrow.matches ? `${arrow.name} · ${arrow.about}` : arrow.name;
  const worst = gravest(arrow.findings);
  const told = [arrow.name, arrow.about, bytesInWords(arrow.bytes), say("after {time}", { time: duration(arrow.time) }),
    arrow.waited !== undefined ? say("response after {time}", { time: duration(arrow.waited) }) : "",
    arrow.broken ? say("incomplete") : "",
    ...arrow.findings.map((finding) => `${severityWords(finding.severity)}: ${text(finding.title)}`)].filter(Boolean);
  const link = svg("a", { href: `#${arrow.address}`, class: `arrow ${arrow.fromRequestor ? "requestor" : "acceptor"}${arrow.broken ? " broken" : ""}` },
    svg("title", {}, told.join("; ")),
    svg("rect", { class: "touch", x: 0, y: y - 16, width, height: STEP - 4, rx: 6 }),
    svg("text", { class: "name", x: (left + right) / 2, y: y + 2, "text-anchor": "middle" },
      cut(`${arrow.broken ? `⚡ ${label === arrow.name ? `${say("incomplete")} · ` : ""}` : ""}${label}`, right - left - (worst ? 56 : 30))),
    svg("line", { x1: from, x2: to + tip / 2, y1: line, y2: line }),
    svg("path", { class: "head", d: `M ${to} ${line} l ${tip} -5 v 10 z` }),
    svg("text", { class: "time", x: left - 8, y: y + 14, "text-anchor": "end" }, duration(arrow.time)),
    arrow.bytes ? svg("text", narrow.matches
      ? { class: "time", x: (left + right) / 2, y: y + 24, "text-anchor": "middle" } : { class: "time", x: right + 8, y: y + 14 },
    `${grouped(arrow.bytes)} B`) : null);
  if (worst) {
    const mark = arrow.fromRequestor ? left + 12 : right - 12;
    link.append(svg("text", { class: `mark ${worst}`, x: mark, y: y + 3, "text-anchor": "middle" }, SEVERITY_SHAPES[worst]));
  }
  return link;
}

// -------------------------------------------------------------------------------------------------- the timeline

/** A round number at or above, for the end of an axis. */
function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

/** Bytes a second, short. */
function rate(value) {
  for (const [size, unit] of [[1e9, "GB/s"], [1e6, "MB/s"], [1e3, "kB/s"]]) {
    if (value >= size) return `${+(value / size).toPrecision(3)} ${unit}`;
  }
  return `${+value.toPrecision(3)} B/s`;
}

/** How high a throughput is drawn, as a share of the whole height, and the ticks: even steps, or powers of ten when the
 * highest is far above most of the others. */
function throughputScale(rates) {
  const sorted = [...rates].sort((one, other) => one - other);
  const highest = sorted[sorted.length - 1] ?? 1;
  if (highest <= 20 * (sorted[sorted.length >> 1] ?? 1)) {
    const most = roundUp(highest);
    return { share: (value) => value / most, ticks: [[0, "0"], [0.5, rate(most / 2)], [1, rate(most)]] };
  }
  const low = Math.floor(Math.log10(sorted[0])) - 1, decades = Math.ceil(Math.log10(highest)) - low;
  const step = Math.ceil(decades / 3);
  const ticks = [];
  for (let decade = 0; decade <= decades; decade += step) ticks.push([decade / decades, rate(10 ** (low + decade))]);
  return { share: (value) => (Math.log10(value) - low) / decades, ticks };
}

/** The timeline: above the axis what the requestor sends, below it what the acceptor sends, then response times. */
function timeline(association) {
  const { seconds, requestor, acceptor, responses, kept_every: keptEvery } = association.timeline;
  const width = pictureWidth(), left = 70, right = width - 14, wide = right - left;
  const total = seconds * requestor.length;
  const x = (time) => left + Math.min(Math.max(time / total, 0), 1) * wide;
  const parts = [];
  const label = (at, y, words, anchor = "end") => svg("text", { class: "time", x: at, y, "text-anchor": anchor }, words);
  const line = (y) => svg("line", { class: "axis", x1: left, x2: right, y1: y, y2: y });
  const half = 70, zero = 30 + half;
  const scale = throughputScale([...requestor, ...acceptor].filter(Boolean).map((bytes) => bytes / seconds));
  const column = wide / requestor.length;
  const bars = (values, up) => values.map((value, index) => {
    if (!value) return "";
    const high = Math.max(scale.share(value / seconds) * half, 1);
    return `M ${(left + index * column).toFixed(1)} ${up ? (zero - high).toFixed(1) : zero} h ${Math.max(column - 0.4, 0.6).toFixed(2)} v ${high.toFixed(1)} h ${(-Math.max(column - 0.4, 0.6)).toFixed(2)} z`;
  }).join(" ");
  parts.push(
    label(left, 16, say("Sent by the requestor, bytes a second"), "start"),
    svg("path", { class: "bars requestor", d: bars(requestor, true) }),
    svg("path", { class: "bars acceptor", d: bars(acceptor, false) }),
    label(left, zero + half + 16, say("Sent by the acceptor, bytes a second"), "start"));
  for (const [share, words] of scale.ticks) {
    parts.push(line(zero - share * half), label(left - 6, zero - share * half + 4, words));
    if (share) parts.push(line(zero + share * half), label(left - 6, zero + share * half + 4, words));
  }
  let y = zero + half + 34;
  const ticks = (base) => [0, 0.25, 0.5, 0.75, 1].map((share) =>
    label(left + share * wide, base, duration(share * total), share === 0 ? "start" : share === 1 ? "end" : "middle"));
  parts.push(...ticks(y));
  if (responses.length) {
    const slowest = roundUp(Math.max(...responses.map(([, waited]) => waited)));
    const top = y + 34, high = 80, floor = top + high;
    parts.push(label(left, top - 10, keptEvery > 1 ? say("Response times; one of {count} is drawn", { count: keptEvery }) : say("Response times"), "start"),
      line(top), line(floor), label(left - 6, top + 4, duration(slowest)), label(left - 6, floor + 4, "0"));
    for (const [time, waited, message] of responses) {
      parts.push(svg("a", { href: `#association-${association.association}/message-${message}`, class: "response", tabindex: "-1" },
        svg("title", {}, say("message {message}: response after {time}", { message, time: duration(waited) })),
        svg("circle", { cx: x(time).toFixed(1), cy: (floor - (waited / slowest) * high).toFixed(1), r: 3.5 })));
    }
    y = floor + 16;
    parts.push(...ticks(y));
  }
  return picture("timeline", width, y + 10, say("Timeline of association {number}", { number: association.association }),
    say("The most that went in one column: {most}. {count} response times.", {
      most: rate(Math.max(...requestor, ...acceptor) / seconds), count: responses.length,
    }), parts);
}
