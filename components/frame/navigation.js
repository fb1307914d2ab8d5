// The left side: where one can go, which workspace one is in, and who one is. Leaving and switching are ordinary forms.
export default {
  props: { model: Object },
  data() { return { opened: "" }; },
  computed: { src() { return window.consoleIcon; } },
  mounted() {
    this.outside = (event) => { if (this.opened && !event.target.closest?.(".nav-pop, .nav-opener")) this.opened = ""; };
    addEventListener("pointerdown", this.outside);
  },
  unmounted() { removeEventListener("pointerdown", this.outside); },
  methods: {
    toggle(what) { this.opened = this.opened === what ? "" : what; if (this.opened) this.$nextTick(() => this.$el.querySelector(".nav-pop button, .nav-pop a")?.focus()); },
    key(event) {
      if (event.key === "Escape") { const was = this.opened; this.opened = ""; this.$refs[was]?.focus(); }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const all = [...event.currentTarget.querySelectorAll("button, a")];
      all[(all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length].focus();
      event.preventDefault();
    },
    theme() { window.consoleTheme.toggle(); this.opened = ""; },
  },
  template: `<nav class="nav" :aria-label="$t('Main')">
    <div class="nav-workspace">
      <button type="button" ref="workspace" class="nav-opener" :aria-expanded="String(opened==='workspace')" @click="toggle('workspace')">
        <span class="nav-mark" aria-hidden="true"><svg class="icon"><use :href="src('workflow')"/></svg></span>
        <span class="nav-name"><b class="cut">{{model.workspace.name}}</b><small><span class="hidden-text">{{$t("Workspace.")}} </span>{{model.workspace.about}}</small></span>
        <svg class="icon nav-hint" aria-hidden="true"><use :href="src('chevrons-up-down')"/></svg></button>
      <div v-if="opened==='workspace'" class="nav-pop below" @keydown="key">
        <p class="nav-head">{{$t("Workspaces")}}</p>
        <form v-for="w in model.workspaces" :key="w.id" method="post" :action="model.switch_to"><input type="hidden" name="workspace_id" :value="w.id"><input type="hidden" name="next" value="/">
          <button class="menu-item" :aria-current="w.id === model.workspace.id ? 'true' : null"><span class="grow cut">{{w.name}}</span><svg v-if="w.id === model.workspace.id" class="icon" aria-hidden="true"><use :href="src('check')"/></svg></button></form>
      </div>
    </div>
    <div class="nav-places">
      <template v-for="group in model.groups" :key="group.title">
        <p v-if="group.title" class="nav-head">{{group.title}}</p>
        <a v-for="place in group.places" :key="place.href" :href="place.href" :aria-current="place.key === model.here ? 'page' : null" :data-tip-narrow="place.title"><svg class="icon" aria-hidden="true"><use :href="src(place.icon)"/></svg><span>{{place.title}}</span></a>
      </template>
    </div>
    <div class="nav-account">
      <div v-if="opened==='account'" class="nav-pop above" @keydown="key">
        <p class="nav-head cut">{{model.viewer.email}} · {{model.viewer.role}}</p>
        <button type="button" class="menu-item" @click="theme"><svg class="icon" aria-hidden="true"><use :href="src('moon')"/></svg>{{$t("Switch light / dark")}}</button>
        <a v-for="place in model.account" :key="place.href" class="menu-item" :href="place.href"><svg class="icon" aria-hidden="true"><use :href="src(place.icon)"/></svg>{{place.title}}</a>
        <form method="post" :action="model.sign_out"><button class="menu-item"><svg class="icon" aria-hidden="true"><use :href="src('log-out')"/></svg>{{$t("Sign out")}}</button></form>
      </div>
      <button type="button" ref="account" class="nav-opener" :aria-expanded="String(opened==='account')" @click="toggle('account')">
        <span class="nav-face" aria-hidden="true">{{model.viewer.initials}}</span><span class="nav-name"><b class="cut">{{model.viewer.name}}</b><small>{{model.viewer.role}}<span class="hidden-text">, {{$t("your account")}}</span></small></span>
        <svg class="icon nav-hint" aria-hidden="true"><use :href="src('ellipsis')"/></svg></button>
    </div>
  </nav>`,
};
