// Plants a fault in elements of the page, and keeps how to take it back; true when there was something to plant it in.
(elements, [what, extra]) => {
  const undo = (window.plantedFaults ??= []);
  const seen = elements.filter((element) => element.checkVisibility());
  const rowOf = (element) => element.closest("tr, li, [role='row']") ?? element;
  const hide = (element) => {
    const style = element.getAttribute("style");
    element.style.setProperty("display", "none", "important");
    undo.push(() => (style === null ? element.removeAttribute("style") : element.setAttribute("style", style)));
  };
  const remove = (element) => {
    const place = document.createComment("planted");
    element.replaceWith(place);
    undo.push(() => place.replaceWith(element));
  };
  const last = seen.at(-1);
  const plants = {
    "alter": () => {
      if (/^(INPUT|SELECT|TEXTAREA|OUTPUT)$/.test(last.tagName)) {
        const value = last.value;
        last.value = value + "1";
        undo.push(() => (last.value = value));
        return;
      }
      const children = [...last.childNodes];
      const text = last.innerText;
      last.replaceChildren(text + "1");
      undo.push(() => last.replaceChildren(...children));
    },
    "hide": () => seen.forEach(hide),
    "hide row": () => hide(rowOf(last)),
    "repeat row": () => {
      const row = rowOf(last);
      const copy = row.cloneNode(true);
      row.after(copy);
      undo.push(() => copy.remove());
    },
    "remove": () => elements.forEach(remove),
    "unlink": () => elements.filter((element) => element.href === extra).forEach(remove),
    "lead to": () => {
      const link = last.cloneNode(true);
      link.setAttribute("href", extra);
      last.after(link);
      undo.push(() => link.remove());
    },
    "add": () => {
      const holder = document.createElement("div");
      holder.innerHTML = extra;
      document.body.append(holder);
      undo.push(() => holder.remove());
    },
  };
  if (!last) return false;
  plants[what]();
  return true;
}
