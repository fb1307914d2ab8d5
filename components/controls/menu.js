// A button and the menu under it. The browser's own popover closes it on Escape or on a click elsewhere.
export default {
  props: { label: String, icon: String, name: String, kind: String },
  data() { return { open: false }; },
  mounted() { addEventListener("scroll", this.away, true); },
  unmounted() { removeEventListener("scroll", this.away, true); },
  computed: { src() { return window.consoleIcon; }, id() { return `menu-${this.$.uid}`; } },
  methods: {
    items() { return [...this.$refs.list.querySelectorAll("[role=menuitem]")]; },
    toggled(event) {
      this.open = event.newState === "open";
      if (!this.open) return;
      const box = this.$refs.opener.getBoundingClientRect(), list = this.$refs.list, own = list.getBoundingClientRect();
      list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
      list.style.top = `${box.bottom + own.height + 8 > innerHeight ? Math.max(8, box.top - own.height - 4) : box.bottom + 4}px`;
      this.items()[0]?.focus();
    },
    key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = this.items();
      if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
      else if (event.key === "Tab") this.$refs.list.hidePopover();
      else return;
      event.preventDefault();
    },
    away() { if (this.open) this.$refs.list.hidePopover(); },
    chosen(event) { if (event.target.closest("[role=menuitem]")) this.$refs.list.hidePopover(); },
  },
  template: `<span class="menu-holder"><button ref="opener" type="button" class="button" :class="[kind, { square: !label }]" :popovertarget="id" aria-haspopup="menu" :aria-expanded="String(open)" :aria-label="label ? null : name" :data-tip="label ? null : name">
      <svg v-if="icon" class="icon" aria-hidden="true"><use :href="src(icon)"/></svg><span v-if="label">{{label}}</span><svg v-if="label" class="icon" aria-hidden="true"><use :href="src('chevron-down')"/></svg></button>
    <div ref="list" :id="id" popover class="menu" role="menu" :aria-label="name || label" @toggle="toggled" @keydown="key" @click="chosen"><slot></slot></div></span>`,
};
