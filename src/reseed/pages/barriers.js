// Begins to judge the page with axe-core; the answer is `axeAnswer` of the window once there is one.
(options) => {
  window.axeAnswer = null;
  axe.run(options).then(
    ({ violations }) => (window.axeAnswer = { violations }),
    (error) => (window.axeAnswer = { error: String(error) })
  );
}
