// Resolves when nothing in the document has changed for `quiet` milliseconds, or after `patience` milliseconds.
([quiet, patience]) =>
  new Promise((done) => {
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(finish, quiet);
    });
    const finish = () => {
      observer.disconnect();
      clearTimeout(timer);
      clearTimeout(end);
      done();
    };
    let timer = setTimeout(finish, quiet);
    const end = setTimeout(finish, patience);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  })
