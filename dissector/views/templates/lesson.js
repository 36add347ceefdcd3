// The lesson: the labels are hidden, bytes of one PDU are lit, and the reader says which field they are. Strategy: the
// questions and their order come from a seed that depends on the PDU alone, so that everybody gets the same lesson; a
// question is about a field as a reader thinks of it: a leaf, or a whole element with its tag and length.

const QUESTIONS = 12, CHOICES = 4, LESSONS = 40;
const lesson = { unit: null, whole: null, questions: [], at: 0, right: 0, answered: false, lines: null };

/** Numbers that look random and are always the same for a seed. */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A copy in another order. */
function shuffled(values, random) {
  const mixed = [...values];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  return mixed;
}

/** PDUs that a lesson can be about: one of each document, the first ones. */
function lessonUnits() {
  const known = new Set();
  return units.filter((unit) => {
    const number = unit.kind === "pdu" ? documentNumber(unit) : -1;
    if (number < 0 || known.has(number) || known.size >= LESSONS) return false;
    known.add(number);
    return true;
  });
}

/** What can be asked of a document: leaves and whole elements whose bytes are shown, each name once. */
function askable(whole) {
  const fields = [];
  const work = [whole.root];
  while (work.length) {
    const field = work.pop();
    if (field.leaf || isElement(field)) fields.push(field);
    else work.push(...[...field.children].reverse());
  }
  const names = new Set();
  return fields.filter((field) => {
    const shown = field.length > 0 && field.length <= 256 && !field.hidden && whole.within(field.start, field.end).some((part) => part.kind === "shown");
    const fresh = shown && !names.has(field.title);
    if (fresh) names.add(field.title);
    return fresh;
  });
}

/** The questions about a PDU: fields in the order of the bytes, each with its choices. */
function questionsFor(unit, whole) {
  const random = dice(unit.index * 7919 + whole.number + 1);
  const fields = askable(whole);
  const others = fields.length >= CHOICES ? fields : [...fields, ...lessonUnits().flatMap((each) => askable(documentOf(documentNumber(each))))];
  const asked = shuffled(fields, random).slice(0, QUESTIONS).sort((one, other) => one.start - other.start);
  return asked.map((field) => {
    const names = new Map([[field.title, field]]);
    for (const other of shuffled(others, random)) if (names.size < CHOICES && !names.has(other.title)) names.set(other.title, other);
    return { field, choices: shuffled([...names.values()], random) };
  });
}

/** Draw the lesson's frame. */
function drawLesson(section) {
  const choose = element("select", { id: "lesson-pdu", onchange: () => go(`lesson/${choose.value}`) },
    lessonUnits().map((unit) => element("option", { value: unit.address }, say("Association {association}, PDU {pdu}: {type}", {
      association: unit.association.association, pdu: unit.row.pdu, type: unit.row.type,
    }))));
  section.append(element("h1", {}, say("Lesson")),
    element("p", { class: "lead" }, say("Which field are the lit bytes? Choose a name; the keys 1 to 4 choose too, Enter goes on.")),
    element("p", { class: "lesson-choose" }, element("label", { for: "lesson-pdu" }, say("PDU")), " ", choose),
    element("div", { class: "lesson-board" },
      element("div", { id: "lesson-bytes", tabindex: "0", role: "region", "aria-label": say("Bytes") }),
      element("div", { class: "lesson-question" },
        element("h2", { id: "question", tabindex: "-1" }),
        element("div", { class: "choices", role: "group", "aria-labelledby": "question" }),
        element("div", { id: "verdict", role: "status" }),
        element("button", { id: "next", type: "button", hidden: true, onclick: nextQuestion }),
        element("div", { id: "score", role: "status", hidden: true }))));
  if (lesson.unit) lesson.resume = lesson.unit;
  lesson.unit = null;
}

/** Begin the lesson that an address names; after a redraw of the same one, where it was. */
function showLesson(parts) {
  const unit = parts.length ? unitOf(parts) : lesson.resume ?? lessonUnits()[0];
  const possible = unit?.kind === "pdu" && documentNumber(unit) >= 0;
  if (!possible) {
    if (!lessonUnits().length) document.getElementById("question").textContent = say("This capture has no PDU.");
    else if (!lesson.unit) beginLesson(lessonUnits()[0]);
    return !parts.length;
  }
  if (lesson.unit !== unit) beginLesson(unit);
  return parts.length <= 2;
}

