// The page around the widget: its language, the product it shows, and how it is told what happens.

function languageOf(wanted) {
  const spoken = wanted || document.documentElement.lang || navigator.language;
  return /^zh\b/i.test(spoken) ? "zh" : "en";
}

// The product of this page: the one that is named, else the only one that the page describes for search engines.
function productOfPage(named) {
  if (named) return named;
  const found = [...document.querySelectorAll('script[type="application/ld+json"]')].flatMap((script) => products(read(script.textContent)));
  return found.length === 1 ? String(found[0].sku ?? found[0].productID ?? "") : "";
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    console.warn("xiaoer: the page's JSON-LD cannot be read", error);
    return null;
  }
}

function products(data) {
  if (Array.isArray(data)) return data.flatMap(products);
  if (data === null || typeof data !== "object") return [];
  if (data["@graph"]) return products(data["@graph"]);
  return [data["@type"]].flat().includes("Product") ? [data] : [];
}

// Tells the shop's own scripts; false where one of them took the matter over.
function announce(name, detail) {
  return document.dispatchEvent(new CustomEvent(`xiaoer:${name}`, { detail, cancelable: true }));
}

// Until the page is in sight and has a network, but not longer than `milliseconds` once it has.
async function pause(milliseconds) {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
  });
  while (!navigator.onLine || document.hidden) {
    await new Promise((resolve) => {
      addEventListener("online", resolve, { once: true });
      document.addEventListener("visibilitychange", resolve, { once: true });
    });
  }
}
