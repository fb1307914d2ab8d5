// What happens in a run, line by line. Few lines are drawn as they are; of many only those in sight are drawn, all of one height.
const ICONS = { ok: "circle-check", bad: "circle-alert", warn: "triangle-alert", brand: "play" };
const MANY = 120, TALL = 30, SPARE = 12;
export default {
  props: { label: String, live: Boolean },
  emits: ["line-pick"],
  data() { return { count: 0, top: 0, high: 420, words: "", trouble: false, following: true, said: "" }; },
  computed: {
    many() { return this.count > MANY; },
    // `count` is the only thing watched: the lines themselves are plain, or Vue would look at each of them.
    found() {
      if (!this.count || (!this.words && !this.trouble)) return this.lines;
      const words = this.words.toLowerCase();
      return this.lines.filter((line) => (!this.trouble || line[4] === "bad" || line[4] === "warn") && (!words || line[2].toLowerCase().includes(words)));
    },
    total() { return this.count && this.found.length; },
    first() { return this.many ? Math.max(0, Math.floor(this.top / TALL) - SPARE) : 0; },
    shown() { return this.count && this.many ? this.found.slice(this.first, this.first + Math.ceil(this.high / TALL) + 2 * SPARE) : [...this.found]; },
  },
  created() { this.lines = []; this.last = 0; },
  mounted() {
    this.watching = new ResizeObserver(() => { this.high = this.$refs.scroll?.clientHeight || 420; });
    this.watching.observe(this.$refs.scroll);
  },
  unmounted() { this.watching.disconnect(); clearTimeout(this.telling); },
  watch: { words() { this.restart(); }, trouble() { this.restart(); } },
  methods: {
    add(lines) {
      for (const line of lines) if (line[0] > this.last) { this.lines.push(line); this.last = line[0]; }
      this.count = this.lines.length;
      if (this.live) { clearTimeout(this.telling); this.telling = setTimeout(() => { this.said = lines.at(-1)[2]; }, 400); }
      if (this.live && this.following) this.$nextTick(this.toEnd);
    },
    restart() { this.top = 0; if (this.$refs.scroll) this.$refs.scroll.scrollTop = 0; },
    scrolled(event) {
      this.top = event.target.scrollTop;
      this.following = this.top + event.target.clientHeight > event.target.scrollHeight - 2 * TALL;
    },
    toEnd() { const place = this.$refs.scroll; if (place) place.scrollTop = place.scrollHeight; },
    icon: (line) => window.consoleIcon(ICONS[line[4]] ?? "circle-dashed"),
    symbol: (name) => window.consoleIcon(name),
    moment: (line) => window.consoleMoment(line[1], "clock"),
    exactly: (line) => window.consoleMoment(line[1], "exact"),
  },
  template: `<div class="log" :class="{ long: many }" :aria-label="label" role="group"><div v-if="many" class="log-head"><span class="holder"><svg class="icon lead" aria-hidden="true"><use :href="symbol('search')"/></svg><input class="input led" type="search" v-model="words" :aria-label="$t('Search the log')" :placeholder="$t('Search the log')" data-testid="log-search"></span>
      <button type="button" class="button" :aria-pressed="String(trouble)" @click="trouble = !trouble" data-testid="log-trouble"><svg class="icon" aria-hidden="true"><use :href="symbol('circle-alert')"/></svg>{{$t('Only trouble')}}</button>
      <span class="quiet small numbers" role="status" data-testid="log-count">{{$nt('{n} line', '{n} lines', total)}}</span></div>
    <div ref="scroll" class="log-scroll" :tabindex="many ? 0 : null" :role="many ? 'region' : null" :aria-label="many ? label : null" @scroll.passive="scrolled"><div class="log-whole" :style="many ? { height: total * 30 + 'px' } : null"><ol class="story" :style="many ? { transform: 'translateY(' + first * 30 + 'px)' } : null">
      <li v-for="(line, i) in shown" :key="line[0]" class="story-line" :aria-setsize="many ? total : null" :aria-posinset="many ? first + i + 1 : null"><svg class="icon" :class="'tone-' + line[4]" aria-hidden="true"><use :href="icon(line)"/></svg>
        <span class="story-words"><button v-if="line[3]" type="button" class="story-open" :title="many ? line[2] : null" @click="$emit('line-pick', line[3])">{{line[2]}}</button><span v-else :title="many ? line[2] : null">{{line[2]}}</span></span>
        <time class="quiet numbers" :datetime="new Date(line[1]).toISOString()" :data-tip="exactly(line)">{{moment(line)}}</time></li></ol></div></div>
    <p v-if="!count" class="quiet small">{{live ? $t('Nothing has happened yet.') : $t('Nothing is recorded any more.')}}</p>
    <button v-if="many && live && !following" type="button" class="button small log-end" @click="following = true; toEnd()"><svg class="icon" aria-hidden="true"><use :href="symbol('arrow-down')"/></svg>{{$t('To the newest')}}</button>
    <p class="hidden-text" role="status">{{said}}</p></div>`,
};
