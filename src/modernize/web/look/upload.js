// The browser's half of upload.py: sends a file with its progress, and shows every reason when it is refused.
const size = (bytes) => {
  const units = ["bytes", "KiB", "MiB"];
  let at = 0;
  while (bytes >= 1024 && at < 2) { bytes /= 1024; at += 1; }
  return `${Number(bytes.toPrecision(3))} ${units[at]}`;
};

export default {
  template: `<form class="upload" novalidate @submit.prevent="send">
    <div class="drop" :class="{ over }" @dragover.prevent="over = true" @dragleave="over = false" @drop.prevent="dropped">
      <label class="field"><span>File</span>
        <input ref="file" type="file" accept=".csv,.json,.xlsx" :disabled="busy" @change="choose($event.target.files)"></label>
      <p class="note">CSV, JSON or Excel (.xlsx), up to {{ readable(most) }} and {{ rows.toLocaleString("en-US") }} rows, with a column for
        the name or host name. Drop it here or choose it.</p>
    </div>
    <div class="pair">
      <label class="field"><span>Name of the import</span><input type="text" maxlength="120" v-model="title" :placeholder="stem || 'The file’s name'" :disabled="busy"></label>
      <label class="field"><span>Source system</span><input type="text" maxlength="120" v-model="source" placeholder="ServiceNow, a spreadsheet …" :disabled="busy"></label>
      <label class="field"><span>Discovery flow</span><select v-model="flow" :disabled="busy"><option value="">A new flow</option>
        <option v-for="each in flows" :key="each.id" :value="each.id">{{ each.name }}</option></select></label>
      <label v-if="isBook" class="field"><span>Sheet</span><input type="text" maxlength="120" v-model="sheet" placeholder="The first with a header" :disabled="busy"></label>
    </div>
    <p class="note">Every row is read and judged; good and refused ones are kept as raw records. Mappings of the columns are then
      proposed and wait for a decision; then the accepted rows can be added to the inventory.</p>
    <div v-if="busy" class="sending" role="status">
      <div class="progress" role="progressbar" aria-label="Upload" :aria-valuenow="sent" aria-valuemin="0" aria-valuemax="100"><span :style="{ width: sent + '%' }"></span></div>
      <span>{{ sent < 100 ? "Sending, " + sent + "%" : "Looking through the whole file …" }}</span></div>
    <div v-if="headline" ref="refusal" class="refusal" role="alert" tabindex="-1"><p>{{ headline }}</p>
      <ul v-if="problems.length"><li v-for="problem in problems" :key="problem">{{ problem }}</li></ul></div>
    <div class="actions"><button type="submit" class="button primary" :disabled="busy">Upload and import</button>
      <button v-if="busy" type="button" class="button" @click="stop">Stop</button></div>
  </form>`,
  props: { token: String, flows: Array, most: Number, rows: Number },
  emits: ["begun"],
  data() {
    return { file: null, title: "", source: "", flow: "", sheet: "", over: false, busy: false, sent: 0, headline: "", problems: [], request: null };
  },
  computed: {
    stem() { return this.file ? this.file.name.replace(/\.[^.]*$/, "") : ""; },
    isBook() { return this.file?.name.toLowerCase().endsWith(".xlsx"); },
  },
  unmounted() { this.request?.abort(); },
  methods: {
    readable: size,
    dropped(event) {
      this.over = false;
      if (!this.busy) this.choose(event.dataTransfer.files);
    },
    choose(files) {
      [this.headline, this.problems] = ["", []];
      if (files.length > 1) return this.refuse("Several files were given, expected one; upload them one by one.");
      this.file = files[0] ?? null;
    },
    refuse(headline, problems = []) {
      [this.headline, this.problems, this.busy] = [headline, problems, false];
      this.$nextTick(() => this.$refs.refusal?.focus());
    },
    send() {
      if (!this.file) return this.refuse("No file was chosen; choose one first.");
      if (this.file.size > this.most)
        return this.refuse(`${this.file.name}: expected at most ${size(this.most)}, found ${size(this.file.size)}; split it into several files and upload them one by one.`);
      [this.headline, this.problems, this.busy, this.sent] = ["", [], true, 0];
      const form = new FormData();
      const fields = { title: this.title, source_system: this.source, flow_id: this.flow, sheet: this.isBook ? this.sheet : "" };
      Object.entries(fields).forEach(([name, value]) => value && form.append(name, value));
      form.append("file", this.file);
      const request = (this.request = new XMLHttpRequest());
      request.upload.onprogress = (event) => { if (event.lengthComputable) this.sent = Math.floor((100 * event.loaded) / event.total); };
      request.onload = () => this.answered(request);
      request.onerror = () => this.refuse("The file could not be sent, the connection broke off; try again. A file that is still open elsewhere may have changed: choose it again.");
      request.onabort = () => { this.busy = false; };
      request.open("POST", "/api/imports");
      request.setRequestHeader("X-CSRF-Token", this.token);
      request.setRequestHeader("Accept", "application/json");
      request.send(form);
    },
    stop() { this.request?.abort(); },
    answered(request) {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* said below */ }
      if (request.status === 401) return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      if (request.status !== 202) return this.refuse(answer.detail ?? `The console answered with status ${request.status}; try again.`, answer.problems ?? []);
      this.busy = false;
      this.$emit("begun", answer.id);
    },
  },
};
