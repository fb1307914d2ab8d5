// A moment in the reader's time zone; the exact one is its tip.
export default {
  props: { at: String, how: { type: String, default: "ago" }, before: { type: String, default: "" } },
  mounted() { if (this.how === "ago") this.timer = setInterval(() => this.$forceUpdate(), 30000); },
  unmounted() { clearInterval(this.timer); },
  methods: { words() { return window.consoleMoment(this.at, this.how); }, exact() { return window.consoleMoment(this.at, "exact"); } },
  template: `<time :datetime="at" :data-tip="exact()">{{before}}{{words()}}</time>`,
};
