// Areas side by side or one above the other, with borders one can drag or move with the arrow keys; sizes are remembered.
export default {
  props: { name: String, across: { type: Boolean, default: true }, size: Number, least: { type: Number, default: 240 }, keep: { type: Number, default: 320 }, label: String, folded: Boolean },
  data() { return { now: Number(localStorage.getItem(`console-pane-${this.name}`)) || this.size, room: 2000 }; },
  computed: {
    most() { return Math.max(this.least, this.room - this.keep); },
    shown() { return Math.round(Math.max(this.least, Math.min(this.now, this.most))); },
    grid() { const second = this.folded ? "" : ` ${this.shown}px`; return this.across ? { gridTemplateColumns: `minmax(0,1fr)${second}` } : { gridTemplateRows: `minmax(0,1fr)${second}` }; },
  },
  mounted() { this.watcher = new ResizeObserver(() => { this.room = this.across ? this.$el.clientWidth : this.$el.clientHeight; }); this.watcher.observe(this.$el); },
  unmounted() { this.watcher.disconnect(); },
  methods: {
    set(size) { this.now = Math.max(this.least, Math.min(size, this.most)); localStorage.setItem(`console-pane-${this.name}`, this.now); },
    down(event) {
      event.preventDefault();
      const bar = event.currentTarget, box = this.$el.getBoundingClientRect();
      bar.setPointerCapture(event.pointerId);
      bar.onpointermove = (e) => this.set(this.across ? box.right - e.clientX : box.bottom - e.clientY);
      bar.onpointerup = bar.onpointercancel = () => { bar.onpointermove = bar.onpointerup = null; };
    },
    key(event) {
      const grow = this.across ? { ArrowLeft: 24, ArrowRight: -24 } : { ArrowUp: 24, ArrowDown: -24 };
      if (event.key in grow) this.set(this.shown + grow[event.key]);
      else if (event.key === "Home") this.set(this.most);
      else if (event.key === "End") this.set(this.least);
      else return;
      event.preventDefault();
    },
  },
  template: `<div class="panes" :class="across ? 'across' : 'down'" :style="grid"><div class="pane"><slot></slot></div>
    <div class="pane second" v-show="!folded"><div class="pane-bar" role="separator" tabindex="0" :aria-orientation="across ? 'vertical' : 'horizontal'" :aria-label="label" :aria-valuenow="shown" :aria-valuemin="least" :aria-valuemax="Math.round(most)" @pointerdown="down" @keydown="key" @dblclick="set(size)"></div><slot name="second"></slot></div></div>`,
};
