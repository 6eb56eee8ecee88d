// Light or dark before the first paint, and the short messages of `acting.say`.
(() => {
  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
    document.documentElement.lang ||= "en";
  };
  apply();
  system.addEventListener("change", apply);

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* a private window: for this page only */ }
    document.documentElement.dataset.theme = next;
  });

  window.consoleSay = (message, bad) => {
    let region = document.getElementById("said");
    if (!region) {
      region = Object.assign(document.createElement("div"), { id: "said" });
      region.setAttribute("role", "status");
      region.setAttribute("aria-live", "polite");
      document.body.append(region);
    }
    // Over an open dialog, which covers everything outside itself.
    (document.querySelector("dialog[open]") ?? document.body).append(region);
    const line = Object.assign(document.createElement("p"), { textContent: message, className: bad ? "bad" : "" });
    region.append(line);
    setTimeout(() => line.remove(), bad ? 9000 : 4000);
  };
})();
