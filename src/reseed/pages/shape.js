// How a document is built, for telling whether two are built alike: tags, classes, styles, which attributes and texts
// there are, but not what they say; of neighbours that are built alike, one.
() => {
  const said = ({ name, value }) => {
    const word = /^[a-z -]*$/.test(value) && value.length <= 24;
    return `${name}=${name === "class" || name === "style" || word ? value : "…"}`;
  };
  const shape = (element) => {
    if (/^(SCRIPT|STYLE|TEMPLATE|LINK|META)$/.test(element.tagName)) return "";
    const attributes = [...element.attributes].filter(({ name }) => name !== "aria-current").map(said).sort().join(" ");
    const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const inside = [...element.children].map(shape).filter((child, number, all) => child !== all[number - 1]).join("");
    return `<${element.tagName} ${attributes}${text ? " text" : ""}>${inside}</>`;
  };
  return shape(document.documentElement);
}
