// Short notices at the top: read out politely, gone after a while, kept while one is about to press their buttons.
export default {
  emits: ["action"],
  data() { return { all: [], next: 1 }; },
  mounted() {
    this.back = () => this.say({ words: this.$t("What you typed while the console was away is back."), tone: "ok", hint: "", action: "" });
    addEventListener("console-back", this.back);
  },
  unmounted() { removeEventListener("console-back", this.back); },
  methods: {
    say(notice) {
      const one = { ...notice, id: this.next++ };
      // The same said again is one notice, and its time begins anew.
      const others = this.all.filter((other) => !(other.words === one.words && other.hint === one.hint && this.hold(other)));
      this.all = [...others.slice(-2), one];
      this.start(one);
    },
    start(one) { clearTimeout(one.timer); one.timer = setTimeout(() => this.drop(one.id), one.stay ?? (one.action ? 9000 : 5000)); },
    hold(one) { clearTimeout(one.timer); return true; },
    drop(id) { this.all = this.all.filter((one) => one.id !== id); },
    act(one) { this.drop(one.id); this.$emit("action", one.key); },
    src(name) { return window.consoleIcon(name); },
  },
  template: `<div class="notices" role="status" aria-live="polite"><div v-for="one in all" :key="one.id" class="notice" :class="one.tone" @pointerover="hold(one)" @pointerout="start(one)" @focusin="hold(one)" @focusout="start(one)">
    <svg class="icon" aria-hidden="true"><use :href="src({ ok: 'circle-check', bad: 'circle-alert', warn: 'triangle-alert' }[one.tone] || 'info')"/></svg>
    <span class="grow"><span>{{one.words}}</span><small v-if="one.hint">{{one.hint}}</small></span><button v-if="one.action" type="button" @click="act(one)">{{one.action}}</button>
    <button type="button" class="notice-x" :aria-label="$t('Dismiss')" @click="drop(one.id)"><svg class="icon" aria-hidden="true"><use :href="src('x')"/></svg></button></div></div>`,
};
