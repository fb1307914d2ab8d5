// A moment in the reader's time zone; the exact one is its tip.
export default {
  props: { at: String, how: { type: String, default: "ago" }, before: { type: String, default: "" }, words: { type: String, default: "{time}" } },
  mounted() { if (this.how === "ago") this.timer = setInterval(() => this.$forceUpdate(), 30000); },
  unmounted() { clearInterval(this.timer); },
  methods: { said() { return this.words.replace("{time}", () => window.consoleMoment(this.at, this.how)); }, exact() { return this.at ? window.consoleMoment(this.at, "exact") : null; } },
  template: `<time :datetime="at || null" :data-tip="exact()">{{before}}{{said()}}</time>`,
};
