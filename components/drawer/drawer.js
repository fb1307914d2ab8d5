// A panel at the right of the page. Esc closes it unless something above it is open; the focus goes back to where it was.
export default {
  props: { label: String, opened: Boolean, offered: Boolean },
  emits: ["drawer-close"],
  mounted() {
    this.key = (event) => {
      if (event.key !== "Escape" || !this.opened || document.querySelector("dialog[open], .q-dialog--modal, :popover-open")) return;
      if (event.target.closest?.("input, textarea, select")) return;
      this.$emit("drawer-close");
    };
    addEventListener("keydown", this.key);
    if (this.opened && this.offered && matchMedia("(max-width: 1100px)").matches) this.$emit("drawer-close");
  },
  unmounted() { removeEventListener("keydown", this.key); },
  methods: { icon: (name) => window.consoleIcon(name) },
  template: `<aside class="drawer" :class="{ shut: !opened }" :aria-label="label" :aria-hidden="opened ? null : 'true'" :inert="!opened">
    <button type="button" class="button ghost square drawer-x" :aria-label="$t('Close (Esc)')" :data-tip="$t('Close (Esc)')" @click="$emit('drawer-close')"><svg class="icon" aria-hidden="true"><use :href="icon('x')"/></svg></button>
    <div class="drawer-inside"><slot></slot></div></aside>`,
};
