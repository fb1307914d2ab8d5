// Ctrl+K: everything one can do or go to from here, found by typing; the keys live in look.js.
export default {
  props: { commands: Array, found: Array },
  emits: ["run", "ask"],
  data() { return { query: "", at: 0, open: false }; },
  computed: {
    src() { return window.consoleIcon; },
    hits() {
      const words = this.query.toLowerCase().split(/\s+/).filter(Boolean);
      const mine = this.commands.filter((c) => words.every((w) => `${c.title} ${c.more ?? ""} ${c.group ?? ""}`.toLowerCase().includes(w)));
      return [...mine, ...(this.query ? this.found ?? [] : [])].slice(0, 40);
    },
  },
  watch: { query(q) { this.at = 0; clearTimeout(this.timer); this.timer = setTimeout(() => this.$emit("ask", q), 200); } },
  mounted() {
    this.onKey = (event) => event.detail === "palette" && (this.open ? this.close() : this.show());
    addEventListener("console-key", this.onKey);
  },
  unmounted() { removeEventListener("console-key", this.onKey); },
  methods: {
    show() { if (document.querySelector("dialog[open]")) return; this.query = ""; this.at = 0; this.open = true; this.$refs.dialog.showModal(); this.$nextTick(() => this.$refs.box.focus()); },
    close() { this.$refs.dialog.close(); },
    choose(hit) {
      if (!hit) return;
      this.close();
      if (hit.href) location.assign(hit.href);
      else if (hit.key === "theme") window.consoleTheme.toggle();
      else if (hit.key === "shortcuts") dispatchEvent(new CustomEvent("console-key", { detail: "shortcuts" }));
      else this.$emit("run", hit.key);
    },
    key(event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") this.at = Math.max(0, Math.min(this.hits.length - 1, this.at + (event.key === "ArrowDown" ? 1 : -1)));
      else if (event.key === "Enter") this.choose(this.hits[this.at]);
      else return;
      event.preventDefault();
      this.$nextTick(() => this.$el.querySelector(".on")?.scrollIntoView({ block: "nearest" }));
    },
    outside(event) { if (event.target === this.$refs.dialog) this.close(); },
  },
  template: `<div><dialog ref="dialog" class="palette" :aria-label="$t('Command palette')" @close="open=false" @pointerdown="outside"><div class="palette-inside">
    <div class="palette-box"><svg class="icon" aria-hidden="true"><use :href="src('search')"/></svg><input ref="box" v-model="query" :placeholder="$t('Search connectors, contacts, runs, templates, pages…')" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" :aria-label="$t('Search commands')"
      :aria-activedescendant="hits.length ? 'palette-' + at : null" autocomplete="off" spellcheck="false" data-testid="palette-input" @keydown="key"><kbd>Esc</kbd></div>
    <div id="palette-list" class="palette-list" role="listbox" :aria-label="$t('Commands')"><div v-for="(h,i) in hits" :key="(h.href||'')+(h.key||'')+i" :id="'palette-'+i" class="palette-hit" :class="{ on: i === at }" role="option" :aria-selected="String(i === at)" @pointermove="at=i" @click="choose(h)">
        <svg class="icon" aria-hidden="true"><use :href="src(h.icon || 'arrow-right')"/></svg><span class="grow cut">{{h.title}}<small v-if="h.more">{{h.more}}</small></span><small v-if="h.group">{{h.group}}</small><kbd v-if="h.caps">{{h.caps}}</kbd></div></div>
    <p v-if="!hits.length" class="quiet palette-none" role="status">{{$t("Nothing found. Try fewer letters.")}}</p></div></dialog></div>`,
};
