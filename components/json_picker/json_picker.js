// An answer as a tree of words and values: click a value to use it.
const simple = (key) => /^[A-Za-z_]\w*$/.test(key);
const quoted = (key) => key.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
// RFC 9535: $.data.emails[0].value, $['odd key']
const below = (path, key) => (typeof key === "number" ? `${path}[${key}]` : simple(key) ? `${path}.${key}` : `${path}['${quoted(key)}']`);
const Twig = {
  name: "Twig",
  props: ["label", "value", "path", "depth", "ctx"],
  data() { return { open: this.depth < this.ctx.openTo, most: 50 }; },
  computed: {
    branch() { return this.value !== null && typeof this.value === "object"; },
    all() { return Array.isArray(this.value) ? this.value.map((one, at) => [at, one]) : Object.entries(this.value); },
    kids() { return this.all.slice(0, this.most); },
    kind() { return typeof this.value === "string" ? "text" : typeof this.value === "number" ? "number" : "other"; },
    words() { const t = this.value === null ? this.$t("empty") : this.value === "" ? this.$t("no text") : this.value === true ? this.$t("yes") : this.value === false ? this.$t("no") : String(this.value); return t.length > 80 ? `${t.slice(0, 80)}…` : t; },
    about() { const n = this.all.length; return Array.isArray(this.value) ? this.$t("list of {n}", { n }) : this.$nt("{n} value", "{n} values", n); },
    mapped() { return this.ctx.mapped[this.path]; },
    found() { return this.ctx.query && !this.branch && `${this.label} ${this.words}`.toLowerCase().includes(this.ctx.query); },
  },
  watch: { "ctx.query"(q) { if (q && this.branch) this.open = true; } },
  methods: {
    hit() { if (this.branch) this.open = !this.open; else this.use(); },
    use() { this.ctx.pick(this.path, this.branch ? null : this.value, String(this.label)); },
    key(event) {
      const rows = [...event.currentTarget.closest("[role=tree]").querySelectorAll("[role=treeitem]")], at = rows.indexOf(event.currentTarget);
      if (event.key === "Enter" || event.key === " ") { if (this.branch && event.shiftKey) this.use(); else this.hit(); }
      else if (event.key === "ArrowDown") this.ctx.go(rows[at + 1]);
      else if (event.key === "ArrowUp") this.ctx.go(rows[at - 1]);
      else if (event.key === "Home") this.ctx.go(rows[0]);
      else if (event.key === "End") this.ctx.go(rows.at(-1));
      else if (event.key === "ArrowRight" && this.branch) { if (this.open) this.ctx.go(rows[at + 1]); else this.open = true; }
      else if (event.key === "ArrowLeft") { if (this.branch && this.open) this.open = false; else this.ctx.go(rows.slice(0, at).reverse().find((row) => Number(row.ariaLevel) < this.depth + 1)); }
      else return;
      event.preventDefault();
    },
    below,
  },
  template: `<div role="none"><div class="twig" :class="{ leaf: !branch, found, mapped }" role="treeitem" :tabindex="ctx.focused === path || (!ctx.focused && depth === 0) ? 0 : -1" :aria-level="depth + 1" :aria-expanded="branch ? String(open) : null" aria-selected="false" :data-path="path" :data-testid="'json:' + path" :style="{ paddingLeft: 6 + depth * 16 + 'px' }" @click="hit" @keydown="key" @focus="ctx.focusOn(path)">
      <span class="twig-arrow" :class="{ open }"><svg v-if="branch" class="icon" aria-hidden="true"><use :href="ctx.icon('chevron-right')"/></svg></span><span class="twig-name">{{typeof label === 'number' ? '#' + (label + 1) : label}}</span>
      <span v-if="branch" class="twig-about">{{about}}</span><span v-else :class="'twig-' + kind">{{words}}</span>
      <span v-for="to in mapped || []" :key="to" class="twig-to">→ {{to}}</span><span v-if="ctx.usable" class="twig-use" :title="branch ? $t('Use the whole of it') : ''" @click.stop="use">{{ctx.verb}}</span></div>
    <div v-if="branch && open" role="group"><twig v-for="[key, one] in kids" :key="key" :label="key" :value="one" :path="below(path, key)" :depth="depth + 1" :ctx="ctx"></twig>
      <div v-if="all.length > most" class="twig twig-more" role="treeitem" tabindex="-1" :aria-level="depth + 2" aria-selected="false" :style="{ paddingLeft: 26 + (depth + 1) * 16 + 'px' }" @click="most += 200" @keydown.enter="most += 200">{{$t("Show more, {n} left", { n: all.length - most })}}</div></div></div>`,
};
Twig.components = { Twig };
export default {
  components: { Twig },
  props: { drawn: String },
  emits: ["pick"],
  data() { return { focused: "", query: "" }; },
  watch: { "answer.key"() { this.focused = ""; } },
  computed: {
    answer() { return JSON.parse(this.drawn); },
    ctx() {
      return { mapped: this.answer.mapped || {}, usable: this.answer.usable !== false, verb: this.answer.verb || this.$t("Use this value"), openTo: this.answer.open ?? 3, query: this.query.trim().toLowerCase(), focused: this.focused, icon: window.consoleIcon,
        pick: (path, value, label) => { if (this.answer.usable !== false) this.$emit("pick", { path, value, label }); }, focusOn: (path) => { this.focused = path; }, go: (row) => row?.focus() };
    },
  },
  template: `<div class="json picks-values" :class="{ waiting: answer.dimmed }"><div v-if="answer.searchable" class="json-search"><svg class="icon" aria-hidden="true"><use :href="ctx.icon('search')"/></svg><input v-model="query" :aria-label="answer.searchable" :placeholder="answer.searchable" spellcheck="false"></div>
    <div class="json-tree" role="tree" :aria-label="answer.name || $t('Answer')" :aria-busy="answer.dimmed ? 'true' : null"><twig :label="answer.root || $t('answer')" :value="answer.data" path="$" :depth="0" :ctx="ctx" :key="answer.key"></twig></div></div>`,
};
