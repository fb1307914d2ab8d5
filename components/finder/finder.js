// One of many, found by typing. It searches what it was given, and tells which one was taken.
const MOST = 150;
export default {
  props: { label: String, placeholder: String, nothing: String, choices: Array, chosen: String },
  emits: ["pick"],
  data() { return { query: "", at: -1 }; },
  computed: {
    uid() { return this.$.uid; },
    found() {
      const words = this.query.toLowerCase().split(/\s+/).filter(Boolean);
      if (!words.length) return this.choices;
      // What is said in the title counts most; groups follow their best choice.
      const rank = ({ title }) => words.filter((word) => !title.toLowerCase().includes(word)).length - (title.toLowerCase().startsWith(words[0]) ? 0.5 : 0);
      const all = (one) => `${one.title} ${one.about || ""} ${one.words || ""} ${one.group || ""}`.toLowerCase();
      const hits = this.choices.filter((one) => words.every((word) => all(one).includes(word))).sort((a, b) => rank(a) - rank(b));
      const groups = [...new Set(hits.map((one) => one.group))];
      return hits.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
    },
    shown() { return this.found.slice(0, MOST).map((one, at) => ({ ...one, at })); },
    groups() {
      const made = [];
      for (const one of this.shown) { const name = one.group || ""; if (made.at(-1)?.name !== name) made.push({ name, small: one.small, choices: [] }); made.at(-1).choices.push(one); }
      return made;
    },
    icon() { return window.consoleIcon; },
  },
  watch: { query() { this.at = this.query.trim() && this.shown.length ? 0 : -1; this.$refs.list.scrollTop = 0; }, choices() { this.at = -1; } },
  mounted() { setTimeout(() => this.$refs.search?.focus(), 60); },
  methods: {
    key(event) {
      const all = this.shown.length, tiles = this.shown[this.at]?.small, step = tiles ? this.perRow() : 1;
      if (event.key === "ArrowDown") this.at = this.at < 0 ? 0 : tiles && this.at + step >= this.tiles() ? Math.min(this.tiles(), all - 1) : Math.min(this.at + step, all - 1);
      else if (event.key === "ArrowUp") this.at = Math.max(this.at - step, 0);
      else if (event.key === "ArrowRight" && tiles && !this.query) this.at = Math.min(this.at + 1, all - 1);
      else if (event.key === "ArrowLeft" && tiles && !this.query) this.at = Math.max(this.at - 1, 0);
      else if (event.key === "Enter" && this.shown[this.at]) this.pick(this.shown[this.at]);
      else return;
      event.preventDefault();
      this.$nextTick(() => this.$el.querySelector(".finder-choice.on")?.scrollIntoView({ block: "nearest" }));
    },
    tiles() { return this.shown.filter((one) => one.small).length; },
    perRow() {
      const tops = [...this.$el.querySelectorAll(".finder-choice.small")].map((one) => one.offsetTop);
      return Math.max(1, tops.filter((top) => top === tops[0]).length);
    },
    pick(one) { this.$emit("pick", one.id); },
  },
  template: `<div class="finder"><div class="holder"><svg class="icon lead" aria-hidden="true"><use :href="icon('search')"/></svg><input ref="search" class="input led" type="search" role="combobox" v-model="query" :aria-label="label" :placeholder="placeholder" spellcheck="false" autocomplete="off" aria-expanded="true" aria-autocomplete="list" :aria-controls="'fl' + uid" :aria-activedescendant="at >= 0 ? 'fo' + uid + '-' + at : null" @keydown="key"></div>
    <div ref="list" class="finder-list" role="listbox" :id="'fl' + uid" :aria-label="label" tabindex="-1"><div v-for="g in groups" :key="g.name" :role="g.name ? 'group' : 'presentation'" :aria-label="g.name || null"><p v-if="g.name" class="finder-group" aria-hidden="true">{{g.name}}</p>
      <div :class="g.small ? 'finder-tiles' : 'finder-rows'" role="presentation"><div v-for="one in g.choices" :key="one.id" :id="'fo' + uid + '-' + one.at" class="finder-choice" :class="{ on: one.at === at, small: one.small, chosen: chosen && one.id === chosen }" role="option" :aria-selected="String(one.at === at || one.id === chosen)" :data-testid="one.testid || null" :data-tip="one.small ? one.about : null" @mousedown.prevent @pointermove="at = one.at" @click="pick(one)">
        <span v-if="one.mark" class="mark" :style="{ background: one.mark.color, color: one.mark.ink }" aria-hidden="true">{{one.mark.letters}}</span><span v-else-if="one.icon" class="flow-mark" :style="{ '--c': one.color || '#64748b' }"><svg class="icon" aria-hidden="true"><use :href="icon(one.icon)"/></svg></span>
        <span class="finder-words"><span class="finder-title"><span class="cut">{{one.title}}</span><span v-if="one.badge" class="badge" :class="one.tone">{{one.badge}}</span></span><span v-if="one.about && !one.small" class="finder-about cut">{{one.about}}</span></span></div></div></div></div>
    <p v-if="!shown.length" class="quiet finder-nothing" role="status">{{nothing}}</p><p v-else-if="found.length > shown.length" class="hint" role="status">{{ $t("{n} more; type to find one.", { n: found.length - shown.length }) }}</p></div>`,
};
