// The list in an answer as rows and columns; where values can be used, each cell is a button.
export default {
  props: { table: Object },
  emits: ["cell-pick"],
  template: `<div class="answer-table" tabindex="0" role="region" :aria-label="$t('The answer as a table')"><table><caption v-if="table.title || table.cut" class="quiet small"><b v-if="table.title">{{table.title}}</b> {{table.cut}}</caption><thead><tr><th scope="col" class="is-number">#</th><th v-for="c in table.columns" :key="c" scope="col">{{c}}</th></tr></thead>
    <tbody><tr v-for="(row, r) in table.rows" :key="r"><th scope="row" class="is-number quiet">{{r + 1}}</th><td v-for="(cell, c) in row" :key="c"><button v-if="table.usable && cell" type="button" class="cell-use" :data-tip="$t('Use this value')" @click="$emit('cell-pick', { row: r, column: c })">{{cell}}</button><template v-else>{{cell}}</template></td></tr></tbody></table></div>`,
};