function beginLesson(unit) {
  const again = lesson.resume === unit;
  Object.assign(lesson, { unit, whole: documentOf(documentNumber(unit)), resume: null });
  if (!again) Object.assign(lesson, { questions: questionsFor(unit, lesson.whole), at: 0, right: 0 });
  const choose = document.getElementById("lesson-pdu");
  if (![...choose.options].some((option) => option.value === unit.address)) {
    choose.append(element("option", { value: unit.address }, say("Association {association}, PDU {pdu}: {type}", {
      association: unit.association.association, pdu: unit.row.pdu, type: unit.row.type,
    })));
  }
  choose.value = unit.address;
  lesson.lines = new ByteLines(lesson.whole, narrow.matches ? 8 : 16);
  document.getElementById("lesson-bytes").replaceChildren(lesson.lines.node);
  ask();
}

/** Put the present question, or the score when there is none left. */
function ask() {
  const question = lesson.questions[lesson.at];
  const choices = document.querySelector("#lesson .choices");
  const score = document.getElementById("score");
  document.getElementById("verdict").replaceChildren();
  document.getElementById("next").hidden = true;
  lesson.answered = false;
  score.hidden = question !== undefined;
  if (!question) {
    choices.replaceChildren();
    document.getElementById("question").textContent = say("The score");
    score.replaceChildren(
      element("p", { class: "score-number" }, say("{right} of {all} right", { right: lesson.right, all: lesson.questions.length })),
      element("button", { type: "button", onclick: () => { lesson.at = lesson.right = 0; ask(); } }, say("Once more")));
    lesson.lines.light("lit", 0, 0);
    return;
  }
  document.getElementById("question").textContent = say("Question {number} of {all}", { number: lesson.at + 1, all: lesson.questions.length });
  const { field } = question;
  lesson.lines.light("lit", field.start, field.end);
  const first = lesson.lines.drawn(field.start, field.end)[0];
  if (first) intoView(document.getElementById("lesson-bytes"), first);
  choices.replaceChildren(...question.choices.map((each, index) => element("button", {
    type: "button", class: "choice", "data-answer": each.spec.name, onclick: (event) => answer(event.currentTarget, each),
  }, element("kbd", { "aria-hidden": "true" }, String(index + 1)), " ", each.title)));
}

/** Judge an answer, show the right one and why. */
function answer(button, chosen) {
  if (lesson.answered) return;
  lesson.answered = true;
  const { field, choices } = lesson.questions[lesson.at];
  const right = chosen === field;
  if (right) lesson.right += 1;
  document.querySelectorAll("#lesson .choice").forEach((each, index) => {
    each.disabled = true;
    if (choices[index] === field) each.classList.add("right");
  });
  if (!right) button.classList.add("wrong");
  document.getElementById("verdict").replaceChildren(
    element("p", { class: right ? "good" : "bad" }, right ? `✓ ${say("Right.")}` : `✖ ${say("No: it is {title}.", { title: field.title })}`),
    summaryWords(field) ? element("p", {}, element("code", {}, summaryWords(field))) : "",
    element("p", {}, text(field.spec.explanation), " ", clause(field.spec) ?? ""));
  const next = document.getElementById("next");
  next.hidden = false;
  next.textContent = lesson.at + 1 < lesson.questions.length ? say("Next") : say("Show the score");
  next.focus();
}

function nextQuestion() {
  lesson.at += 1;
  ask();
  document.getElementById("question").focus();
}

/** The keys 1 to 4 choose, wherever the focus is. */
function lessonKey(event) {
  if (document.body.dataset.view !== "lesson") return;
  if (event.target.closest("select") || event.altKey || event.ctrlKey || event.metaKey) return;
  const choice = document.querySelectorAll("#lesson .choice")[Number(event.key) - 1];
  if (choice && !lesson.answered) choice.click();
}
