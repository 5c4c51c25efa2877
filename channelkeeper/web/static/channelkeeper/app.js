/* What the pages do beyond links and forms. Reading works without it. */
(function () {
  "use strict";
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  /* The page's words stand in the page, translated; {names} are filled in here. */
  const words = (name, figures) => one("#words").dataset[name].replace(/\{(\w+)\}/g, (hole, key) => figures[key]);
  const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const typing = (target) => target.closest && target.closest("input, textarea, select, [contenteditable], .ts-wrapper");

  /* Storage may be off (private windows): then nothing is kept, and nothing breaks. */
  const kept = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* full or off */ } },
    drop(key) { try { localStorage.removeItem(key); } catch (error) { /* off */ } },
    keys(prefix) { try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch (error) { return []; } },
  };

  /* --- Theme: Tabler's own components want it by name -------------------------------------- */
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function dress() {
    const root = document.documentElement, chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen === "dark" || (chosen !== "light" && dark.matches) ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("ck:theme"));
  }
  dark.addEventListener("change", dress);
  dress();

  /* --- Toasts -------------------------------------------------------------------------------- */
  const STAYS_MS = 10000, STAYS_WITH_UNDO_MS = 20000;
  function leaveLater(toast) {
    const wait = one("button", toast) ? STAYS_WITH_UNDO_MS : STAYS_MS;
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, wait);
  }
  function toast(text, undo) {
    const box = document.createElement("div"), words = document.createElement("span");
    box.className = "ck-toast";
    words.textContent = text;
    box.append(words);
    if (undo) box.append(typeof undo === "function" ? undoButton(undo, box) : undoForm(undo));
    one("#toasts").append(box);
    leaveLater(box);
  }
  function undoButton(undo, box) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one("#toasts").dataset.undo;
    button.addEventListener("click", () => { undo(); box.remove(); });
    return button;
  }
  function undoForm(address) {
    const form = document.createElement("form"), token = document.createElement("input"), button = document.createElement("button");
    form.method = "post";
    form.action = address;
    token.type = "hidden";
    token.name = "csrfmiddlewaretoken";
    token.value = one('meta[name="csrf-token"]').content;
    button.textContent = one("#toasts").dataset.undo;
    form.append(token, button);
    return form;
  }
  document.addEventListener("ck:toast", (event) => event.detail.said.forEach((said) => toast(said.text, said.undo)));

  /* --- Rows, keys ---------------------------------------------------------------------------- */
  const rows = () => all("tr[data-href], tr[data-panel], li[data-href]").filter((row) => row.offsetParent !== null);
  const current = () => one("[data-href][aria-current], [data-panel][aria-current]");
  const placeKey = () => "ck-row:" + location.pathname + location.search;
  function mark(row) {
    all("[data-href][aria-current], [data-panel][aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
    try { sessionStorage.setItem(placeKey(), String(rows().indexOf(row))); } catch (error) { /* off */ }
  }
  function step(by) {
    const list = rows(), at = list.indexOf(current());
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (next) mark(next);
  }
  function open(row) {
    if (row.dataset.panel && panel() && innerWidth >= 768) openPanel(row);
    else if (row.dataset.href) location.assign(row.dataset.href);
    else { const link = one("a[href]", row); if (link) link.click(); }
  }
  function edit(row) {
    const field = row && one("[data-quantity], input:not([type=hidden]), select, textarea", row);
    if (field) { field.focus(); if (field.select) field.select(); }
  }
  const keys = {
    "/": () => { const field = one("[data-search]"); if (field) { field.focus(); field.select(); } },
    j: () => step(1), k: () => step(-1),
    e: () => edit(current() || rows()[0] || one("main")),
    "?": () => one("#help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return escape(event);
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    if (event.key === "Enter") {
      const interactive = event.target.closest("a, button, summary");
      if (!interactive && current()) { event.preventDefault(); open(current()); }
    } else if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  function escape(event) {
    const menu = one("details.ck-more[open]"), shown = one(".ck-panel.open");
    if (menu) menu.open = false;
    else if (shown) shown.classList.remove("open");
    if (typing(event.target)) event.target.blur();
    all(".ck-found").forEach((found) => found.replaceChildren());
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) one("#help").showModal();
    all("details.ck-more[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const row = event.target.closest("[data-href], [data-panel]");
    const interactive = event.target.closest("a, button, input, select, textarea, label, summary");
    if (row && !interactive && !String(getSelection())) { mark(row); open(row); }
  });
  /* a[data-unfold=key] shows the rows folded away under [data-folded=key] and goes; its address does without scripts. */
  document.addEventListener("click", (event) => {
    const fold = event.target.closest("[data-unfold]");
    if (!fold) return;
    event.preventDefault();
    all(`[data-folded="${CSS.escape(fold.dataset.unfold)}"]`).forEach((row) => { row.hidden = false; });
    (fold.closest("tr, li") || fold).remove();
  });
  /* In a list of quantities Enter goes to the next field, as in a spreadsheet. */
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest && event.target.closest("[data-quantity]");
    if (!field || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const fields = all("[data-quantity]:not(:disabled)"), next = fields[fields.indexOf(field) + (event.key === "ArrowUp" ? -1 : 1)];
    if (next) { next.focus(); next.select(); }
  });

  /* --- Side panel: the brief beside the list, and in the address ------------------------------- */
  const panel = () => one("#panel");
  function openPanel(row) {
    htmx.ajax("GET", row.dataset.panel, { target: "#panel", swap: "innerHTML" });
    panel().classList.add("open");
    if (!row.dataset.open) return;
    const address = new URL(location.href);
    address.searchParams.set("open", row.dataset.open);
    history.replaceState(history.state, "", address);
    mark(row);
  }

  /* --- Quantities: the gauge moves as they are typed -------------------------------------------- */
  const ASCII = (text) => text.normalize("NFKC").replace(/[,\s]/g, "");
  function quantityOf(field) {
    const text = ASCII(field.value);
    return text === "" ? 0 : /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  }
  const figure = (row, name) => (row.dataset[name] === undefined || row.dataset[name] === "" ? null : Number(row.dataset[name]));
  /* Days after: what stands and comes, less what sells until the reading, over sales per day then (ORD-1). */
  function daysAfter(row, quantity) {
    const perDay = figure(row, "gaugePerDay");
    if (!perDay) return null;
    const units = figure(row, "gaugeStock") + (figure(row, "gaugeRoad") || 0) + quantity * (figure(row, "gaugeCase") || 1);
    return Math.max(units - (figure(row, "gaugeExpected") || 0), 0) / perDay;
  }
  function recompute(field) {
    const row = field.closest("[data-gauge-stock]"), quantity = quantityOf(field);
    field.setAttribute("aria-invalid", quantity === null ? "true" : "false");
    if (row && quantity !== null) showRow(row, quantity);
    sums(field.closest("form, [data-sums]") || document);
  }
  function showRow(row, quantity) {
    const after = daysAfter(row, quantity), low = figure(row, "gaugeLow") ?? 20, high = figure(row, "gaugeHigh") ?? 25;
    const given = { now: figure(row, "gaugeNow"), after, low, high, estimatedLow: figure(row, "gaugeEstimatedLow"), estimatedHigh: figure(row, "gaugeEstimatedHigh"),
      state: row.dataset.gaugeState || null, afterState: null };
    all("svg[data-gauge]", row).forEach((svg) => {
      const wide = svg.classList.contains("ck-gauge-m");
      ckGauge.redraw(svg, { ...given, size: wide ? "M" : "S", width: svg.viewBox.baseVal.width }, say(given));
    });
    all("[data-gauge-after]", row).forEach((cell) => { cell.textContent = after === null ? "–" : grouped.format(ckGauge.whole(after)); });
    all("[data-gauge-amount]", row).forEach((cell) => { cell.textContent = quantity ? grouped.format(quantity * figure(row, "gaugePrice")) : "–"; });
    all("[data-gauge-above]", row).forEach((note) => { note.hidden = !(after !== null && after > high && quantity > 0); });
  }
  function say(given) {
    const now = given.now === null ? "–" : ckGauge.whole(given.now), after = given.after === null ? "–" : ckGauge.whole(given.after);
    return words("gauge", { now, after, low: given.low, high: given.high });
  }
  /* Sums stand in [data-sum=lines|cases|amount|credit|pallets]; within a [data-group] they are the group's. */
  function totals(fields) {
    const sum = { lines: 0, cases: 0, amount: 0, pallets: 0 };
    fields.forEach((field) => {
      const quantity = quantityOf(field) || 0, row = field.closest("[data-gauge-price]");
      sum.lines += quantity > 0 ? 1 : 0;
      sum.cases += quantity;
      sum.pallets += row && figure(row, "gaugePallet") ? quantity / figure(row, "gaugePallet") : 0;
      sum.amount += row ? quantity * figure(row, "gaugePrice") : 0;
    });
    return sum;
  }
  function sums(root) {
    const fields = all("[data-quantity]", root).filter((field) => field.offsetParent !== null || !field.closest("[data-once]"));
    show(all("[data-sum]").filter((cell) => !cell.dataset.of), totals(fields));
    const groups = new Set(all("[data-sum][data-of]").map((cell) => cell.dataset.of));
    groups.forEach((group) => {
      const mine = fields.filter((field) => (field.closest("[data-group]") || {}).dataset?.group === group);
      show(all(`[data-sum][data-of="${CSS.escape(group)}"]`), totals(mine));
    });
  }
  function show(cells, sum) {
    cells.forEach((cell) => {
      const before = Number(cell.dataset.before || 0), pallets = cell.dataset.sum === "pallets";
      const value = cell.dataset.sum === "credit" ? before - sum.amount : sum[cell.dataset.sum];
      cell.textContent = pallets ? value.toFixed(1) : (value < 0 ? "−" : "") + grouped.format(Math.abs(value));
      cell.classList.toggle("ck-error", pallets ? before > 0 && value > before + 0.05 : value < 0);
    });
  }
  document.addEventListener("input", (event) => { if (event.target.matches("[data-quantity]")) recompute(event.target); });

  /* A column copied from Excel goes into the quantities, from this field downwards. */
  document.addEventListener("paste", (event) => {
    const field = event.target.closest && event.target.closest("[data-quantity]");
    const text = field && event.clipboardData.getData("text");
    if (!field || !/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    const values = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => ASCII(line.split("\t")[0]));
    const fields = all("[data-quantity]:not(:disabled)"), from = fields.indexOf(field);
    const filled = values.slice(0, fields.length - from).map((value, index) => [fields[from + index], value]);
    const before = filled.map(([target]) => [target, target.value]);
    put(filled);
    const count = filled.length, left = values.length - count;
    toast(words(left > 0 ? "left" : "pasted", { count, left }), () => put(before));
  });
  function put(pairs) {
    pairs.forEach(([field, value]) => {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  /* --- Drafts: form[data-draft=key][data-draft-base=version] keeps itself on this device -------- */
  const PREFIX = "ck-draft:";
  const steps = new WeakMap();
  const keepable = (form) => all("input[name], textarea[name], select[name]", form).filter((field) =>
    !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
  const nameOf = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  function setValue(field, value) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function keep(form) {
    const values = {};
    keepable(form).forEach((field) => { if (valueOf(field) !== form.ckFirst[nameOf(field)]) values[nameOf(field)] = valueOf(field); });
    const key = PREFIX + form.dataset.draft;
    if (Object.keys(values).length) kept.write(key, { base: form.dataset.draftBase || "", values, at: Date.now() });
    else kept.drop(key);
    note(form, Object.keys(values).length ? Date.now() : null);
    waiting();
  }
  function note(form, at) {
    all(`[data-draft-note="${CSS.escape(form.dataset.draft)}"]`).forEach((place) => {
      const clock = at && new Date(at).toTimeString().slice(0, 5);
      place.textContent = at ? words("kept", { time: clock }) : "";
    });
  }
  function restore(form) {
    form.ckFirst = {};
    keepable(form).forEach((field) => { form.ckFirst[nameOf(field)] = valueOf(field); field.ckLast = valueOf(field); });
    steps.set(form, []);
    const key = PREFIX + form.dataset.draft, draft = kept.read(key);
    if (!draft) return;
    if (draft.base !== (form.dataset.draftBase || "")) { kept.drop(key); return; }
    keepable(form).forEach((field) => { if (nameOf(field) in draft.values) { setValue(field, draft.values[nameOf(field)]); field.ckLast = valueOf(field); } });
    note(form, draft.at);
  }
  document.addEventListener("change", (event) => {
    const form = event.target.form || event.target.closest("form");
    if (!form || !form.dataset.draft || !form.ckFirst) return;
    steps.get(form).push([event.target, event.target.ckLast]);
    event.target.ckLast = valueOf(event.target);
    keep(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.draft || !form.ckFirst) return;
    clearTimeout(form.ckTimer);
    form.ckTimer = setTimeout(() => keep(form), 300);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-undo]");
    const form = button && one(`form[data-draft="${CSS.escape(button.dataset.draftUndo)}"]`);
    const last = form && steps.get(form).pop();
    if (!last) return;
    setValue(last[0], last[1]);
    last[0].ckLast = last[1];
    keep(form);
  });

  /* --- No signal: one line on top ---------------------------------------------------------------- */
  function waiting() {
    const line = one("#offline");
    if (!line) return;
    const count = kept.keys(PREFIX).length;
    line.textContent = (count ? line.dataset.some : line.dataset.none).replace("{count}", count);
    line.hidden = navigator.onLine;
  }
  addEventListener("online", waiting);
  addEventListener("offline", waiting);
  document.addEventListener("htmx:sendError", () => { waiting(); one("#offline").hidden = false; });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) waiting(); });
  document.addEventListener("htmx:responseError", () => toast(words("failed")));

  /* form[data-as-is=words] takes an order as it was given: not while quantities are typed that it would leave behind. */
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.asIs;
    if (!words || !all("[data-quantity]").some((field) => field.value.trim() !== field.defaultValue.trim())) return;
    event.preventDefault();
    toast(words);
  });

  /* [data-check-all=name] marks all boxes of that name, those that are shown. */
  document.addEventListener("change", (event) => {
    const name = event.target.dataset && event.target.dataset.checkAll;
    if (!name) return;
    all(`input[type=checkbox][name="${CSS.escape(name)}"]`).forEach((box) => { if (box.offsetParent !== null) box.checked = event.target.checked; });
  });

  /* --- Copying: [data-copy=id of a field] takes its text along; where the browser forbids it, the text is marked ---- */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch (error) { if (!document.execCommand("copy")) return; }
    toast(button.dataset.copied);
  });

  /* --- Files by drop: [data-drop] around an input[type=file] ---------------------------------------- */
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const box = event.target.closest && event.target.closest("[data-drop]");
    if (!box) return;
    event.preventDefault();
    box.classList.toggle("over", kind === "dragover");
    const field = one("input[type=file]", box);
    if (kind !== "drop" || !field || !event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }));
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-send]") && event.target.files.length) event.target.form.requestSubmit();
  });

  /* --- Search: arrows go through what was found ------------------------------------------------------ */
  document.addEventListener("keydown", (event) => {
    const search = event.target.closest && event.target.closest(".ck-search");
    if (!search || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const stops = [one("input", search), ...all(".ck-found a", search)];
    const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) next.focus();
  });

  /* --- Choice of one of many: select[data-search-select] becomes Tom Select where that is loaded ----- */
  function dressSelects(root) {
    if (!window.TomSelect) return;
    all("select[data-search-select]:not(.tomselected)", root).forEach((field) => {
      if (field.labels[0]) field.setAttribute("aria-label", field.labels[0].textContent.trim()); // the label moves to the search field
      const render = { no_results: () => `<div class="no-results">${words("none")}</div>` };
      new TomSelect(field, { maxOptions: 200, create: false, refreshThrottle: 0, render });
    });
  }

  /* A table that is wider than its place can be scrolled by keys. */
  function reachable() {
    all(".ck-scroll").forEach((box) => { if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex"); });
  }
  addEventListener("resize", reachable);

  function start(root) {
    reachable();
    all("form[data-draft]", root).forEach((form) => { if (!form.ckFirst) restore(form); });
    dressSelects(root);
  }
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  start(document);
  all("#toasts .ck-toast").forEach(leaveLater);
  waiting();
  addEventListener("pageshow", () => {
    let at = null;
    try { at = sessionStorage.getItem(placeKey()); } catch (error) { /* off */ }
    const row = at !== null && rows()[Number(at)];
    if (row) mark(row);
  });
  window.ck = { toast, recompute };
})();
