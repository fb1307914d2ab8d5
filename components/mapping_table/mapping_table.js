// What is written to the contact: field, value, how, and what that changes on the sample.
export default {
  props: { drawn: String },
  emits: ["target", "clear"],
  computed: { table() { return JSON.parse(this.drawn); }, icon() { return window.consoleIcon; } },
  watch: { "table.target"(field) { if (field) this.$nextTick(() => setTimeout(() => this.$el.querySelector(".mapping-row.on")?.scrollIntoView({ block: "nearest" }), 60)); } },
  methods: {
    how(row) { return { overwrite: this.$t("always"), if_empty: this.$t("if empty"), append: this.$t("adds to it"), clear: this.$t("always, also empties") }[row.write] || ""; },
    key(event, row, at) {
      const rows = [...this.$el.querySelectorAll(".mapping-pick")], step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) rows[at + step]?.focus();
      else if ((event.key === "Delete" || event.key === "Backspace") && row.parts) this.$emit("clear", row.field);
      else return;
      event.preventDefault();
    },
  },
  template: `<div class="mapping" role="list" :aria-label="$t('Contact fields')"><div v-for="(row, at) in table.rows" :key="row.field" role="listitem" class="mapping-row" :class="{ on: table.target === row.field, mapped: row.parts }">
    <button type="button" class="mapping-pick" :aria-pressed="String(table.target === row.field)" :data-testid="'field-' + row.field" @click="$emit('target', row.field)" @keydown="key($event, row, at)">
      <span class="mapping-field cut">{{row.label}}</span>
      <span class="mapping-value"><template v-if="row.parts"><template v-for="(part, n) in row.parts" :key="n"><span v-if="part.chip" class="chip" :class="{ missing: part.missing }">{{part.chip}}</span><span v-else class="mapping-text">{{part.text}}</span></template><small>{{how(row)}}</small></template><span v-else class="quiet">{{table.target === row.field ? $t('Click a value in the answer…') : $t('Not filled in')}}</span></span>
      <span class="mapping-change cut" :class="{ same: !row.changes }"><template v-if="row.parts"><template v-if="row.changes"><s v-if="row.before" class="quiet">{{row.before}}</s><svg v-if="row.before" class="icon" :aria-label="$t('becomes')" role="img"><use :href="icon('arrow-right')"/></svg><b>{{row.after}}</b></template><span v-else class="quiet">{{row.note}}</span></template><span v-else class="quiet">{{row.before}}</span></span></button>
    <button v-if="row.parts && !table.readonly" type="button" class="mapping-clear" :aria-label="$t('Do not fill in {field}', { field: row.label })" :data-tip="$t('Do not fill in')" @click="$emit('clear', row.field)"><svg class="icon" aria-hidden="true"><use :href="icon('x')"/></svg></button></div></div>`,
};
