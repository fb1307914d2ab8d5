// The steps of a connector as cards on a line. It draws what it is given and tells what people want; it changes nothing itself.
import Sortable from "console-sortable";

const Plus = {
  props: ["ctx", "list", "index", "after"],
  template: `<div class="flow-line"><button v-if="!ctx.readonly" type="button" class="flow-plus" :aria-label="after ? $t('Add a step after {step}', { step: after }) : $t('Add a first step')" :data-testid="'add-' + list + '-' + index" :data-tip="$t('Add a step here')" @click.stop="ctx.emit('step-add', { list, index })"></button></div>`,
};
// A card of its own is drawn anew only where it is another one: an edit touches few of many. What each card has, and few
// people look at, is drawn by the style sheet: hundreds of pictures would be laid out and painted at every edit.
const Card = {
  props: ["s", "ctx"],
  computed: { chosen() { return this.ctx.now.selected === this.s.id; } },
  template: `<div class="flow-place">
      <span v-if="!ctx.readonly" class="flow-grip" aria-hidden="true"></span>
      <button type="button" class="flow-card" :class="{ chosen, off: s.off, stale: s.stale }" :data-card="s.id" :data-testid="'step-' + s.id" :aria-pressed="String(chosen)" @click.stop="ctx.choose(s.id)" @keydown="ctx.key($event, s)">
        <span v-if="s.mark" class="mark large" :style="{ background: s.mark.color, color: s.mark.ink }" aria-hidden="true">{{s.mark.letters}}</span><span v-else class="flow-mark" :style="{ '--c': s.color }"><svg class="icon" aria-hidden="true"><use :href="ctx.icon(s.icon)"/></svg></span>
        <span class="flow-words"><span class="flow-title cut"><span class="flow-number">{{s.number}}</span>{{s.title}}</span><span class="flow-sentence">{{s.sentence}}</span></span>
        <span v-if="s.state" class="flow-state" :class="s.state" :data-tip="ctx.states[s.state][1]"><svg class="icon" :class="{ spin: s.state === 'running' }" aria-hidden="true"><use :href="ctx.icon(ctx.states[s.state][0])"/></svg><span class="hidden-text">{{s.said || ctx.states[s.state][1]}}</span></span></button>
      <p v-if="s.note" class="flow-note"><svg class="icon" aria-hidden="true"><use :href="ctx.icon('file-text')"/></svg><span><span class="hidden-text">{{$t("Note:")}} </span>{{s.note}}</span></p>
      <span v-if="!ctx.readonly" class="flow-acts"><button type="button" class="flow-act" :class="s.off ? 'act-take-in' : 'act-leave-out'" :aria-label="s.off ? $t('Take in {step}', { step: s.title }) : $t('Leave out {step}', { step: s.title })" :data-tip="s.off ? $t('Take it in again (Ctrl+E)') : $t('Leave it out (Ctrl+E)')" :data-testid="'skip-' + s.id" @click.stop="ctx.emit('step-skip', s.id)"></button>
        <button type="button" class="flow-act act-copy" :aria-label="$t('Copy {step}', { step: s.title })" :data-tip="$t('Copy (Ctrl+C)')" :data-testid="'copy-' + s.id" @click.stop="ctx.emit('step-copy', s.id)"></button>
        <button type="button" class="flow-act act-duplicate" :aria-label="$t('Duplicate {step}', { step: s.title })" :data-tip="$t('Duplicate (Ctrl+D)')" :data-testid="'duplicate-' + s.id" @click.stop="ctx.emit('step-duplicate', s.id)"></button>
        <button type="button" class="flow-act act-remove" :aria-label="$t('Delete {step}', { step: s.title })" :data-tip="$t('Delete (Del)')" :data-testid="'delete-' + s.id" @click.stop="ctx.emit('step-remove', s.id)"></button></span></div>`,
};
const FlowList = {
  name: "FlowList",
  components: { Plus, Card },
  props: ["steps", "list", "ctx", "name"],
  mounted() {
    if (this.ctx.readonly) return;
    this.sortable = Sortable.create(this.$refs.list, {
      group: "flow", animation: 150, handle: ".flow-grip", draggable: ".flow-item", ghostClass: "flow-ghost", emptyInsertThreshold: 28, swapThreshold: 0.6, fallbackOnBody: true,
      onEnd: ({ item, from, to, oldDraggableIndex, newDraggableIndex }) => {
        // The DOM belongs to Vue: put the card back where it was and let the new list of steps move it.
        const others = [...from.children].filter((child) => child !== item);
        from.insertBefore(item, others[oldDraggableIndex] ?? null);
        if (to !== from || newDraggableIndex !== oldDraggableIndex) this.ctx.emit("step-move", { id: item.dataset.step, list: to.dataset.list, index: newDraggableIndex });
      },
    });
  },
  unmounted() { this.sortable?.destroy(); },
  template: `<ul class="flow-list" ref="list" :data-list="list" role="list" :aria-label="name"><li v-for="(s, i) in steps" :key="s.id" class="flow-item" :data-step="s.id">
    <card :s="s" :ctx="ctx"></card>
    <div v-if="s.lists && s.lists.length" class="flow-branches" :class="s.kind"><div v-for="b in s.lists" :key="b.id" class="flow-branch"><span class="flow-label">{{b.title}}</span><plus :ctx="ctx" :list="b.id" :index="0" :after="b.title"></plus><flow-list :steps="b.steps" :list="b.id" :ctx="ctx" :name="b.title"></flow-list><div class="flow-fill"></div></div></div>
    <plus :ctx="ctx" :list="list" :index="i + 1" :after="s.title"></plus></li></ul>`,
};
// The same cards stay the same objects, so that what has not changed is not drawn again.
const shared = (before, after) => {
  const known = new Map((before ?? []).map((one) => [one.id, one]));
  return after.map((one) => {
    const old = known.get(one.id);
    if (!old) return one;
    for (const [at, list] of (one.lists ?? []).entries()) if (old.lists?.[at]) list.steps = shared(old.lists[at].steps, list.steps);
    return JSON.stringify(old) === JSON.stringify(one) ? old : one;
  });
};
export default {
  components: { FlowList, Plus },
  props: { flow: String }, // as text: what Vue does not see the inside of, it does not watch
  emits: ["step-select", "step-add", "step-move", "step-remove", "step-duplicate", "step-shift", "step-skip", "step-copy", "step-paste"], // undeclared, they would also be native listeners: SortableJS fires native events
  data() { return { zoom: 1, now: { selected: "" } }; },
  computed: {
    drawn() {
      const drawn = JSON.parse(this.flow);
      this.steps = drawn.steps = shared(this.steps, drawn.steps);
      return drawn;
    },
    readonly() { return this.drawn.readonly; },
    ctx() {
      return {
        now: this.now, readonly: this.readonly, icon: window.consoleIcon, key: this.key, choose: this.choose, emit: (name, args) => this.$emit(name, args),
        states: { good: ["circle-check", this.$t("Worked in the last test")], bad: ["circle-alert", this.$t("Failed in the last test")], running: ["loader-circle", this.$t("Being tested")], todo: ["triangle-alert", this.$t("Needs settings")], fresh: ["circle-dashed", this.$t("Not tested yet")], none: ["search", this.$t("No match in the last test")], stale: ["rotate-ccw", this.$t("Changed since the last test")] },
      };
    },
  },
  watch: {
    drawn: {
      immediate: true,
      handler({ selected, focus }) {
        this.now.selected = selected;
        // Moving a DOM node takes the focus away; give it back to the same card, or to the one that was asked for.
        const held = this.$el?.contains(document.activeElement) ? document.activeElement.closest("[data-card]")?.dataset.card : null;
        const wanted = focus && focus !== this.given ? focus.split(" ")[0] : held;
        this.given = focus;
        if (!wanted) return;
        const give = () => this.card(wanted)?.focus();
        this.$nextTick(give);
        // A dialog gives the focus back to where it was opened, once it has gone; what was made in it comes after that,
        // unless somebody went on to a card or a field by then.
        const left = () => document.activeElement?.matches("body, .flow-plus");
        if (wanted !== held && document.querySelector(".q-dialog")) setTimeout(() => left() && give(), 250);
      },
    },
  },
  mounted() {
    // Only while nothing is being typed or asked: a text that is pasted belongs to its field.
    this.onPaste = (event) => {
      if (this.readonly || event.target.closest?.("input, textarea, select, [contenteditable=true], dialog, .q-dialog")) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!text.trim() || text.length > 400000) return;
      event.preventDefault();
      this.$emit("step-paste", { text, after: document.activeElement?.closest?.("[data-card]")?.dataset.card ?? this.now.selected });
    };
    document.addEventListener("paste", this.onPaste);
    // Enter goes on from a chosen card to its settings; Escape comes back.
    this.onBack = (event) => { if (event.key === "Escape" && event.target.closest?.(".side-panel")) this.card(this.now.selected)?.focus(); };
    document.addEventListener("keydown", this.onBack);
  },
  unmounted() { document.removeEventListener("paste", this.onPaste); document.removeEventListener("keydown", this.onBack); },
  methods: {
    async toClipboard(text) {
      try { await navigator.clipboard.writeText(text); } catch {
        // Without https there is no clipboard to write to; copying a selection still works.
        const held = document.activeElement, field = Object.assign(document.createElement("textarea"), { value: text });
        document.body.append(field); field.select(); document.execCommand("copy"); field.remove(); held?.focus();
      }
    },
    card(id) { return this.$el.querySelector(`[data-card="${CSS.escape(id)}"]`); },
    show(id) { this.card(id)?.scrollIntoView({ block: "nearest" }); },
    choose(id) { this.now.selected = id; this.$emit("step-select", id); },
    select(id) { this.now.selected = id; },
    key(event, step) {
      const cards = [...this.$el.querySelectorAll(".flow-card")], at = cards.indexOf(event.currentTarget), mod = event.ctrlKey || event.metaKey;
      const way = event.altKey && { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" }[event.key], may = !this.readonly, letter = mod && !event.shiftKey && event.key.toLowerCase();
      if (way) { if (may) this.$emit("step-shift", { id: step.id, way }); }
      else if (event.key === "ArrowDown") cards[at + 1]?.focus();
      else if (event.key === "ArrowUp") cards[at - 1]?.focus();
      else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.beside(event.currentTarget, cards, event.key === "ArrowRight" ? 1 : -1)?.focus();
      else if ((event.key === "Delete" || event.key === "Backspace") && !this.readonly) { (cards[at + 1] ?? cards[at - 1])?.focus(); this.$emit("step-remove", step.id); }
      else if (event.key === "Enter" && !mod && this.now.selected === step.id) this.settings()?.focus();
      else if (letter === "d" && may) this.$emit("step-duplicate", step.id);
      else if (letter === "e" && may) this.$emit("step-skip", step.id);
      else if (letter === "c" && !String(getSelection())) this.$emit("step-copy", step.id);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    // What has to be done first there, else the first field.
    settings() { return document.querySelector(".side-body .button.primary") ?? document.querySelector(".side-body :is(input, select, textarea, [contenteditable=true])"); },
    // The nearest card of the way at that side.
    beside(card, cards, side) {
      const from = card.getBoundingClientRect();
      const away = (other) => { const box = other.getBoundingClientRect(); return { across: side * (box.left - from.left), down: Math.abs(box.top - from.top), other }; };
      return cards.map(away).filter((one) => one.across > from.width / 2).sort((a, b) => a.across + 2 * a.down - b.across - 2 * b.down)[0]?.other;
    },
    scale(by) { this.zoom = Math.min(1.4, Math.max(0.4, Math.round((this.zoom + by) * 10) / 10)); },
    fit() {
      const around = this.$el.querySelector(".flow-scroll"), inside = this.$el.querySelector(".flow-column").getBoundingClientRect();
      const share = Math.min((around.clientWidth - 112) / (inside.width / this.zoom), (around.clientHeight - 116) / (inside.height / this.zoom));
      this.zoom = Math.min(1, Math.max(0.4, Math.floor(share * 10) / 10));
    },
    wheel(event) { if (event.ctrlKey) { event.preventDefault(); this.scale(event.deltaY < 0 ? 0.1 : -0.1); } },
  },
  template: `<section class="flow" :aria-label="$t('Steps')" @wheel="wheel"><div class="flow-scroll" @click.self="choose('')"><div class="flow-zoom" :style="{ zoom }"><div class="flow-column">
      <div v-if="drawn.start" class="flow-start">{{drawn.start}}</div><plus :ctx="ctx" list="root" :index="0"></plus><flow-list :steps="drawn.steps" list="root" :ctx="ctx" :name="$t('Steps')"></flow-list><div class="flow-end">{{drawn.end || $t('Finished')}}</div></div></div></div>
    <div class="flow-tools" role="toolbar" :aria-label="$t('Zoom')"><button type="button" :aria-label="$t('Zoom out')" @click="scale(-.1)"><svg class="icon" aria-hidden="true"><use :href="ctx.icon('zoom-out')"/></svg></button><button type="button" class="flow-percent" :data-tip="$t('Back to 100%')" @click="zoom=1">{{Math.round(zoom * 100)}}%</button><button type="button" :aria-label="$t('Zoom in')" @click="scale(.1)"><svg class="icon" aria-hidden="true"><use :href="ctx.icon('zoom-in')"/></svg></button><button type="button" :aria-label="$t('Show all steps')" :data-tip="$t('Show all steps')" data-testid="fit" @click="fit"><svg class="icon" aria-hidden="true"><use :href="ctx.icon('maximize')"/></svg></button></div></section>`,
};
FlowList.components.FlowList = FlowList;
