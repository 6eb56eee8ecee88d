// Sends a request as the page would: its session, its origin. Resolves to the status, or to why there is none.
([method, path, headers]) =>
  fetch(path, { method, headers, redirect: "manual", cache: "no-store" }).then(
    (response) => (response.type === "opaqueredirect" ? "redirected" : response.status),
    (error) => String(error)
  )
