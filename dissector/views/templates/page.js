// The page as a whole: its header, which view is shown, addresses. Strategy: the address after # is the only state; all
// navigation goes through it, so links, back and reload agree. A view is drawn when it is first shown, and anew after a
// change of language or width.

const VIEWS = {
  overview: { draw: drawOverview, show: showOverview, title: () => say("Overview") },
  explore: { draw: drawExplore, show: showExplore, title: () => say("Explore") },
  story: { draw: drawStory, show: showStory, title: () => say("Story") },
  lesson: { draw: drawLesson, show: showLesson, title: () => say("Lesson") },
};

const page = { address: null, drawn: new Set() };

/** Go to an address; `replace` leaves no step for the way back. */
function go(address, replace = false) {
  if (replace) history.replaceState(null, "", `#${address}`);
  else location.hash = address;
  route();
}

/** Which view an address names, and what in it. */
function parsed(address) {
  const parts = address.split("/").filter(Boolean);
  if (Object.hasOwn(VIEWS, parts[0] ?? "")) return { view: parts[0], parts: parts.slice(1) };
  if (parts.length) return { view: "explore", parts };
  return { view: "overview", parts: [] };
}

/** Show what the address says; an unknown one is told gently. */
function route() {
  const address = decodeAddress(location.hash.slice(1));
  if (address === page.address) return;
  page.address = address;
  const { view, parts } = parsed(address);
  for (const name of Object.keys(VIEWS)) document.getElementById(name).hidden = name !== view;
  for (const link of document.querySelectorAll("nav a[data-view]")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = view;
  document.title = `${VIEWS[view].title()} · ${data.capture.file} · dicom-dissector`;
  if (!page.drawn.has(view)) {
    page.drawn.add(view);
    VIEWS[view].draw(document.getElementById(view));
  }
  const known = VIEWS[view].show(parts);
  const notice = document.getElementById("notice");
  notice.textContent = known ? "" : say("This capture has nothing at “{address}”; here is the nearest that it has.", { address });
  notice.hidden = known;
}

function decodeAddress(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** The overview is one page; nothing inside it has an address of its own. */
function showOverview(parts) {
  return parts.length === 0;
}

/** Draw header and view in the present language and width, at the present address. */
function drawPage() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.querySelector(".page-header")?.remove();
  document.body.prepend(header());
  for (const name of Object.keys(VIEWS)) {
    const section = document.getElementById(name);
    forgetNear(section);
    section.replaceChildren();
    section.setAttribute("aria-label", VIEWS[name].title());
  }
  page.drawn.clear();
  page.address = null;
  route();
}

function header() {
  return element("header", { class: "page-header" },
    element("a", { class: "skip", href: "#main", onclick: skipToMain }, say("Skip to the content")),
    element("a", { class: "brand", href: "#overview" }, "dicom-dissector"),
    element("nav", { "aria-label": say("Views") }, Object.entries(VIEWS).map(([name, view]) =>
      element("a", { "data-view": name, href: `#${name}`, onclick: keepPlace }, view.title()))),
    element("div", { class: "switches" },
      element("button", { id: "language", type: "button", lang: language === "zh" ? "en" : "zh-Hans", onclick: switchLanguage },
        language === "zh" ? "English" : "中文"),
      element("button", { id: "theme", type: "button", onclick: switchTheme }, themeWords())));
}

/** The link to the content moves the focus and leaves the address as it is. */
function skipToMain(event) {
  event.preventDefault();
  document.querySelector("main").focus();
}

/** Going to another view keeps the PDU one is at. */
function keepPlace(event) {
  const { view } = event.currentTarget.dataset;
  const at = parsed(page.address).parts.slice(0, 2);
  if (view === "overview" || !at[1]?.startsWith("pdu-")) return;
  event.preventDefault();
  go([...(view === "explore" ? [] : [view]), ...at].join("/"));
}

/** The article at the upper edge of the window, and which annotations are open: what a redraw has to find again. */
function placeInView() {
  const articles = [...document.querySelectorAll(`#${document.body.dataset.view} > article, #${document.body.dataset.view} .chunk > article`)];
  const open = articles.filter((article) => article.querySelector("[data-annotate][aria-expanded=true]"));
  const first = window.scrollY > 0 ? articles.find((article) => article.getBoundingClientRect().bottom > 90) : undefined;
  return { key: first?.dataset.address, top: first?.getBoundingClientRect().top, open: open.map((article) => article.dataset.address) };
}

/** Bring back what `placeInView` gave; what stands before it is drawn so that it has its height. */
function restorePlace({ key, top, open }) {
  const section = document.getElementById(document.body.dataset.view);
  const find = (address) => section.querySelector(`article[data-address="${address}"]`);
  for (const address of [...open, ...(key ? [key] : [])]) {
    if (document.body.dataset.view === "story") drawNow(chunkOf(unitByAddress.get(address)).node);
    if (open.includes(address)) find(address).openAnnotation();
  }
  if (!key) return;
  for (const article of section.querySelectorAll(":scope > article")) {
    drawNow(article);
    if (article.dataset.address === key) break;
  }
  window.scrollBy({ top: find(key).getBoundingClientRect().top - top, behavior: "instant" });
}

/** Draw the page anew, in another language or width, at the same place. */
function redraw() {
  const place = placeInView();
  drawPage();
  restorePlace(place);
}

function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  redraw();
  document.getElementById("language").focus({ preventScroll: true });
}

/** Is the page dark now, by its switch or by the system? */
function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function themeWords() {
  return dark() ? say("Light") : say("Dark");
}

function switchTheme() {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  document.getElementById("theme").textContent = themeWords();
}

/** Build what stays, then show the first view. */
function begin() {
  document.body.append(
    element("main", { id: "main", tabindex: "-1" },
      element("p", { id: "notice", role: "status", hidden: true }),
      Object.keys(VIEWS).map((name) => element("section", { id: name, hidden: true })),
      element("div", { id: "copied", class: "visually-hidden" })));
  drawPage();
  window.addEventListener("hashchange", route);
  narrow.addEventListener("change", redraw);
  window.addEventListener("beforeprint", openStoryForPrint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.getElementById("theme").textContent = themeWords();
  });
  window.addEventListener("resize", drawList);
  window.addEventListener("keydown", lessonKey);
  document.documentElement.dataset.ready = "true";
}

begin();
