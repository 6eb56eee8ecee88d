// The browser's half of network.py: draws the graph, lets it be zoomed, walked with the keyboard and looked at dot by dot.
const LEAST = 0.3, MOST = 2;

export default {
  template: `<div class="net">
    <div class="net-tools" v-if="dots.length" role="group" aria-label="Size of the drawing">
      <button type="button" class="button quiet" aria-label="Smaller" @click="zoom(scale / 1.25)">−</button>
      <span role="status">{{ Math.round(scale * 100) }} %</span>
      <button type="button" class="button quiet" aria-label="Larger" @click="zoom(scale * 1.25)">+</button>
      <button type="button" class="button quiet" @click="zoom(fitting())">Fit</button>
    </div>
    <div class="net-scroll" ref="scroll" tabindex="-1">
      <svg role="group" :aria-label="label" :width="width * scale" :height="height * scale" :viewBox="'0 0 ' + width + ' ' + height"
           :class="{ dims: hot }" @mouseleave="pointed = ''" @keydown="key">
        <defs>
          <marker v-for="kind in ['plain', 'red']" :key="kind" :id="'tip-' + kind" :class="'tip ' + kind" viewBox="0 0 8 8" refX="7" refY="4"
                  markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 z"/></marker>
        </defs>
        <text v-for="heading in headings" :key="heading.words" class="net-heading" :x="heading.x" y="14">{{ heading.words }}</text>
        <g v-for="halo in halos" :key="halo.x + ',' + halo.y" class="net-halo">
          <circle :cx="halo.x" :cy="halo.y" :r="halo.radius + 13"/>
          <text :x="halo.x" :y="halo.y - halo.radius - 17">{{ halo.words }}</text>
        </g>
        <g v-for="line in lines" :key="line.source + line.target + line.kind" class="net-line"
           :class="[line.kind, { soft: line.soft, circle: line.circle, hot: hot && (line.source === hot || line.target === hot) }]">
          <title>{{ line.said }}</title>
          <path class="reach" :d="line.path"/>
          <path class="stroke" :d="line.path" :marker-end="line.circle ? 'url(#tip-red)' : 'url(#tip-plain)'"/>
        </g>
        <g v-for="dot in dots" :key="dot.id" :ref="'dot-' + dot.id" class="net-dot" role="button" :tabindex="dot.id === stop ? 0 : -1"
           :class="[dot.kind, { focus: dot.focus, circle: dot.circle, hot: hot && near.has(dot.id) }]" :aria-label="dot.said"
           :transform="'translate(' + dot.x + ' ' + dot.y + ')'" @click="$emit('opened', dot.id)"
           @mouseenter="pointed = dot.id" @focus="stop = dot.id; at = dot.id" @blur="at = ''">
          <title>{{ dot.said }}</title>
          <rect class="target" :x="dot.left ? -wide(dot) : -12" y="-12" :width="wide(dot) + 12" height="24" rx="5"/>
          <rect class="paper" :x="dot.left ? -wide(dot) + 4 : 11" y="-8" :width="wide(dot) - 15" height="16"/>
          <circle v-if="dot.focus" class="ring" r="11"/>
          <circle v-if="dot.kind === 'application'" r="7"/>
          <path v-else-if="dot.kind === 'database'" d="M-6 -5 C-6 -8 6 -8 6 -5 V5 C6 8 -6 8 -6 5 z M-6 -5 C-6 -2 6 -2 6 -5"/>
          <path v-else-if="dot.kind === 'network_device'" d="M0 -8 L8 0 L0 8 L-8 0 z"/>
          <rect v-else x="-6.5" y="-6.5" width="13" height="13" rx="2"/>
          <text :x="dot.left ? -13 : 13" y="4" :text-anchor="dot.left ? 'end' : 'start'">{{ short(dot.name) }}</text>
        </g>
      </svg>
    </div>
  </div>`,
  props: { label: String, width: Number, height: Number, dots: Array, lines: Array, headings: Array, halos: Array },
  emits: ["opened"],
  data() { return { scale: 1, pointed: "", at: "", stop: this.first() }; },
  computed: {
    hot() { return this.pointed || this.at; },
    near() {
      const found = new Set([this.hot]);
      for (const line of this.lines) {
        if (line.source === this.hot) found.add(line.target);
        if (line.target === this.hot) found.add(line.source);
      }
      return found;
    },
    places() { return new Map(this.dots.map((dot) => [dot.id, dot])); },
  },
  watch: { dots() { this.pointed = ""; this.at = ""; this.stop = this.first(); this.settle(); } },
  mounted() { this.settle(); },
  methods: {
    first() { return (this.dots.find((dot) => dot.focus) ?? this.dots[0])?.id ?? ""; },
    short(name) { return name.length > 20 ? `${name.slice(0, 19)}…` : name; },
    wide(dot) { return 18 + 6.3 * Math.min(20, dot.name.length); },
    fitting() { return Math.min(1.25, this.$refs.scroll.clientWidth / Math.max(1, this.width)); },
    zoom(scale) {
      const box = this.$refs.scroll, before = this.scale;
      const x = (box.scrollLeft + box.clientWidth / 2) / before, y = (box.scrollTop + box.clientHeight / 2) / before;
      this.scale = Math.min(MOST, Math.max(LEAST, scale));
      this.$nextTick(() => box.scrollTo(x * this.scale - box.clientWidth / 2, y * this.scale - box.clientHeight / 2));
    },
    settle() {
      this.$nextTick(() => {
        const box = this.$refs.scroll;
        if (!box) return;
        // Never so small that names cannot be read: what does not fit is scrolled to.
        this.scale = Math.min(1.1, Math.max(box.clientWidth < 600 ? 0.85 : 0.8, this.fitting()));
        const focus = this.dots.find((dot) => dot.focus);
        this.$nextTick(() => box.scrollTo(focus ? focus.x * this.scale - box.clientWidth / 2 : 0, focus ? focus.y * this.scale - box.clientHeight / 2 : 0));
      });
    },
    key(event) {
      const here = this.places.get(this.at);
      if (!here) return;
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.$emit("opened", here.id); return; }
      const next = this.beside(here, event.key);
      if (event.key.startsWith("Arrow")) event.preventDefault();
      if (next) this.go(next.id);
    },
    beside(here, key) {
      const along = (from, to) => this.lines.filter((line) => line[from] === here.id).map((line) => this.places.get(line[to])).filter(Boolean);
      const nearest = (found) => found.sort((one, other) => Math.abs(one.y - here.y) - Math.abs(other.y - here.y))[0];
      if (key === "ArrowRight") return nearest(along("source", "target"));
      if (key === "ArrowLeft") return nearest(along("target", "source"));
      const column = this.dots.filter((dot) => Math.abs(dot.x - here.x) < 30 && dot.id !== here.id);
      if (key === "ArrowDown") return nearest(column.filter((dot) => dot.y > here.y));
      if (key === "ArrowUp") return nearest(column.filter((dot) => dot.y < here.y));
      if (key === "Home") return this.places.get(this.first());
      return undefined;
    },
    go(id) {
      this.stop = id;
      this.$nextTick(() => {
        const [dot] = [].concat(this.$refs[`dot-${id}`] ?? []);
        dot?.focus({ preventScroll: true });
        dot?.scrollIntoView({ block: "nearest", inline: "nearest" });
      });
    },
  },
};
