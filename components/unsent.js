// What is typed while the console cannot be reached comes back once it can. Each field tells what it holds; it is
// put back only after a reload that a lost connection has caused. Secrets are never told.
(() => {
  const LOST = "console-lost", TYPED = "console-typed", LEFT = "console-left", RECENT = 10000, UNTOLD = 1000, OLD = 3600000;
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)) ?? {}; } catch { return {}; } };
  const write = (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { sessionStorage.removeItem(key); } };
  const step = () => document.querySelector(".flow-card.chosen")?.dataset.card ?? "";
  let contact = Date.now();

  window.consoleTyped = (field, value) => {
    const name = field.dataset?.testid;
    if (!name || field.closest(".q-dialog, .entrance")) return;
    const all = read(TYPED), here = all.path === location.pathname ? all.fields : {};
    here[`${step()}|${name}`] = { value, at: Date.now() };
    const recent = Object.entries(here).filter(([, one]) => Date.now() - one.at < OLD).slice(-40);
    write(TYPED, { path: location.pathname, fields: Object.fromEntries(recent) });
  };
  // The server has another value now, by an undo for example: what was typed is over.
  window.consoleAnswered = (field) => {
    const all = read(TYPED), key = `${step()}|${field.dataset?.testid}`;
    if (all.fields?.[key]) { delete all.fields[key]; write(TYPED, all); }
  };

  // Connected again is not known again: a server that was started anew has the page reload a moment later.
  let here = 0;
  setInterval(() => {
    if (!window.did_handshake) return;
    here = window.socket?.connected ? here + 1 : 0;
    document.documentElement.toggleAttribute("data-lost", !here);
    if (here > 12) { contact = Date.now(); sessionStorage.removeItem(LOST); }
    else if (!here) write(LOST, { path: location.pathname, contact });
  }, 250);

  const until = async (found) => { for (let n = 0; n < 100; n++) { const one = found(); if (one) return one; await new Promise((go) => setTimeout(go, 100)); } };
  const fieldOf = (name) => [...document.querySelectorAll(`[data-testid="${CSS.escape(name)}"]`)].find((one) => one.matches(".field"));
  async function bringBack(fields) {
    await until(() => window.did_handshake);
    let back = 0;
    for (const [key, { value }] of fields) {
      const [card, name] = [key.slice(0, key.indexOf("|")), key.slice(key.indexOf("|") + 1)];
      if (card && step() !== card) { (await until(() => document.querySelector(`[data-card="${CSS.escape(card)}"]`)))?.click(); await until(() => step() === card); }
      const field = await until(() => fieldOf(name)), part = field && window.getElement?.(field);
      if (part?.bringBack?.(value)) back++;
    }
    return back;
  }

  const lost = read(LOST), typed = read(TYPED);
  sessionStorage.removeItem(LOST);
  // What was typed right before a reload may not have been told yet; a value that was is the same, and nothing happens.
  const left = read(LEFT), again = performance.getEntriesByType("navigation")[0]?.type === "reload" && left.path === location.pathname;
  sessionStorage.removeItem(LEFT);
  addEventListener("pagehide", () => write(LEFT, { path: location.pathname, at: Date.now() }));
  const away = lost.path === location.pathname, since = away ? lost.contact - RECENT : again ? left.at - UNTOLD : null;
  if (since && typed.path === location.pathname) {
    const fields = Object.entries(typed.fields ?? {}).filter(([, one]) => one.at > since && Date.now() - one.at < OLD);
    if (fields.length) addEventListener("load", async () => { if (await bringBack(fields) && away) dispatchEvent(new CustomEvent("console-back")); });
  }
})();
