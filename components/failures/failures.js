// Failures that are alike, each with its course over time and what can be done about it.
const ICONS = { again: "rotate-cw", resolve: "check", ignore: "eye-off", open: "rotate-ccw" };
export default {
  props: { label: String, rows: Array, acts: Array, why: String },
  emits: ["group-act"],
  mounted() { this.timer = setInterval(() => this.$forceUpdate(), 30000); },
  unmounted() { clearInterval(this.timer); },
  computed: { words() { return { again: this.$t("Run again"), resolve: this.$t("Resolve"), ignore: this.$t("Ignore"), open: this.$t("Open again") }; } },
  methods: {
    icon: (name) => window.consoleIcon(name),
    symbol: (act) => window.consoleIcon(ICONS[act]),
    moment: (at) => window.consoleMoment(at),
    exactly: (at) => window.consoleMoment(at, "exact"),
    high(row, n) { return n ? `${Math.max(12, 100 * n / Math.max(...row.activity))}%` : "2px"; },
    press(row, act) { if (!this.why) this.$emit("group-act", { key: row.key, act }); },
  },
  template: `<ul class="failures" :aria-label="label"><li v-for="r in rows" :key="r.key" :data-testid="'group-' + r.key">
    <div class="failure-words"><p class="failure-head"><a :href="r.example" class="failure-message">{{r.message}}</a><span v-if="r.note" class="badge" :class="r.tone">{{r.note}}</span></p><p class="quiet small cut">{{r.where}}</p></div>
    <span class="spark" role="img" :aria-label="$t('Course over the time shown')"><i v-for="(n, i) in r.activity" :key="i" :class="{ none: !n }" :style="{ height: high(r, n) }"></i></span>
    <p class="failure-numbers"><a :href="r.href" class="numbers strong">{{$nt('{n} run', '{n} runs', r.count)}}</a><span class="quiet small" :data-tip="$t('First: {first}. Last: {last}.', { first: exactly(r.first_at), last: exactly(r.last_at) })">{{$t('last {when}', { when: moment(r.last_at) })}}</span></p>
    <span class="row failure-acts"><button v-for="a in acts" :key="a" type="button" class="button small" :class="a === 'again' ? '' : 'ghost'" :aria-label="words[a] + ': ' + r.message" :aria-disabled="why ? 'true' : null" :data-tip="why || null" :data-testid="a + '-' + r.key" @click="press(r, a)"><svg class="icon" aria-hidden="true"><use :href="symbol(a)"/></svg><span>{{words[a]}}</span></button></span></li></ul>`,
};
