// Walks through the list one came from; without one it shows nothing.
export default {
  props: { noun: String },
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
    why(step) { return this.links[this.at + step] ? null : step > 0 ? `This is the last ${this.noun} of the list.` : `This is the first ${this.noun} of the list.`; },
    go(step) { if (this.here && !this.why(step)) location.assign(this.links[this.at + step]); },
  },
  template: `<span class="row neighbours"><template v-if="here"><span class="quiet small numbers hide-narrow">{{at + 1}} of {{links.length}}</span>
    <button type="button" class="button ghost square" :aria-label="'Previous ' + noun + ' (K)'" :data-tip="why(-1) || 'Previous ' + noun + ' (K)'" :aria-disabled="why(-1) ? 'true' : null" data-testid="previous" @click="go(-1)"><svg class="icon" aria-hidden="true"><use :href="icon('chevron-up')"/></svg></button>
    <button type="button" class="button ghost square" :aria-label="'Next ' + noun + ' (J)'" :data-tip="why(1) || 'Next ' + noun + ' (J)'" :aria-disabled="why(1) ? 'true' : null" data-testid="next" @click="go(1)"><svg class="icon" aria-hidden="true"><use :href="icon('chevron-down')"/></svg></button></template></span>`,
};
