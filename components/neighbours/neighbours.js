// Walks through the list of runs one came from; without one it shows nothing.
export default {
  data() { return { links: [], at: -1 }; },
  computed: { here() { return this.at >= 0 && this.links.length > 1; } },
  mounted() {
    try { this.links = JSON.parse(sessionStorage.getItem("console-list") ?? "{}").links ?? []; } catch { this.links = []; }
    this.at = this.links.indexOf(location.pathname);
    this.key = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable=true]") || document.querySelector("dialog[open], .q-dialog--modal")) return;
      const step = { j: 1, k: -1 }[event.key];
      if (step) this.go(step);
    };
    addEventListener("keydown", this.key);
  },
  unmounted() { removeEventListener("keydown", this.key); },
  methods: {
    icon: (name) => window.consoleIcon(name),
    why(step) { return this.links[this.at + step] ? null : step > 0 ? this.$t("This is the last run of the list.") : this.$t("This is the first run of the list."); },
    go(step) { if (this.here && !this.why(step)) location.assign(this.links[this.at + step]); },
  },
  template: `<span class="row neighbours"><template v-if="here"><span class="quiet small numbers hide-narrow">{{$t("{n} of {all}", { n: at + 1, all: links.length })}}</span>
    <button type="button" class="button ghost square" :aria-label="$t('Previous run (K)')" :data-tip="why(-1) || $t('Previous run (K)')" :aria-disabled="why(-1) ? 'true' : null" data-testid="previous" @click="go(-1)"><svg class="icon" aria-hidden="true"><use :href="icon('chevron-up')"/></svg></button>
    <button type="button" class="button ghost square" :aria-label="$t('Next run (J)')" :data-tip="why(1) || $t('Next run (J)')" :aria-disabled="why(1) ? 'true' : null" data-testid="next" @click="go(1)"><svg class="icon" aria-hidden="true"><use :href="icon('chevron-down')"/></svg></button></template></span>`,
};
