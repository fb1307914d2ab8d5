// Text with values in it: each {{ value }} is a chip; "{{" or "/" offers what is known. The words stay the server's: what is typed is told, never reformatted.
const HOLE = /\{\{\s*((?:[^}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\}(?!\}))+?)\s*\}\}/g;
const BLANK = "\u200b"; // keeps a place for the caret beside a chip
export default {
  props: { drawn: String, ways: Object },
  emits: ["said", "focused", "left", "enter", "ways"],
  data() { return { pop: null, query: "", at: 0, below: {}, changing: null, typing: "", words: "" }; },
  computed: {
    field() { return JSON.parse(this.drawn); },
    offers() { return this.field.offers || []; },
    known() { return new Map(this.offers.map((one) => [one.path, one])); },
    hits() {
      const words = this.query.toLowerCase().split(/[\s.]+/).filter(Boolean);
      return this.offers.filter((one) => words.every((w) => `${one.path} ${one.label} ${one.group || ""}`.toLowerCase().includes(w))).slice(0, 60);
    },
    uid() { return this.$.uid; },
    described() { return [this.field.error && `xe${this.uid}`, this.field.preview && `xp${this.uid}`, this.field.hint && `xh${this.uid}`].filter(Boolean).join(" ") || null; },
    icon() { return window.consoleIcon; },
  },
  watch: {
    // An answer to something older must not undo what was typed meanwhile.
    "field.value"(value) { if (this.field.heard >= this.sent && ![this.current, this.told].includes(value ?? "")) { this.current = this.told = value ?? ""; this.draw(this.current); this.begin(); window.consoleAnswered(this.$el); } },
    // Chips change in place: drawing the text anew would lose the caret.
    offers() { this.dressAll(); },
    "field.said"() { this.dressAll(); },
    ways() { if (this.changing) this.$nextTick(() => {
      const list = this.$refs.ways;
      if (!list) return;
      if (!list.matches(":popover-open")) list.showPopover();
      if (!list.contains(document.activeElement)) list.querySelector("button")?.focus();
      if (this.ways.code === this.changing?.dataset.code) this.held = false;
    }); },
  },
  created() { this.current = this.told = this.field.value ?? ""; this.sent = this.field.heard; this.begin(); },
  mounted() { this.draw(this.current); },
  beforeUnmount() { clearTimeout(this.timer); if (this.current !== this.told) this.tell(); },
  methods: {
    base(code) { return code.split("|")[0].trim(); },
    offer(code) {
      const base = this.base(code);
      if (this.known.has(base)) return this.known.get(base);
      if (/^["'\d]|^(true|false|null|none)$/i.test(base)) return { label: base };
      const parent = this.offers.filter((one) => base.startsWith(`${one.path}.`) || base.startsWith(`${one.path}[`)).sort((a, b) => b.path.length - a.path.length)[0];
      if (!parent && (this.field.also || []).some((one) => base === one || base.startsWith(`${one}.`) || base.startsWith(`${one}[`))) return { label: base };
      return parent && { number: parent.number, label: `${parent.label} › ${base.slice(parent.path.length).replace(/^\./, "")}` };
    },
    dressAll() { for (const chip of this.$refs.box.querySelectorAll(".chip")) this.dress(chip, chip.dataset.code); },
    // A bar inside of quotes is text.
    filters(code) { return (code.match(/(?:[^|"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+/g) ?? []).slice(1).map((one) => one.trim()).filter(Boolean); },
    dress(chip, code) {
      const offer = this.offer(code), filters = this.filters(code).map((one) => this.field.said?.[one] ?? one);
      chip.dataset.code = code;
      chip.className = `chip${offer ? "" : " missing"}`;
      chip.textContent = (offer?.number ? `${offer.number} ` : "") + (offer?.label ?? this.base(code)) + (filters.length ? ` · ${filters.join(", ")}` : "");
      chip.title = offer ? `${code}${offer.sample !== undefined && offer.sample !== "" ? ` = ${offer.sample}` : ""}` : this.$t("{name} is not known here", { name: this.base(code) });
    },
    chip(code) { const chip = document.createElement("span"); chip.contentEditable = "false"; this.dress(chip, code); return chip; },
    draw(text) {
      const box = this.$refs.box;
      box.replaceChildren();
      let last = 0;
      for (const hole of text.matchAll(HOLE)) { box.append(text.slice(last, hole.index), this.chip(hole[1]), BLANK); last = hole.index + hole[0].length; }
      if (last < text.length) box.append(text.slice(last));
      if (!text) box.replaceChildren();
    },
    read() {
      let text = "";
      const walk = (node) => { for (const one of node.childNodes) {
        if (one.nodeType === 3) text += one.data;
        else if (one.dataset?.code !== undefined) text += `{{ ${one.dataset.code} }}`;
        else if (one.tagName === "BR") text += "\n";
        else { if (text && one.tagName === "DIV") text += "\n"; walk(one); }
      } };
      walk(this.$refs.box);
      text = text.replaceAll(BLANK, "").replaceAll("\u00a0", " ").replace(/\n$/, "");
      return this.field.lines ? text : text.replace(/\s*\n\s*/g, "");
    },
    changed(typing) {
      this.current = this.read();
      if (!this.current) this.$refs.box.replaceChildren();
      this.remember(typing);
      window.consoleTyped(this.$el, this.current);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.tell(), 200);
    },
    // The browser's own undo knows nothing of chips, so the field keeps its texts itself; what is typed in one go is one.
    begin() { this.past = [this.current]; this.at_past = 0; this.typed_at = 0; },
    remember(typing) {
      if (this.current === this.past[this.at_past]) return;
      const now = Date.now(), on = typing && now - this.typed_at < 800;
      this.typed_at = typing ? now : 0;
      this.past.length = this.at_past + 1;
      if (on) this.past[this.at_past] = this.current; else this.at_past = this.past.push(this.current) - 1;
    },
    // One text back or forward; false where there is none.
    go(way) {
      if (this.past[this.at_past + way] === undefined) return false;
      const before = this.current;
      this.at_past += way; this.typed_at = 0;
      this.shut(); this.changing = this.saved = null;
      this.current = this.past[this.at_past]; this.draw(this.current);
      window.consoleTyped(this.$el, this.current);
      this.tell();
      let same = 0;
      while (same < Math.min(before.length, this.current.length) && before.at(-1 - same) === this.current.at(-1 - same)) same++;
      this.caret(this.current.length - same);
      return true;
    },
    // Behind this many letters of the text; a chip counts as what it stands for.
    caret(letters) {
      let left = letters, spot = null;
      for (const one of this.$refs.box.childNodes) {
        const long = one.nodeType === 3 ? one.data.replaceAll(BLANK, "").length : `{{ ${one.dataset?.code} }}`.length;
        if (one.nodeType === 3 && left <= long) { spot = [one, Math.min(left + (one.data.startsWith(BLANK) ? 1 : 0), one.data.length)]; break; }
        left = Math.max(0, left - long);
      }
      const selection = getSelection();
      if (spot) selection.collapse(...spot); else { selection.selectAllChildren(this.$refs.box); selection.collapseToEnd(); }
    },
    // The field's own texts first, then the builder's changes.
    undo(event, way) {
      event.preventDefault(); event.stopPropagation();
      if (!this.go(way)) { this.tell(); window.consoleKey(way < 0 ? "undo" : "redo"); }
    },
    // The browser's undo, asked for by a menu or from another field.
    history(event) { if (event.inputType?.startsWith("history")) { event.preventDefault(); this.go(event.inputType === "historyUndo" ? -1 : 1); } },
    // After a reload that nobody wanted; answers whether that changed anything.
    bringBack(text) {
      if (text === this.current) return false;
      this.current = text; this.draw(text); this.remember(); this.tell();
      return true;
    },
    tell() { clearTimeout(this.timer); if (this.current === this.told) return; this.told = this.current; this.$emit("said", { text: this.current, number: ++this.sent }); },
    typed(event) {
      const { anchorNode: node, anchorOffset: end } = getSelection();
      this.shut();
      if (event?.data === "|" && node?.nodeType === 3 && node.data.slice(0, end).replaceAll(BLANK, "") === "|" && node.previousSibling?.dataset?.code) {
        const chip = node.previousSibling;
        node.data = node.data.slice(0, end).replace("|", "") + node.data.slice(end);
        this.changed();
        return this.change(chip);
      }
      if (node?.nodeType === 3 && this.$refs.box.contains(node)) {
        const before = node.data.slice(0, end), found = before.match(/(\{\{)([^{}|]*)$/) ?? before.match(/(\/)([\w.\- ]*)$/);
        const alone = found && (found[1] === "{{" || before.slice(0, found.index).replaceAll(BLANK, "") === "" ? !(found[1] === "/" && node.previousSibling) : /\s$/.test(before.slice(0, found.index)));
        if (alone) this.popUp({ node, start: found.index, end }, found[2]);
      }
      this.changed(true);
    },
    popUp(range, query) {
      this.query = query.trim(); this.at = 0; this.pop = { range };
      const mark = document.createRange();
      if (range) { mark.setStart(range.node, range.end); mark.collapse(true); }
      const own = this.$refs.box.getBoundingClientRect(), caret = range ? mark.getBoundingClientRect() : { left: own.left, bottom: own.bottom, top: own.top };
      const left = Math.max(8, Math.min(caret.left || own.left, innerWidth - 356)), bottom = caret.bottom || own.bottom, top = caret.top || own.top;
      this.below = bottom + 290 < innerHeight ? { left: `${left}px`, top: `${bottom + 6}px` } : { left: `${left}px`, bottom: `${innerHeight - top + 6}px` };
      this.$nextTick(() => { const list = this.$refs.list; if (list && !list.matches(":popover-open")) list.showPopover(); });
    },
    shut() { if (this.pop) { this.$refs.list?.hidePopover(); this.pop = null; } },
    open() { this.$refs.box.focus(); this.popUp(null, ""); },
    choose(offer) {
      const range = this.pop?.range, box = this.$refs.box, chip = this.chip(offer.path);
      this.shut();
      box.focus();
      const spot = document.createRange();
      if (range) { spot.setStart(range.node, range.start); spot.setEnd(range.node, Math.min(range.end, range.node.data.length)); spot.deleteContents(); }
      else if (this.saved && box.contains(this.saved.startContainer)) { spot.setStart(this.saved.startContainer, this.saved.startOffset); spot.setEnd(this.saved.endContainer, this.saved.endOffset); spot.deleteContents(); }
      else { spot.selectNodeContents(box); spot.collapse(false); }
      spot.insertNode(chip);
      const rest = document.createTextNode(BLANK);
      chip.after(rest);
      spot.setStart(rest, 1); spot.collapse(true);
      const selection = getSelection(); selection.removeAllRanges(); selection.addRange(spot);
      this.saved = spot.cloneRange();
      this.changed(); this.tell();
    },
    insert(path) { this.choose({ path }); },
    focus() { this.$refs.box.focus(); },
    key(event) {
      const letter = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase();
      if (letter === "z" || letter === "y") return this.undo(event, letter === "y" || event.shiftKey ? 1 : -1);
      if (this.pop && this.hits.length) {
        const all = this.hits.length;
        if (event.key === "ArrowDown") this.at = (this.at + 1) % all;
        else if (event.key === "ArrowUp") this.at = (this.at - 1 + all) % all;
        else if (event.key === "Enter" || event.key === "Tab") this.choose(this.hits[this.at]);
        else if (event.key === "Escape") this.shut();
        else return;
        event.preventDefault(); event.stopPropagation();
        this.$nextTick(() => this.$el.querySelector(".offer.on")?.scrollIntoView({ block: "nearest" }));
        return;
      }
      if (event.key === "Escape" && this.pop) { this.shut(); event.stopPropagation(); }
      if (event.key === "Enter" && (!this.field.lines || event.ctrlKey || event.metaKey)) { event.preventDefault(); this.tell(); if (!event.ctrlKey && !event.metaKey) this.$emit("enter"); }
      if (event.key === "Backspace") this.eraseChip(event);
    },
    eraseChip(event) {
      const { anchorNode: node, anchorOffset: at, isCollapsed } = getSelection();
      if (!isCollapsed || node?.nodeType !== 3 || node.data.slice(0, at).replaceAll(BLANK, "")) return;
      const chip = node.previousSibling;
      if (!chip?.dataset?.code) return;
      event.preventDefault();
      chip.remove();
      this.changed();
    },
    // What can be done to a value: a click on its chip, or a bar typed behind it.
    change(chip) {
      if (!chip) return;
      this.shut();
      const edge = chip.getBoundingClientRect(), left = Math.max(8, Math.min(edge.left, innerWidth - 336)), room = innerHeight - edge.bottom;
      this.below = room > 340 || room > edge.top ? { left: `${left}px`, top: `${edge.bottom + 6}px`, maxHeight: `${Math.max(180, Math.min(420, room - 18))}px` } : { left: `${left}px`, bottom: `${innerHeight - edge.top + 6}px`, maxHeight: `${Math.max(180, Math.min(420, edge.top - 18))}px` };
      this.changing = chip; this.typing = "";
      this.$emit("ways", chip.dataset.code);
    },
    clicked(event) { if (event.detail === 1) this.change(event.target.closest?.(".chip")); },
    become(code) {
      this.dress(this.changing, code);
      this.changed(); this.tell();
      this.typing = "";
      this.held = true; // the button that was pressed goes, and takes the focus along
      this.$emit("ways", code);
    },
    ask(one) {
      this.typing = one.name; this.words = ""; this.held = true;
      this.$nextTick(() => { this.$refs.ways?.querySelector("input")?.focus(); this.held = false; });
    },
    answer(one) {
      const mark = this.words.includes("'") && !this.words.includes('"') ? '"' : "'";
      const said = one.name === "truncate" ? String(Math.max(0, parseInt(this.words, 10) || 0)) : mark + this.words.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`) + mark;
      if (one.name !== "replace" || this.words) this.become(one.start + said + one.end);
    },
    unchange(back) {
      if (!this.changing) return;
      const chip = this.changing;
      this.changing = null;
      if (!back) return;
      this.$refs.box.focus();
      const spot = document.createRange();
      spot.setStartAfter(chip); spot.collapse(true);
      const selection = getSelection(); selection.removeAllRanges(); selection.addRange(spot);
    },
    waysKey(event) {
      const all = [...this.$refs.ways.querySelectorAll("button, input")], at = all.indexOf(document.activeElement);
      if (event.key === "Escape") this.unchange(true);
      else if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)]?.focus();
      else if (event.key === "ArrowUp") all[Math.max(at - 1, 0)]?.focus();
      else return;
      event.preventDefault(); event.stopPropagation();
    },
    waysLeft(event) {
      if (this.$refs.ways?.contains(event.relatedTarget) || (this.held && !event.relatedTarget)) return;
      this.unchange(false);
      if (!this.$el.contains(event.relatedTarget)) this.leave(event);
    },
    unfold(event) {
      const chip = event.target.closest(".chip");
      if (!chip) return;
      this.unchange(false);
      // Experts edit the expression as text; leaving the field makes it a chip again.
      const text = document.createTextNode(`{{ ${chip.dataset.code} }}`);
      chip.replaceWith(text);
      getSelection().setBaseAndExtent(text, 3, text, text.data.length - 3);
      this.changed();
    },
    leave(event) {
      if (!this.$refs.box) return; // the panel goes, and takes the focus along
      const selection = getSelection();
      if (selection.rangeCount && this.$refs.box.contains(selection.anchorNode)) this.saved = selection.getRangeAt(0).cloneRange();
      if (this.changing && this.$el.contains(event?.relatedTarget)) return;
      this.shut();
      this.current = this.read();
      if ([...this.$refs.box.childNodes].some((one) => one.nodeType === 3 && one.data.includes("{{"))) { this.draw(this.current); this.saved = null; }
      this.tell();
      // A click on a value goes on with this field; a click elsewhere has left it.
      if (!event?.relatedTarget?.closest?.(".picks-values")) this.$emit("left");
    },
    paste(event) {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
      const text = this.read();
      if (/\{\{.+?\}\}/.test(text)) { this.draw(text); getSelection().selectAllChildren(this.$refs.box); getSelection().collapseToEnd(); this.changed(); }
    },
  },
  template: `<div class="field expression" :class="{ failed: field.error }">
    <div class="label" :class="{ 'hidden-text': field.hideLabel }"><span :id="'xl' + uid">{{field.label}}</span><span v-if="field.optional" class="quiet">{{$t("optional")}}</span><span class="grow"></span></div>
    <div class="expression-holder"><div ref="box" class="input expression-box" :class="{ bad: field.error, lines: field.lines, mono: field.mono }" contenteditable="true" role="textbox" :aria-multiline="String(!!field.lines)" :aria-labelledby="'xl' + uid" :aria-describedby="described" :aria-invalid="field.error ? 'true' : null" aria-autocomplete="list"
      :aria-activedescendant="pop && hits.length ? 'xo' + uid + '-' + at : null" :data-placeholder="field.placeholder" spellcheck="false" @beforeinput="history" @input="typed" @keydown="key" @focus="$emit('focused')" @blur="leave" @paste="paste" @click="clicked" @dblclick="unfold" @dragover.prevent @drop.prevent></div>
      <button type="button" class="expression-open" :aria-label="$t('Insert a value into {field}', { field: field.label })" :data-tip="$t('Insert a value')" @mousedown.prevent @click="open"><svg class="icon" aria-hidden="true"><use :href="icon('braces')"/></svg></button></div>
    <div v-if="pop && hits.length" ref="list" popover="manual" class="offers" role="listbox" :aria-label="$t('Known values')" :style="below"><div v-for="(one, i) in hits" :key="one.path" :id="'xo' + uid + '-' + i" class="offer" :class="{ on: i === at }" role="option" :aria-selected="String(i === at)" @pointermove="at = i" @mousedown.prevent="choose(one)"><span class="cut"><small v-if="one.group">{{one.group}} · </small>{{one.label}}</span><small class="cut mono">{{one.sample}}</small></div></div>
    <div v-if="changing && ways" ref="ways" popover="manual" class="offers value-ways" role="dialog" :aria-label="$t('What to do with this value')" :style="below" data-testid="ways" @keydown="waysKey" @focusout="waysLeft">
      <p class="ways-head"><span class="mono cut">{{ways.before || $t("no value yet")}}</span><template v-if="ways.applied.length"><span class="quiet" aria-hidden="true">→</span><b class="mono cut">{{ways.now || $t("no value yet")}}</b></template></p>
      <div v-if="ways.applied.length" class="ways-applied"><button v-for="(one, i) in ways.applied" :key="i" type="button" class="ways-done" :aria-label="$t('Take away: {words}', { words: one.words })" @click="become(one.code)">{{one.words}}<svg class="icon" aria-hidden="true"><use :href="icon('x')"/></svg></button></div>
      <template v-for="rare in [false, true]"><p v-if="rare && ways.offers.some((one) => one.rare)" class="ways-rare">{{$t("For experts")}}</p>
        <button v-for="one in ways.offers.filter((one) => !!one.rare === rare)" :key="one.code" type="button" class="offer" @click="become(one.code)"><span class="cut">{{one.words}}</span><small class="cut mono">{{one.result}}</small></button>
        <template v-if="!rare"><template v-for="one in ways.asks" :key="one.name"><button v-if="typing !== one.name" type="button" class="offer" @click="ask(one)"><span class="cut">{{one.words}} …</span></button>
          <form v-else class="ways-ask" @submit.prevent="answer(one)"><label :for="'xw' + uid">{{one.words}}</label><input :id="'xw' + uid" class="input" :type="one.name === 'truncate' ? 'number' : 'text'" v-model="words" autocomplete="off"><button type="submit" class="button small primary">{{$t("OK")}}</button></form></template></template></template></div>
    <p v-if="field.error" :id="'xe' + uid" class="error"><svg class="icon" aria-hidden="true"><use :href="icon('circle-alert')"/></svg><span>{{field.error}}</span></p>
    <p v-if="field.preview" :id="'xp' + uid" class="expression-preview" :class="field.preview.tone" data-testid="preview"><span class="hint">{{$t("Preview")}}</span><b>{{field.preview.text}}</b></p>
    <p v-if="field.hint" :id="'xh' + uid" class="hint">{{field.hint}}</p></div>`,
};
