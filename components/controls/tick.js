// A checkbox with its sentence; `toggle` draws it as a switch.
export default {
  props: { value: Boolean, label: String, hint: String, toggle: Boolean, readonly: Boolean },
  emits: ["update:value"],
  data() { return { on: this.value }; },
  watch: { value(v) { this.on = v; } },
  template: `<label class="tick" :class="{ toggle }"><input type="checkbox" v-model="on" :role="toggle ? 'switch' : null" :disabled="readonly" @change="$emit('update:value', on)"><span class="grow"><span class="strong">{{label}}</span><span v-if="hint" class="hint">{{hint}}</span></span></label>`,
};
