// Elements -> what somebody who looks at the page sees of each: its text, whether it is visible, where it leads.
(elements) => {
  const visible = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    // A box of one pixel is how text is kept for screen readers alone; one left of or above the page cannot be reached.
    if (box.width <= 1 || box.height <= 1) return false;
    if (box.right + window.scrollX <= 0 || box.bottom + window.scrollY <= 0) return false;
    return !/^rgba\(.*, 0\)$/.test(getComputedStyle(element).color);
  };
  const text = (element) =>
    /^(INPUT|SELECT|TEXTAREA|OUTPUT)$/.test(element.tagName) ? element.value : (element.innerText ?? element.textContent);
  return elements.map((element) => ({ text: text(element) ?? "", visible: visible(element), href: element.href ?? "" }));
}
