// A list of rows under headings: real links, arrow keys, "more" at the end. New rows never move the ones being read.
export default {
  props: { label: String, columns: Array, rows: Array, more: Boolean, fresh: Number, pickable: Boolean, picked: { type: Array, default: () => [] } },
  emits: ["row-more", "row-fresh", "row-act", "row-pick"],
  data() { return { newer: {}, chosen: this.picked }; },
  computed: { list() { return this.rows.map((row) => this.newer[row.id] ?? row); } },
  watch: {
    // Who asked for more rows, or newer ones, goes on at the first of them.
    rows(now) {
      this.newer = {};
      if (!this.asked || this.ids(now) === this.asked.ids) return;
      const { at } = this.asked;
      this.asked = null;
      this.$nextTick(() => this.$el.querySelectorAll("a.row-link")[at]?.focus());
    },
    // What was ticked here comes back from the server, perhaps after the next tick: only what it chose itself is taken over.
    picked(now) {
      const at = this.told.indexOf(JSON.stringify(now));
      if (at < 0) this.chosen = now;
      this.told = at < 0 ? [] : this.told.slice(at + 1);
    },
  },
  created() { this.told = []; this.asked = null; },
  methods: {
    // Rows that changed travel alone: of a thousand not all are sent again.
    renew(rows) { this.newer = { ...this.newer, ...Object.fromEntries(rows.map((row) => [row.id, row])) }; },
    icon: (name) => window.consoleIcon(name),
    moment: (text) => window.consoleMoment(text),
    badge: (cell) => cell.at ? cell.word.replace("{time}", () => window.consoleMoment(cell.at, "soon")) : cell.word,
    exactly: (text) => window.consoleMoment(text, "exact"),
    open(row, event) {
      if (event.target.closest("a, button, input, label") || getSelection().toString()) return;
      const link = event.currentTarget.querySelector("a.row-link");
      if (link) link.click();
    },
    walk(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.target.closest("input")) return;
      const links = [...this.$el.querySelectorAll("a.row-link")], at = links.indexOf(document.activeElement.closest("tr")?.querySelector("a.row-link"));
      links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
      event.preventDefault();
    },
    ids: (rows) => rows.map((row) => row.id).join(),
    ask(name, at) { this.asked = { at, ids: this.ids(this.rows) }; this.$emit(name); },
    act(row, act) { if (!act.why) this.$emit("row-act", { id: row.id, name: act.name }); },
    // Pages behind the links walk on through this very list.
    leave(event) {
      if (event.target.closest("a.row-link")) sessionStorage.setItem("console-list", JSON.stringify({ at: location.pathname + location.search, links: this.rows.map((row) => row.href) }));
    },
    pick(id, on) { this.choose(on ? [...this.chosen, id] : this.chosen.filter((one) => one !== id)); },
    pickAll(on) { this.choose(on ? this.rows.map((row) => row.id) : []); },
    choose(ids) { this.chosen = ids; this.told.push(JSON.stringify(ids)); this.$emit("row-pick", ids); },
  },
  mounted() { this.timer = setInterval(() => this.$forceUpdate(), 30000); },
  unmounted() { clearInterval(this.timer); },
  template: `<div class="listing" @keydown="walk" @click.capture="leave">
    <p class="listing-fresh" role="status"><button v-if="fresh" type="button" class="button small" @click="ask('row-fresh', 0)" data-testid="fresh"><svg class="icon" aria-hidden="true"><use :href="icon('arrow-up')"/></svg>{{fresh > 99 ? '99+' : fresh}} {{$t('new')}}</button></p>
    <table :aria-label="label"><thead><tr><th v-if="pickable" class="tick-cell"><input type="checkbox" :aria-label="$t('Choose all rows shown')" :checked="rows.length > 0 && chosen.length === rows.length" :indeterminate="chosen.length > 0 && chosen.length < rows.length" @change="pickAll($event.target.checked)"></th>
      <th v-for="c in columns" :key="c.key" scope="col" :class="['is-' + c.kind, { spare: c.spare }]" :style="c.width ? { width: c.width } : null"><template v-if="c.title">{{c.title}}</template><span v-else class="hidden-text">{{$t("Actions")}}</span></th></tr></thead>
    <tbody><tr v-for="r in list" :key="r.id" :data-row="r.id" :class="{ picked: pickable && chosen.includes(r.id) }" @click="open(r, $event)">
      <td v-if="pickable" class="tick-cell"><input type="checkbox" :aria-label="$t('Choose {row}', { row: r.cells[columns[0].key] })" :checked="chosen.includes(r.id)" @change="pick(r.id, $event.target.checked)"></td>
      <td v-for="(c, i) in columns" :key="c.key" :class="['is-' + c.kind, { spare: c.spare }]">
        <template v-if="i === 0"><span class="cell"><a v-if="r.href" class="row-link" :href="r.href">{{r.cells[c.key]}}</a><span v-else class="row-link">{{r.cells[c.key]}}</span><small v-if="r.more" class="quiet cut">{{r.more}}</small></span></template>
        <span v-else-if="c.kind === 'badge' && r.cells[c.key]" class="badge" :class="r.cells[c.key].tone"><svg v-if="r.cells[c.key].icon" class="icon" :class="{ spin: r.cells[c.key].icon === 'loader-circle' }" aria-hidden="true"><use :href="icon(r.cells[c.key].icon)"/></svg>{{badge(r.cells[c.key])}}</span>
        <time v-else-if="c.kind === 'moment' && r.cells[c.key]" :datetime="r.cells[c.key]" :data-tip="exactly(r.cells[c.key])">{{moment(r.cells[c.key])}}</time>
        <span v-else-if="c.kind === 'acts'" class="row acts"><button v-for="a in r.cells[c.key]" :key="a.name" type="button" class="button small" :class="a.label ? 'labelled' : 'square ghost'" :aria-label="a.title + ': ' + r.cells[columns[0].key]" :aria-disabled="a.why ? 'true' : null" :data-tip="a.why || (a.label ? null : a.title)" :data-testid="a.name + '-' + r.id" @click="act(r, a)"><svg class="icon" aria-hidden="true"><use :href="icon(a.icon)"/></svg><span v-if="a.label">{{a.label}}</span></button></span>
        <span v-else-if="c.kind === 'text'" class="cell" :class="{ short: String(r.cells[c.key] ?? '').length < 20 }"><span class="cut">{{r.cells[c.key]}}</span></span><template v-else>{{r.cells[c.key]}}</template></td></tr></tbody></table>
    <div v-if="more" class="listing-more"><button type="button" class="button" @click="ask('row-more', rows.length)" data-testid="more">{{$t("Show more")}}</button></div></div>`,
};
