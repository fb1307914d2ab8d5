// A run as a tree beside its time line: rows scroll together, running bars grow, arrows walk, e and w open and close all.
const STATUS = { success: ["circle-check", "ok"], failed: ["circle-alert", "bad"], skipped: ["circle-minus", ""], not_found: ["search", ""], running: ["loader-circle", "brand"], waiting: ["clock", ""] };
export default {
  props: { steps: Array, total: Number, began: String, running: Boolean, chosen: String, label: String },
  emits: ["span-pick"],
  data() { return { closed: {}, at: 0, now: 0 }; },
  computed: {
    shown() {
      const hidden = [];
      return this.steps.filter((s) => { const under = hidden.some((p) => s.parents.includes(p)); if (this.closed[s.path]) hidden.push(s.path); return !under; });
    },
    span() { return Math.max(1, this.running ? Math.max(this.total, this.now) : this.total); },
    ticks() { return [0, .25, .5, .75, 1].map((part) => ({ part, words: this.long(this.span * part) })); },
  },
  mounted() { this.timer = setInterval(() => { if (this.running && this.began) this.now = Date.now() - new Date(this.began); }, 250);
    // On this page the keys belong to the tree, unless something else is in use.
    this.anywhere = (event) => {
      if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey || !this.shown.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { this.focus(this.at); event.preventDefault(); }
      else if (event.key === "e" || event.key === "w") this.all(event.key === "w");
    };
    addEventListener("keydown", this.anywhere);
  },
  unmounted() { clearInterval(this.timer); removeEventListener("keydown", this.anywhere); },
  methods: {
    icon: (name) => window.consoleIcon(name),
    mark(s) { return STATUS[s.status] ?? ["circle-dashed", ""]; },
    long(ms) { return ms == null ? "" : ms < 1000 ? `${Math.round(ms)} ms` : ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60000)} min ${Math.round(ms % 60000 / 1000)} s`; },
    duration(s) { return s.duration ?? (s.status === "running" ? Math.max(0, this.now - s.start) : 0); },
    bar(s) { return { left: `${Math.min(99.5, 100 * s.start / this.span)}%`, width: `max(3px, ${Math.min(100, 100 * this.duration(s) / this.span)}%)` }; },
    beside(s) { return 100 * (s.start + this.duration(s)) / this.span > 82 ? { right: `${100 - 100 * s.start / this.span}%` } : { left: `${100 * (s.start + this.duration(s)) / this.span}%` }; },
    toggle(s) { this.closed = { ...this.closed, [s.path]: !this.closed[s.path] }; },
    all(shut) { this.closed = shut ? Object.fromEntries(this.steps.filter((s) => s.holds).map((s) => [s.path, true])) : {}; },
    focus(i) { this.at = Math.max(0, Math.min(this.shown.length - 1, i)); this.$nextTick(() => this.$el.querySelectorAll("[role=treeitem]")[this.at]?.focus()); },
    key(event, s, i) {
      const act = {
        ArrowDown: () => this.focus(i + 1), ArrowUp: () => this.focus(i - 1), Home: () => this.focus(0), End: () => this.focus(1e9),
        ArrowRight: () => this.closed[s.path] && this.toggle(s), ArrowLeft: () => s.holds && !this.closed[s.path] && this.toggle(s),
        Enter: () => this.$emit("span-pick", s.path), " ": () => this.$emit("span-pick", s.path), e: () => this.all(false), w: () => this.all(true),
      }[event.key];
      if (!act || event.ctrlKey || event.metaKey) return;
      act(); event.preventDefault();
    },
  },
  template: `<div class="fall"><p v-if="!steps.length" class="fall-none quiet">{{running ? 'Waiting to start…' : 'No step of this run was started.'}}</p><div v-if="steps.length" class="fall-head" aria-hidden="true"><span>Step</span><span class="fall-ticks"><i v-for="t in ticks" :key="t.part" :style="{ left: 100 * t.part + '%' }">{{t.words}}</i></span></div>
    <div v-if="steps.length" role="tree" :aria-label="label || 'Steps of this run'" class="fall-rows"><div v-for="(s, i) in shown" :key="s.path" class="fall-row" role="treeitem" :aria-level="s.depth + 1" :aria-selected="String(s.path === chosen)" :aria-expanded="s.holds ? String(!closed[s.path]) : null"
        :tabindex="i === at ? 0 : -1" :class="{ on: s.path === chosen }" :data-testid="'span-' + s.path" @focus="at=i" @keydown="key($event, s, i)" @click="$emit('span-pick', s.path)">
      <span class="fall-name" :style="{ paddingLeft: 10 + s.depth * 16 + 'px' }"><svg v-if="s.holds" class="icon fall-turn" :class="{ shut: closed[s.path] }" aria-hidden="true" @click.stop="toggle(s)"><use :href="icon('chevron-down')"/></svg>
        <svg class="icon" :class="['tone-' + mark(s)[1], { spin: s.status === 'running' }]" aria-hidden="true"><use :href="icon(mark(s)[0])"/></svg><b class="cut">{{s.name}}</b><span class="hidden-text">, {{s.words}}, </span><em v-if="s.attempts > 1" class="quiet">{{s.attempts}} tries</em><em v-if="s.cached" class="badge ok">cached</em></span>
      <span class="fall-line"><i v-for="t in ticks" :key="t.part" class="fall-grid" :style="{ left: 100 * t.part + '%' }"></i><i v-if="s.status !== 'waiting'" class="fall-bar" :class="['of-' + s.status]" :style="bar(s)"></i><i v-if="s.status !== 'waiting'" class="fall-long" :style="beside(s)">{{long(duration(s))}}</i></span></div></div></div>`,
};
