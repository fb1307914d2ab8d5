// Details for those who want them, under a line that opens them.
export default {
  props: { title: String, opened: Boolean },
  emits: ["turn"],
  template: `<details class="fold" :open="opened || null" @toggle="$emit('turn', $event.target.open)"><summary>{{title}}</summary><div class="inside"><slot></slot></div></details>`,
};
