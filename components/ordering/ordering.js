// A list to put in order: drag a row by its handle, or press the arrow keys on it.
export default {
  props: { label: String, items: Array, why: String },
  emits: ["order"],
  data() { return { rows: this.items, held: null, said: "" }; },
  watch: { items(now) { this.rows = now; } },
  methods: {
    icon: (name) => window.consoleIcon(name),
    place(id) { return this.rows.findIndex((one) => one.id === id); },
    move(id, to) {
      const from = this.place(id);
      if (this.why || from < 0 || to < 0 || to >= this.rows.length || from === to) return false;
      const rows = [...this.rows];
      rows.splice(to, 0, ...rows.splice(from, 1));
      this.rows = rows;
      return true;
    },
    tell() { this.$emit("order", this.rows.map((one) => one.id)); },
    step(one, by) {
      const to = this.place(one.id) + by;
      if (!this.move(one.id, to)) return;
      this.said = this.$t("{name}: place {n} of {all}").replace("{name}", one.title).replace("{n}", to + 1).replace("{all}", this.rows.length);
      this.$nextTick(() => this.$el.querySelector(`[data-handle="${one.id}"]`)?.focus());
      this.tell();
    },
    take(one) {
      if (this.why) return;
      this.rows = this.rows.filter((other) => other.id !== one.id);
      this.tell();
    },
    grab(one, event) {
      if (this.why || event.button > 0) return;
      event.preventDefault();
      event.currentTarget.focus();
      this.held = one.id;
      this.before = this.rows.map((other) => other.id).join();
      const drag = (moved) => {
        const over = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("[data-row]");
        if (over && this.$el.contains(over) && over.dataset.row !== this.held) this.move(this.held, this.place(over.dataset.row));
      };
      const drop = () => {
        removeEventListener("pointermove", drag); removeEventListener("pointerup", drop); removeEventListener("pointercancel", drop);
        this.held = null;
        if (this.rows.map((other) => other.id).join() !== this.before) this.tell();
      };
      addEventListener("pointermove", drag); addEventListener("pointerup", drop); addEventListener("pointercancel", drop);
    },
  },
  template: `<div><ol class="ordering" :aria-label="label">
    <li v-for="(one, number) in rows" :key="one.id" class="ordering-row" :class="{ held: held === one.id }" :data-row="one.id">
      <button type="button" class="ordering-handle" :data-handle="one.id" :disabled="!!why" :aria-label="$t('Move {name} with the arrow keys').replace('{name}', one.title)"
        @pointerdown="grab(one, $event)" @keydown.up.prevent="step(one, -1)" @keydown.down.prevent="step(one, 1)"><svg class="icon" aria-hidden="true"><use :href="icon('grip-vertical')"/></svg></button>
      <span class="ordering-place" aria-hidden="true">{{number + 1}}</span>
      <svg class="icon gallery-icon" aria-hidden="true"><use :href="icon(one.icon)"/></svg>
      <span class="grow"><a v-if="one.href" :href="one.href" class="strong cut">{{one.title}}</a><b v-else class="cut">{{one.title}}</b><small class="quiet cut">{{one.about}}</small></span>
      <button type="button" class="button ghost" :disabled="!!why" :aria-label="$t('Take {name} away').replace('{name}', one.title)" @click="take(one)"><svg class="icon" aria-hidden="true"><use :href="icon('x')"/></svg></button>
    </li></ol><p class="hidden-text" role="status">{{said}}</p></div>`,
};
