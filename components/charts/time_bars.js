// Bars over time: a drawing for the eye, the same numbers as a table for everybody else.
const WIDE = 1000, HIGH = 220, LEFT = 44, BOTTOM = 26, TOP = 10;
export default {
  props: { label: String, unit: String, digits: Number, kinds: Array, bars: Array, step: Number },
  data() { return { at: -1 }; },
  computed: {
    sums() { return this.bars.map(([, bar]) => this.kinds.reduce((sum, kind) => sum + (bar[kind.key] ?? 0), 0)); },
    // 1, 2 or 5 times a power of ten: ticks that people can count on.
    tick() { const rough = Math.max(...this.sums, this.digits ? 0.0001 : 1) / 4, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].find((n) => n * power >= rough) * power; return this.digits ? step : Math.max(1, step); },
    top() { return this.tick * Math.max(1, Math.ceil(Math.max(...this.sums, 0) / this.tick)); },
    ticks() { return Array.from({ length: Math.round(this.top / this.tick) + 1 }, (_, n) => ({ value: n * this.tick, y: this.y(n * this.tick) })); },
    each() { return (WIDE - LEFT) / Math.max(1, this.bars.length); },
    drawn() {
      return this.bars.map(([at, bar], n) => {
        let below = 0;
        const parts = this.kinds.filter((kind) => bar[kind.key]).map((kind) => { const from = below; below += bar[kind.key]; return { tone: kind.tone, y: this.y(below), height: Math.max(1, this.y(from) - this.y(below) - 1) }; });
        return { at, parts, x: LEFT + n * this.each };
      });
    },
    labels() { const apart = Math.ceil(this.bars.length / 8); return this.bars.flatMap(([at], n) => (n % apart ? [] : [{ words: this.when(at), x: LEFT + (n + .5) * this.each }])); },
    used() { return this.kinds.filter((kind) => this.bars.some(([, bar]) => bar[kind.key])); },
    whole() { return this.sums.reduce((one, other) => one + other, 0); },
  },
  methods: {
    y(value) { return TOP + (HIGH - TOP - BOTTOM) * (1 - value / this.top); },
    lang: () => document.documentElement.lang || "en",
    number(value) { return value.toLocaleString(this.lang(), { maximumFractionDigits: this.digits, minimumFractionDigits: 0 }); },
    when(at) { return new Date(at).toLocaleString(this.lang(), this.step >= 86400 ? { day: "numeric", month: "short" } : this.step >= 21600 ? { day: "numeric", month: "short", hour: "2-digit", hour12: false } : { hour: "2-digit", minute: "2-digit", hour12: false }); },
    fully(at) { return new Date(at).toLocaleString(this.lang(), this.step >= 86400 ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }); },
    sum(kind) { return this.bars.reduce((all, [, bar]) => all + (bar[kind.key] ?? 0), 0); },
    tip(n) { const [at, bar] = this.bars[n]; const said = this.used.filter((kind) => bar[kind.key]).map((kind) => `${kind.name}: ${this.number(bar[kind.key])}`); return `${this.fully(at)} — ${said.join(", ") || this.$t("nothing")}`; },
  },
  template: `<figure class="bars"><figcaption class="hidden-text">{{label}}</figcaption><ul class="legend" :aria-label="label"><li v-for="k in used" :key="k.key"><i :class="'fill-' + k.tone" aria-hidden="true"></i>{{k.name}} <b class="numbers">{{number(sum(k))}}</b></li></ul>
    <div class="bars-drawing" aria-hidden="true"><svg viewBox="0 0 1000 220" preserveAspectRatio="none"><line v-for="t in ticks" :key="t.value" x1="44" x2="1000" :y1="t.y" :y2="t.y" class="bars-line"/>
      <g v-for="(b, n) in drawn" :key="b.at"><rect v-for="(p, i) in b.parts" :key="i" :x="b.x + each * .12" :width="each * .76" :y="p.y" :height="p.height" :class="'fill-' + p.tone"/></g></svg>
      <span v-for="t in ticks" :key="'t' + t.value" class="bars-tick numbers" :style="{ top: 100 * t.y / 220 + '%' }">{{number(t.value)}}</span>
      <span v-for="l in labels" :key="l.x" class="bars-when numbers" :style="{ left: l.x / 10 + '%' }">{{l.words}}</span>
      <span v-for="(b, n) in drawn" :key="'h' + b.at" class="bars-hover" :style="{ left: b.x / 10 + '%', width: each / 10 + '%' }" :data-tip="tip(n)"></span></div>
    <details class="fold"><summary>{{$t('As a table')}}</summary><div class="inside bars-table" tabindex="0" role="region" :aria-label="label"><table><caption class="hidden-text">{{label}}</caption><thead><tr><th scope="col">{{$t('Time')}}</th><th v-for="k in used" :key="k.key" scope="col" class="is-number">{{k.name}}</th></tr></thead>
      <tbody><template v-for="(b, n) in bars" :key="b[0]"><tr v-if="sums[n]"><th scope="row">{{fully(b[0])}}</th><td v-for="k in used" :key="k.key" class="is-number numbers">{{number(b[1][k.key] ?? 0)}}</td></tr></template></tbody></table></div></details></figure>`,
};
