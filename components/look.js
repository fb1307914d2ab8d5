// Runs before the first paint: the theme, the keys that work everywhere, and one tooltip for the whole page.
(() => {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => document.cookie.match(/(?:^|; )console_theme=(light|dark)/)?.[1];
  const show = () => { root.dataset.theme = remembered() ?? (system.matches ? "dark" : "light"); };
  show();
  system.addEventListener("change", show);
  window.consoleTheme = {
    toggle() {
      const next = root.dataset.theme === "dark" ? "light" : "dark";
      document.cookie = `console_theme=${next};path=/;max-age=31536000;samesite=strict${location.protocol === "https:" ? ";secure" : ""}`;
      root.dataset.turning = ""; // all at once: half of a page in the other theme cannot be read
      show();
      requestAnimationFrame(() => requestAnimationFrame(() => { delete root.dataset.turning; }));
    },
  };

  // Text that looks like a shortcut belongs to the field it is typed into.
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable=true]");
  const names = { "mod+k": "palette", "mod+enter": "test", "mod+z": "undo", "mod+shift+z": "redo", "mod+y": "redo", "mod+s": "save", "?": "shortcuts", r: "again", c: "cancel" };
  const everywhere = new Set(["palette", "test", "save"]);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing) return;
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key?.toLowerCase();
    const name = names[mod ? `mod+${event.shiftKey && key === "z" ? "shift+" : ""}${key}` : key];
    if (!name) return;
    if (!everywhere.has(name) && typing(event.target)) return mod && afterItsOwn(name);
    if (window.consoleKey(name)) event.preventDefault();
  });
  // False where a dialog is open: keys are its own.
  window.consoleKey = (name) => {
    if (document.querySelector("dialog[open], .q-dialog--modal") && name !== "palette") return false;
    dispatchEvent(new CustomEvent("console-key", { detail: name }));
    window.emitEvent?.("hotkey", name);
    return true;
  };
  // A field takes back what was typed into it; where it has nothing more, the page takes back its last change.
  const afterItsOwn = (name) => {
    let own = false;
    const heard = (event) => { own ||= event.inputType?.startsWith("history"); };
    addEventListener("beforeinput", heard, true); addEventListener("input", heard, true);
    setTimeout(() => { removeEventListener("beforeinput", heard, true); removeEventListener("input", heard, true); if (!own) window.consoleKey(name); }, 30);
  };

  let tip, of;
  const hide = () => { tip?.remove(); of?.removeAttribute("aria-describedby"); tip = of = null; };
  // What is cut off at the end of its line can be read whole.
  const cut = (target) => [target.closest?.(".cut, .row-link")].find((one) => one && one.scrollWidth > one.clientWidth + 1) ?? null;
  const reveal = (event) => {
    const target = event.target.closest?.("[data-tip]") ?? cut(event.target);
    if (target === of) return;
    hide();
    const words = target && (target.dataset.tip ?? target.textContent);
    if (!words) return;
    of = target;
    tip = Object.assign(document.createElement("div"), { className: "tip", id: "console-tip", textContent: words });
    tip.setAttribute("role", "tooltip");
    (target.closest("dialog, .q-dialog, nav, .top, #content") ?? document.body).append(tip);
    if (target.dataset.tip && target.getAttribute("aria-label") !== words) target.setAttribute("aria-describedby", "console-tip");
    const box = target.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const above = box.bottom + own.height + 12 > innerHeight;
    tip.style.left = `${Math.max(8, Math.min(box.left + box.width / 2 - own.width / 2, innerWidth - own.width - 8))}px`;
    tip.style.top = `${above ? box.top - own.height - 6 : box.bottom + 6}px`;
  };
  for (const kind of ["pointerover", "focusin"]) addEventListener(kind, reveal, { passive: true });
  for (const kind of ["pointerdown", "focusout", "scroll", "blur"]) addEventListener(kind, hide, { capture: true, passive: true });
  addEventListener("keydown", (event) => event.key === "Escape" && hide());

  // Moments are shown in the reader's own time zone and language: "5 min. ago", "14:02:11", "21 Nov, 14:02".
  window.consoleMoment = (iso, how = "ago") => {
    const at = new Date(iso), lang = root.lang || "en", seconds = (Date.now() - at) / 1000;
    if (how === "soon") how = at.toDateString() === new Date().toDateString() ? "minute" : "day";
    if (how === "exact") return at.toLocaleString(lang);
    if (how === "minute") return at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    if (how === "clock") return at.toLocaleTimeString(lang, { hour12: false });
    if (how === "day") return at.toLocaleString(lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false });
    const near = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" });
    const far = Math.abs(seconds);
    if (far < 45) return near.format(0, "second");
    if (far < 3000) return near.format(-Math.round(seconds / 60), "minute");
    if (far < 72000) return near.format(-Math.round(seconds / 3600), "hour");
    return far < 6e5 ? near.format(-Math.round(seconds / 86400), "day") : at.toLocaleDateString(lang);
  };

  // While a form is on its way, nothing else may take the page elsewhere: its cookie would be lost.
  addEventListener("submit", () => { window.consoleLeaving = true; });
  addEventListener("pageshow", () => { window.consoleLeaving = false; });

  // A rule of the framework, for fields that are not used here, asks of every element who stands beside it:
  // wherever one came or went, the whole page would be styled anew.
  const BESIDE = ".q-field__marginal > * + *";
  const lighten = (rules, holder) => {
    for (let at = rules.length - 1; at >= 0; at -= 1) {
      const rule = rules[at], inside = rule.styleSheet ?? rule;
      if (rule.selectorText?.includes(BESIDE)) holder.deleteRule(at);
      else if (inside.cssRules?.length) lighten(inside.cssRules, inside);
    }
  };
  addEventListener("load", () => { for (const sheet of document.styleSheets) if (!sheet.href) lighten(sheet.cssRules, sheet); });

  // The components' own words, said with $t (a text and its values) and $nt (one, many, how many) in templates.
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);
  const number = (value) => typeof value === "number" ? value.toLocaleString(root.lang || "en") : value;
  window.consoleText = (words, values) => fill(window.consoleTexts?.[words]?.[0] || words, values);
  window.consoleCount = (one, many, n, values) => fill(window.consoleTexts?.[one]?.[window.consolePlural(n)] || (n === 1 ? one : many), { n: number(n), ...values });
  window.consoleLanguage = (code) => {
    document.cookie = `console_language=${code};path=/;max-age=31536000;samesite=strict${location.protocol === "https:" ? ";secure" : ""}`;
    location.reload();
  };

  const sprite = document.currentScript.dataset.icons;
  window.consoleIcon = (name) => `${sprite}#${name}`;
})();
