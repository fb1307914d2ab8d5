// What happened, line by line; a line that leads somewhere is a button.
const ICONS = { ok: "circle-check", bad: "circle-alert", warn: "triangle-alert", brand: "play" };
export default {
  props: { label: String, how: String, lines: Array, earlier: Number },
  emits: ["line-pick"],
  methods: { icon: (line) => window.consoleIcon(ICONS[line.tone] ?? "circle-dashed"), moment(line) { return window.consoleMoment(line.at, this.how); }, exactly: (line) => window.consoleMoment(line.at, "exact") },
  template: `<ol class="story" :aria-label="label"><li v-if="earlier" class="story-line quiet">{{$nt("{n} earlier line is not shown.", "{n} earlier lines are not shown.", earlier)}}</li>
    <li v-for="(line, i) in lines" :key="i" class="story-line"><svg class="icon" :class="'tone-' + line.tone" aria-hidden="true"><use :href="icon(line)"/></svg>
      <span class="story-words"><button v-if="line.key" type="button" class="story-open" @click="$emit('line-pick', line.key)">{{line.sentence}}</button><span v-else>{{line.sentence}}</span><small v-if="line.more" class="quiet">{{line.more}}</small></span>
      <time class="quiet numbers" :datetime="line.at" :data-tip="exactly(line)">{{moment(line)}}</time></li></ol>`,
};
