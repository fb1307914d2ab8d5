// Many cards as one light component: real links in a list, so that 200 of them cost the server next to nothing.
export default {
  props: { label: String, cards: Array },
  methods: { icon: (name) => window.consoleIcon(name) },
  template: `<ul class="gallery" :aria-label="label"><li v-for="c in cards" :key="c.id"><a class="gallery-card" :href="c.href" :data-testid="'template-' + c.id">
      <span class="gallery-head"><svg class="icon gallery-icon" aria-hidden="true"><use :href="icon(c.icon)"/></svg><span class="grow"><b class="cut">{{c.name}}</b><small class="quiet cut">{{c.services}}</small></span></span>
      <span class="gallery-words">{{c.description}}</span>
      <span v-if="c.measured.length" class="gallery-rates"><span v-for="[value, words] in c.measured" :key="words"><b class="numbers">{{value}}</b> {{words}}</span></span>
      <span class="gallery-foot"><span v-if="c.official" class="badge ok"><svg class="icon" aria-hidden="true"><use :href="icon('badge-check')"/></svg>{{$t("Official")}}</span><span v-if="c.own" class="badge"><svg class="icon" aria-hidden="true"><use :href="icon('lock')"/></svg>{{$t("Only this workspace")}}</span><span v-if="c.mark" class="badge" :class="c.tone">{{c.mark}}</span><span class="badge">{{c.category}}</span><span class="grow"></span>
        <small v-if="c.rating" class="quiet">★ {{c.rating}}</small><small v-if="c.installs" class="quiet">{{$nt("{n} install", "{n} installs", c.installs)}}</small></span></a></li></ul>`,
};
