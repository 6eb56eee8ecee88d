// The browser's half of grid.py: asks the API for one page of rows, shows them, keeps the address in step.
const spoken = (word) => {
  const said = String(word).replaceAll("_", " ");
  const words = said === said.toUpperCase() ? said.toLowerCase() : said;
  return words.charAt(0).toUpperCase() + words.slice(1);
};
const plain = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });
const FORMATS = {
  number: (value) => plain.format(value),
  money: (value) => dollars.format(value),
  share: (value) => plain.format(value),
  date: (value) => String(value).slice(0, 10),
  moment: (value) => String(value).slice(0, 16).replace("T", " "),
  chip: spoken,
};
const RIGHT = ["number", "money"];

export default {
  template: `<div class="grid">
    <div class="grid-tools">
      <span role="status">{{ summary }}</span>
      <details class="chooser" v-if="columns.length > 3" @keydown.esc="$event.currentTarget.open = false">
        <summary>Columns</summary>
        <div><label v-for="column in columns" :key="column.name">
          <input type="checkbox" :checked="visible.includes(column.name)" :disabled="column === columns[0]"
                 @change="choose(column.name, $event.target.checked)"> {{ column.label }}</label></div>
      </details>
    </div>
    <p v-if="error" class="problem" role="alert">{{ error }}
      <button type="button" class="button" @click="load">Try again</button></p>
    <div class="scroll" tabindex="0" role="region" :aria-label="caption" :aria-busy="loading">
      <table :data-grid="name">
        <caption class="unseen">{{ caption }}</caption>
        <thead><tr>
          <th v-if="picks" scope="col"><input type="checkbox" aria-label="Pick all rows of this page"
              :checked="rows.length > 0 && picked.length === rows.length" @change="pickAll($event.target.checked)"></th>
          <th v-for="column in shown" :key="column.name" scope="col" :class="{ number: isRight(column) }" :aria-sort="sorted(column)">
            <button v-if="column.sort" type="button" @click="order(column)">{{ column.label }}<span aria-hidden="true">{{ arrow(column) }}</span></button>
            <template v-else>{{ column.label }}</template></th>
        </tr></thead>
        <tbody>
          <tr v-for="row in rows" :key="row.id" :data-row="row.id" :class="{ opens }" @click="opens && open(row, $event)">
            <td v-if="picks" @click.stop><input type="checkbox" :aria-label="'Pick ' + text(row, shown[0])"
                :checked="picked.includes(row.id)" @change="pick(row.id, $event.target.checked)"></td>
            <td v-for="(column, index) in shown" :key="column.name" :data-column="column.name" :title="title(row, column)"
                :class="{ number: isRight(column), wraps: column.kind === 'wraps' }">
              <button v-if="opens && index === 0" type="button" class="opener" @click.stop="open(row)">{{ text(row, column) }}</button>
              <span v-else-if="column.kind === 'chip' && row[column.name] != null" :class="'chip ' + tone(row[column.name])">{{ text(row, column) }}</span>
              <a v-else-if="column.kind === 'link' && row[column.name + '_href']" :href="row[column.name + '_href']">{{ text(row, column) }}</a>
              <template v-else-if="column.kind === 'share' && row[column.name] != null"><span class="track" aria-hidden="true"><i :style="{ width: row[column.name] + '%' }"></i></span>{{ text(row, column) }}</template>
              <template v-else>{{ text(row, column) }}</template></td>
          </tr>
          <tr v-if="!rows.length"><td :colspan="shown.length + (picks ? 1 : 0)" class="wraps">{{ loading ? "Loading …" : nothing }}</td></tr>
        </tbody>
      </table>
    </div>
    <div class="grid-foot" v-if="total > size"><span>Rows {{ first }} to {{ last }}</span>
      <span class="pager"><button type="button" class="button" :disabled="page === 0" @click="turn(-1)">Previous</button>
      <span>Page {{ page + 1 }} of {{ pages }}</span>
      <button type="button" class="button" :disabled="page + 1 >= pages" @click="turn(1)">Next</button></span></div>
  </div>`,
  props: {
    name: String, source: String, columns: Array, caption: String, filters: Object, sort: String, size: Number,
    opens: Boolean, picks: Boolean, nothing: String, tones: Object,
  },
  emits: ["opened", "picked"],
  data() {
    const address = new URLSearchParams(location.search);
    return {
      rows: [], total: 0, loading: true, error: "", picked: [], asked: 0,
      by: address.get("sort") || this.sort,
      page: Math.max(0, (parseInt(address.get("page")) || 1) - 1),
      visible: this.remembered() ?? this.columns.filter((column) => column.shown).map((column) => column.name),
    };
  },
  computed: {
    shown() { return this.columns.filter((column) => this.visible.includes(column.name)); },
    pages() { return Math.max(1, Math.ceil(this.total / this.size)); },
    first() { return this.total ? this.page * this.size + 1 : 0; },
    last() { return Math.min(this.total, (this.page + 1) * this.size); },
    summary() {
      if (this.loading && !this.rows.length) return "Loading …";
      return this.total === 1 ? "1 row" : `${plain.format(this.total)} rows`;
    },
  },
  watch: {
    filters(now, before) {
      if (JSON.stringify(now) === JSON.stringify(before)) return;
      this.page = 0;
      this.load(Object.keys(before));
    },
  },
  mounted() { this.load(); },
  methods: {
    tone(word) { return this.tones[String(word).toLowerCase()] ?? "neutral"; },
    isRight(column) { return RIGHT.includes(column.kind); },
    text(row, column) {
      const value = row[column.name];
      if (value === null || value === undefined || value === "") return "–";
      return (FORMATS[column.kind] ?? String)(value);
    },
    title(row, column) { const value = this.text(row, column); return value.length > 28 ? value : undefined; },
    field(column) { return this.by.replace(/^-/, "") === column.name; },
    sorted(column) { return this.field(column) ? (this.by.startsWith("-") ? "descending" : "ascending") : undefined; },
    arrow(column) { return this.field(column) ? (this.by.startsWith("-") ? "↓" : "↑") : ""; },
    order(column) {
      this.by = this.field(column) && !this.by.startsWith("-") ? `-${column.name}` : column.name;
      this.page = 0;
      this.load();
    },
    turn(step) { this.page += step; this.load(); },
    open(row, event) {
      if (event && (event.target.closest("a, input, button") || String(getSelection()))) return;
      this.$emit("opened", row.id);
    },
    pick(id, on) {
      this.picked = on ? [...this.picked, id] : this.picked.filter((other) => other !== id);
      this.$emit("picked", this.picked);
    },
    pickAll(on) { this.picked = on ? this.rows.map((row) => row.id) : []; this.$emit("picked", this.picked); },
    choose(name, on) {
      const wanted = on ? [...this.visible, name] : this.visible.filter((other) => other !== name);
      this.visible = this.columns.map((column) => column.name).filter((column) => wanted.includes(column));
      try { localStorage.setItem(`columns of ${this.name}`, JSON.stringify(this.visible)); } catch { /* for this page only */ }
    },
    remembered() {
      try {
        const names = JSON.parse(localStorage.getItem(`columns of ${this.name}`));
        const known = (names ?? []).filter((name) => this.columns.some((column) => column.name === name));
        return known.length ? known : null;
      } catch { return null; }
    },
    reload() { this.load(); },
    async load(dropped = []) {
      const turn = ++this.asked;
      this.loading = true;
      // At once, not when the rows are there: a reload in between would ask for the old list.
      this.note(Array.isArray(dropped) ? dropped : []);
      const query = new URLSearchParams({ ...this.filters, sort: this.by, offset: this.page * this.size, limit: this.size });
      try {
        const answer = await fetch(`${this.source}${this.source.includes("?") ? "&" : "?"}${query}`, { headers: { Accept: "application/json" } });
        if (answer.status === 401) { location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`); return; }
        const body = await answer.json();
        if (turn !== this.asked) return;
        if (!answer.ok) throw new Error(typeof body.detail === "string" ? body.detail : `The list could not be read (${answer.status}).`);
        this.rows = body.rows;
        this.total = body.total;
        this.error = "";
        if (!this.rows.length && this.page > 0) { this.page = this.pages - 1; this.load(); return; }
      } catch (error) {
        if (turn !== this.asked) return;
        this.error = error instanceof TypeError ? "The console does not answer. Is it still running?" : error.message;
      }
      this.loading = false;
      if (this.picked.length) { this.picked = []; this.$emit("picked", []); }
    },
    note(dropped) {
      const address = new URL(location);
      for (const name of dropped) address.searchParams.delete(name);
      for (const [name, value] of Object.entries(this.filters)) address.searchParams.set(name, value);
      const set = (name, value, usual) => value === usual ? address.searchParams.delete(name) : address.searchParams.set(name, value);
      set("sort", this.by, this.sort);
      set("page", String(this.page + 1), "1");
      if (address.href !== location.href) history.replaceState(history.state, "", address);
    },
  },
};
