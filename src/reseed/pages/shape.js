// How the body is built: tags, attributes and whether there is text, without what differs from one visit to the next.
() => {
  const plain = (text) => text.replace(/[0-9]+/g, "0");
  const shape = (element) => {
    if (/^(SCRIPT|STYLE|TEMPLATE)$/.test(element.tagName)) return "";
    const attributes = [...element.attributes]
      .filter(({ name }) => !/^(value|href|action|nonce)$/.test(name))
      .map(({ name, value }) => `${name}=${/^(id|for|name|aria-.*)$/.test(name) ? plain(value) : value}`)
      .sort();
    const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return `<${element.tagName} ${attributes}${text ? " text" : ""}>${[...element.children].map(shape).join("")}</>`;
  };
  return shape(document.documentElement);
}
