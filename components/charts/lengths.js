// Names with a bar each: as long as its share of the longest.
export default {
  props: { label: String, spans: Array },
  computed: { most() { return Math.max(...this.spans.map((one) => one.value), 1e-9); } },
  template: `<ul class="lengths" :aria-label="label"><li v-for="s in spans" :key="s.name + s.more"><span class="lengths-name"><a v-if="s.href" :href="s.href" class="cut">{{s.name}}</a><b v-else class="cut">{{s.name}}</b><small class="quiet cut">{{s.more}}</small></span>
    <span class="lengths-line" aria-hidden="true"><i :style="{ width: 'max(2px, ' + 100 * s.value / most + '%)' }"></i></span><span class="numbers lengths-words">{{s.words}}</span></li></ul>`,
};
