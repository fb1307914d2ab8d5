// A labelled field: one line, several lines, a number, a secret or a choice, with its hint and its error beside it.
export default {
  props: { value: { default: "" }, label: String, hint: String, error: String, kind: { type: String, default: "text" }, choices: Array, placeholder: String, optional: Boolean,
    hideLabel: Boolean, rows: { type: Number, default: 4 }, wait: { type: Number, default: 250 }, mono: Boolean, readonly: Boolean, autocomplete: String, name: String, min: Number, max: Number, autofocus: Boolean, icon: String },
  emits: ["update:value", "enter", "left"],
  data() { return { text: this.value ?? "", shown: false }; },
  watch: { value(v) { if (v !== this.sent) { this.text = v ?? ""; window.consoleAnswered(this.$el); } this.sent = undefined; } },
  computed: {
    key() { return `${this.$.uid}`; },
    described() { return [this.error && `e${this.key}`, this.hint && `h${this.key}`].filter(Boolean).join(" ") || null; },
    common() {
      return { id: `f${this.key}`, name: this.name, placeholder: this.placeholder, readonly: this.readonly || null, autocomplete: this.autocomplete ?? "off",
        "aria-describedby": this.described, "aria-invalid": this.error ? "true" : null, "aria-required": null, class: ["input", { mono: this.mono, bad: this.error }] };
    },
    icons() { return window.consoleIcon; },
  },
  mounted() { if (this.autofocus) this.$nextTick(() => this.focus()); },
  beforeUnmount() { clearTimeout(this.timer); },
  methods: {
    changed(now) {
      if (this.kind !== "secret") window.consoleTyped(this.$el, this.text);
      clearTimeout(this.timer);
      if (now) return this.tell();
      this.timer = setTimeout(() => this.tell(), this.wait);
    },
    tell() {
      clearTimeout(this.timer);
      const value = this.kind === "number" ? (this.text === "" || this.text === null ? null : Number(this.text)) : this.text;
      if (value === (this.sent === undefined ? this.value : this.sent)) return;
      this.sent = value;
      this.$emit("update:value", value);
    },
    pick(event) { const choice = this.choices[event.target.selectedIndex]; this.text = choice.value; this.tell(); },
    // After a reload that nobody wanted; answers whether that changed anything.
    bringBack(text) {
      if (this.readonly || this.kind === "secret" || text === this.text) return false;
      this.text = text; this.tell();
      return true;
    },
    leave() { this.tell(); this.$emit("left"); },
    enter(event) { this.tell(); this.$emit("enter"); if (event.target.form) return; },
    focus() { this.$el.querySelector("input, textarea, select")?.focus(); },
  },
  template: `<div class="field" :class="{ failed: error }">
    <label :for="'f'+key" :class="hideLabel ? 'hidden-text' : 'label'">{{label}}<span v-if="optional" class="quiet"> {{$t("optional")}}</span></label>
    <div class="holder">
      <svg v-if="icon" class="icon lead" aria-hidden="true"><use :href="icons(icon)"/></svg>
      <textarea v-if="kind==='lines'" v-bind="common" :rows="rows" v-model="text" spellcheck="false" @input="changed()" @blur="leave"></textarea>
      <select v-else-if="kind==='choice'" v-bind="common" @change="pick" @blur="$emit('left')">
        <option v-for="c in choices" :key="String(c.value)" :selected="c.value === text" :disabled="c.disabled">{{c.label}}</option></select>
      <input v-else v-bind="common" :class="{ led: icon }" :type="kind==='secret' ? (shown ? 'text' : 'password') : kind" :min="min" :max="max" v-model="text" @input="changed()" @blur="leave" @keydown.enter="enter">
      <button v-if="kind==='secret'" type="button" class="peek" :aria-label="shown ? $t('Hide what you typed') : $t('Show what you typed')" @click="shown=!shown"><svg class="icon" aria-hidden="true"><use :href="icons(shown ? 'eye-off' : 'eye')"/></svg></button>
      <svg v-if="kind==='choice'" class="icon arrow" aria-hidden="true"><use :href="icons('chevron-down')"/></svg>
    </div>
    <p v-if="error" :id="'e'+key" class="error"><svg class="icon" aria-hidden="true"><use :href="icons('circle-alert')"/></svg><span>{{error}}</span></p>
    <p v-if="hint" :id="'h'+key" class="hint">{{hint}}</p>
  </div>`,
};
