// A run as a tree beside its time line: rows scroll together, running bars grow, arrows walk, e and w open and close all.
const STATUS = { success: ["circle-check", "ok"], failed: ["circle-alert", "bad"], skipped: ["circle-minus", ""], not_found: ["search", ""], running: ["loader-circle", "brand"], waiting: ["clock", ""] };
const MANY = 120, TALL = 36, SPARE = 10;
export default {
  props: { steps: Array, total: Number, began: String, running: Boolean, chosen: String, label: String },
  emits: ["span-pick"],
  data() { return { closed: {}, at: 0, now: 0, top: 0, high: 600 }; },
  computed: {
    shown() {
      if (!Object.values(this.closed).some(Boolean)) return this.steps;
      return this.steps.filter((s) => !s.parents.some((path) => this.closed[path]));
    },
    // Of very many rows only those in sight are drawn.
    many() { return this.shown.length > MANY; },
    first() { return this.many ? Math.max(0, Math.floor(this.top / TALL) - SPARE) : 0; },
    drawn() { return this.many ? this.shown.slice(this.first, this.first + Math.ceil(this.high / TALL) + 2 * SPARE) : this.shown; },
    span() { return Math.max(1, this.running ? Math.max(this.total, this.now) : this.total); },
    ticks() { return [0, .25, .5, .75, 1].map((part) => ({ part, words: this.long(this.span * part) })); },
  },
  watch: { steps: { immediate: true, handler(steps, before) { if (steps.length > MANY && !(before?.length > MANY)) this.all(true); } } },
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
    long(ms) {
      if (ms == null) return "";
      if (ms < 1000) return `${Math.round(ms)} ms`;
      if (ms < 60000) return `${(ms / 1000).toLocaleString(document.documentElement.lang || "en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
      const seconds = Math.round(ms / 1000), minutes = Math.round(ms / 60000);
      return minutes < 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    },
    duration(s) { return s.duration ?? (s.status === "running" ? Math.max(0, this.now - s.start) : 0); },
    bar(s) { return { left: `${Math.min(99.5, 100 * s.start / this.span)}%`, width: `max(3px, ${Math.min(100, 100 * this.duration(s) / this.span)}%)` }; },
    beside(s) { return 100 * (s.start + this.duration(s)) / this.span > 82 ? { right: `${100 - 100 * s.start / this.span}%` } : { left: `${100 * (s.start + this.duration(s)) / this.span}%` }; },
    toggle(s) { this.closed = { ...this.closed, [s.path]: !this.closed[s.path] }; },
    all(shut) { this.closed = shut ? Object.fromEntries(this.steps.filter((s) => s.holds).map((s) => [s.path, true])) : {}; this.at = 0; },
    scrolled(event) { this.top = event.target.scrollTop; this.high = event.target.clientHeight; },
    focus(i) {
      this.at = Math.max(0, Math.min(this.shown.length - 1, i));
      const place = this.$refs.rows;
      if (this.many && place && (this.at * TALL < place.scrollTop || (this.at + 1) * TALL > place.scrollTop + place.clientHeight)) {
        place.scrollTop = Math.max(0, this.at * TALL - place.clientHeight / 2);
        this.scrolled({ target: place });
      }
      this.$nextTick(() => this.$el.querySelector(`[data-at="${this.at}"]`)?.focus({ preventScroll: this.many }));
    },
    key(event, s, i) {
      const act = {
        ArrowDown: () => this.focus(i + 1), ArrowUp: () => this.focus(i - 1), Home: () => this.focus(0), End: () => this.focus(1e9),
        PageDown: () => this.focus(i + 10), PageUp: () => this.focus(i - 10),
        ArrowRight: () => (this.closed[s.path] ? this.toggle(s) : s.holds && this.focus(i + 1)),
        ArrowLeft: () => (s.holds && !this.closed[s.path] ? this.toggle(s) : s.parents.length && this.focus(this.shown.findIndex((one) => one.path === s.parents.at(-1)))),
        Enter: () => this.$emit("span-pick", s.path), " ": () => this.$emit("span-pick", s.path), e: () => this.all(false), w: () => this.all(true),
      }[event.key];
      if (!act || event.ctrlKey || event.metaKey) return;
      act(); event.preventDefault();
    },
  },
  template: `<div class="fall"><p v-if="!steps.length" class="fall-none quiet">{{running ? $t('Waiting to start…') : $t('No step of this run has finished.')}}</p><div v-if="steps.length" class="fall-head" aria-hidden="true"><span>{{$t('Step')}}</span><span class="fall-ticks"><i v-for="t in ticks" :key="t.part" :style="{ left: 100 * t.part + '%' }">{{t.words}}</i></span></div>
    <div v-if="steps.length" ref="rows" role="tree" :aria-label="label" class="fall-rows" @scroll.passive="scrolled"><div role="none" class="fall-whole" :style="many ? { height: 36 * shown.length + 'px' } : null"><div role="none" :style="many ? { transform: 'translateY(' + 36 * first + 'px)' } : null"><div v-for="(s, n) in drawn" :key="s.path" class="fall-row" role="treeitem" :aria-level="s.depth + 1" :aria-selected="String(s.path === chosen)" :aria-expanded="s.holds ? String(!closed[s.path]) : null"
        :tabindex="first + n === at ? 0 : -1" :class="{ on: s.path === chosen }" :data-at="first + n" :data-testid="'span-' + s.path" @focus="at=first + n" @keydown="key($event, s, first + n)" @click="$emit('span-pick', s.path)">
      <span class="fall-name" :style="{ paddingLeft: 10 + s.depth * 16 + 'px' }"><svg v-if="s.holds" class="icon fall-turn" :class="{ shut: closed[s.path] }" aria-hidden="true" @click.stop="toggle(s)"><use :href="icon('chevron-down')"/></svg>
        <svg class="icon" :class="['tone-' + mark(s)[1], { spin: s.status === 'running' }]" aria-hidden="true"><use :href="icon(mark(s)[0])"/></svg><b class="cut">{{s.name}}</b><span class="hidden-text">, {{s.words}}, </span><em v-if="s.attempts > 1" class="quiet">{{$nt('{n} try', '{n} tries', s.attempts)}}</em><em v-if="s.cached" class="badge ok">{{$t('cached')}}</em></span>
      <span class="fall-line"><i v-for="t in ticks" :key="t.part" class="fall-grid" :style="{ left: 100 * t.part + '%' }"></i><i v-if="s.status !== 'waiting'" class="fall-bar" :class="['of-' + s.status]" :style="bar(s)"></i><i v-if="s.status !== 'waiting'" class="fall-long" :style="beside(s)">{{long(duration(s))}}</i></span></div></div></div></div></div>`,
};
