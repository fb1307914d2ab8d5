// One plain button: words, an icon, a key cap; busy and disabled-with-a-reason keep it in reach of the keyboard.
export default {
  props: { label: String, icon: String, name: String, why: String, busy: Boolean, caps: String, href: String, kind: String, submit: Boolean, pulse: Boolean, pressed: { type: Boolean, default: null } },
  emits: ["press"],
  computed: {
    shown() { return this.busy ? "loader-circle" : this.icon; },
    tip() { return this.why || (this.label ? "" : this.name) || null; },
    src() { return window.consoleIcon(this.shown); },
  },
  methods: {
    press(event) {
      if (this.why || this.busy) { event.preventDefault(); event.stopPropagation(); return; }
      this.$emit("press");
    },
  },
  template: `<component :is="href && !why ? 'a' : 'button'" :type="href && !why ? null : submit ? 'submit' : 'button'" :href="why ? null : href"
      class="button" :class="[kind, { square: !label, pulse }]" :aria-label="name || null" :aria-disabled="why || busy ? 'true' : null" :aria-busy="busy ? 'true' : null"
      :aria-pressed="pressed === null ? null : String(pressed)" :data-tip="tip" @click="press">
    <svg v-if="shown" class="icon" :class="{ spin: busy }" aria-hidden="true"><use :href="src"/></svg><span v-if="label">{{label}}</span><kbd v-if="caps" aria-hidden="true">{{caps}}</kbd><slot></slot>
  </component>`,
};
