// Resolves when the document changes, or after `patience` milliseconds: a style sheet may show what was hidden.
(patience) =>
  new Promise((done) => {
    const finish = () => {
      observer.disconnect();
      clearTimeout(end);
      done();
    };
    const observer = new MutationObserver(finish);
    const end = setTimeout(finish, patience);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  })
