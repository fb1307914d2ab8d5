// A small picture of a long canvas. It measures the cards that are there and moves what one sees; nothing is sent anywhere.
const WIDE = 132, HIGH = 180;
export default {
  props: { least: Number },
  data() { return { cards: [], wide: 0, high: 0, seen: null }; },
  mounted() {
    const stage = this.$el.parentElement;
    this.around = stage.querySelector(".flow-scroll");
    const inside = stage.querySelector(".flow-zoom");
    if (!this.around) return;
    // Measuring makes the browser lay everything out: an edit is painted first.
    this.soon = () => { clearTimeout(this.later); this.later = setTimeout(() => this.survey(), 60); };
    this.moved = () => { this.frame ??= requestAnimationFrame(() => { this.frame = null; this.look(); }); };
    this.watchers = [new ResizeObserver(this.soon), new MutationObserver(this.soon)];
    this.watchers[0].observe(this.around); this.watchers[0].observe(inside);
    this.watchers[1].observe(inside, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
    this.around.addEventListener("scroll", this.moved, { passive: true });
    this.soon();
  },
  unmounted() { this.watchers?.forEach((one) => one.disconnect()); this.around?.removeEventListener("scroll", this.moved); cancelAnimationFrame(this.frame); clearTimeout(this.later); },
  methods: {
    survey() {
      const all = [...this.around.querySelectorAll(".flow-card")], box = this.around.getBoundingClientRect();
      if (all.length < this.least) { this.cards = []; return; }
      const { scrollLeft, scrollTop, scrollWidth, scrollHeight } = this.around, small = this.small;
      this.share = Math.min(WIDE / scrollWidth, HIGH / scrollHeight);
      this.wide = small(scrollWidth); this.high = small(scrollHeight);
      this.cards = all.map((card) => {
        const own = card.getBoundingClientRect(), state = card.querySelector(".flow-state")?.className.replace("flow-state ", "") ?? "";
        return { key: card.dataset.card, x: small(own.left - box.left + scrollLeft), y: small(own.top - box.top + scrollTop), w: Math.max(2, small(own.width)), h: Math.max(2, small(own.height)), state, chosen: card.classList.contains("chosen") };
      });
      this.look();
    },
    look() {
      if (!this.share) return;
      const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.around, small = this.small;
      this.seen = { x: small(scrollLeft), y: small(scrollTop), w: small(clientWidth), h: small(clientHeight) };
    },
    small(pixels) { return Math.round(pixels * this.share * 10) / 10; },
    go(event) {
      if (!event.buttons) return;
      const box = this.$refs.map.getBoundingClientRect();
      this.around.scrollTo({ left: (event.clientX - box.left) / this.share - this.around.clientWidth / 2, top: (event.clientY - box.top) / this.share - this.around.clientHeight / 2 });
    },
  },
  template: `<div class="minimap" v-show="cards.length" aria-hidden="true"><svg ref="map" :width="wide" :height="high" @pointerdown="go" @pointermove="go">
    <rect v-for="c in cards" :key="c.key" :x="c.x" :y="c.y" :width="c.w" :height="c.h" rx="1" :class="[c.state, { chosen: c.chosen }]"/><rect v-if="seen" class="seen" :x="seen.x" :y="seen.y" :width="seen.w" :height="seen.h" rx="3"/></svg></div>`,
};
