// A bar of shares and its legend. Numbers stand beside the colours, which never speak alone.
export default {
  props: { label: String, parts: Array, total: Number, legend: Boolean },
  computed: {
    done() { return this.parts.reduce((sum, one) => sum + one.count, 0); },
  },
  methods: {
    said(count) { return count.toLocaleString(document.documentElement.lang || "en"); },
    width(one) { return { width: `${this.total ? (100 * one.count) / this.total : 0}%` }; },
  },
  template: `<div class="meter">
    <div class="bar" role="progressbar" :aria-label="label" aria-valuemin="0" :aria-valuemax="total || 1" :aria-valuenow="total ? done : 1">
      <span v-for="one in parts" :key="one.name" class="part" :class="'fill-' + one.tone" :style="width(one)"></span></div>
    <ul v-if="legend" class="legend"><li v-for="one in parts" :key="one.name"><span class="dot" :class="'fill-' + one.tone" aria-hidden="true"></span><span class="strong">{{said(one.count)}}</span> {{one.name}}</li></ul>
  </div>`,
};
