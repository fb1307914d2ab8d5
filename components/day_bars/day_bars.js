// A bar a day. Read out as one picture: every number stands in the table below it.
export default {
  props: { label: String, bars: Array },
  computed: {
    most() { return Math.max(1, ...this.bars.map((bar) => this.sum(bar))); },
  },
  methods: {
    sum(bar) { return bar.parts.reduce((sum, part) => sum + part[1], 0); },
    height(count) { return { height: `${(100 * count) / this.most}%` }; },
  },
  template: `<figure class="day-bars"><div class="day-row" role="img" :aria-label="label">
    <div v-for="bar in bars" :key="bar.name" class="one-day" :data-tip="bar.tip"><span v-for="part in [...bar.parts].reverse()" :key="part[0]" class="piece" :class="part[0]" :style="height(part[1])"></span></div></div>
    <figcaption v-if="bars.length" class="quiet small" aria-hidden="true"><span>{{bars[0].name}}</span><span>{{bars[bars.length - 1].name}}</span></figcaption></figure>`,
};
