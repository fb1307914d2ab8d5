// The sheet of keys, opened with "?".
export default {
  props: { groups: Array },
  mounted() { this.onKey = (event) => event.detail === "shortcuts" && !this.$refs.dialog.open && this.$refs.dialog.showModal(); addEventListener("console-key", this.onKey); },
  unmounted() { removeEventListener("console-key", this.onKey); },
  template: `<div><dialog ref="dialog" class="palette shortcuts" :aria-label="$t('Keyboard shortcuts')" @pointerdown="$event.target === $refs.dialog && $refs.dialog.close()"><div class="palette-inside">
    <header class="row"><h2 class="grow">{{$t("Keyboard shortcuts")}}</h2><form method="dialog"><button class="button ghost square" :aria-label="$t('Close')"><svg class="icon" aria-hidden="true"><use :href="'' + src('x')"/></svg></button></form></header>
    <div class="shortcut-groups"><section v-for="g in groups" :key="g.title"><h3>{{g.title}}</h3><dl><div v-for="k in g.keys" :key="k[1]"><dt>{{k[1]}}</dt><dd><kbd v-for="c in k[0].split('+')" :key="c">{{c}}</kbd></dd></div></dl></section></div></div></dialog></div>`,
  methods: { src(name) { return window.consoleIcon(name); } },
};
