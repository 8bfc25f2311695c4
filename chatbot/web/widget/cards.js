// Product cards. `world` is what they need of the widget: texts, language, base (of addresses) and what a shopper can do with
// a product: opened(product, click), carted(product), judged(product, type). taken: the id of the one that the reply put into the cart.

const MOST_REASONS = 2;

function cardList(list, world, taken) {
  return element("ol", { class: "cards", "aria-label": world.texts.cards }, ...list.map((product) => card(product, world, product.id === taken)));
}

function card(product, world, taken) {
  const { texts } = world;
  const reasons = (product.reasons ?? []).slice(0, MOST_REASONS).map((reason) => element("li", {}, reason));
  return element(
    "li",
    { class: product.in_stock ? "card" : "card gone", "data-item": product.id },
    picture(product, world),
    element("h3", {}, titleLink(product, world)),
    element("p", { class: "money" }, ...prices(product, world), product.in_stock ? "" : element("span", { class: "stock" }, texts.out_of_stock)),
    reasons.length ? element("ul", { class: "reasons" }, ...reasons) : "",
    element("div", { class: "deal" }, cartButton(product, world, taken), ...verdicts(product, world)),
  );
}

function picture(product, world) {
  const source = address(product.image, world.base);
  const frame = element("div", { class: "picture" });
  if (source) {
    const image = element("img", { src: source, alt: "", loading: "lazy", referrerpolicy: "no-referrer", width: 400, height: 300 });
    image.addEventListener("error", () => image.remove());
    frame.append(image);
  }
  return frame;
}

// A page of the shop's own opens in place, any other in a new tab.
function titleLink(product, world) {
  const href = address(product.url, world.base);
  if (!href) return product.title;
  const own = new URL(href).origin === location.origin;
  const link = element("a", { href, ...(own ? {} : { target: "_blank", rel: "noopener noreferrer" }) }, product.title);
  link.addEventListener("click", (click) => world.opened(product, click));
  return link;
}

function prices(product, world) {
  const show = (amount) => priceText(amount, product.currency, world.language);
  const price = element("span", { class: "price" }, show(product.price));
  if (!(product.list_price > product.price)) return [price];
  price.classList.add("reduced");
  return [price, element("s", {}, element("span", { class: "unseen" }, `${world.texts.was} `), show(product.list_price))];
}

function cartButton(product, world, taken) {
  const made = button("", { class: "cart", disabled: !product.in_stock }, () => {
    world.carted(product);
    name(world.texts.in_cart);
  });
  const name = (label) => {
    made.textContent = label;
    made.setAttribute("aria-label", `${label}: ${product.title}`);
  };
  name(taken ? world.texts.in_cart : world.texts.to_cart);
  return made;
}

function verdicts(product, world) {
  return verdictPair(
    [filled(world.texts.like, product), filled(world.texts.dislike, product)],
    (liked) => world.judged(product, liked ? "like" : "dislike"),
  );
}

// A thumb up and a thumb down, of which one is pressed at most. send: told true or false; a verdict that did not arrive is taken back.
function verdictPair(labels, send, given = null) {
  const thumbs = [true, false].map((liked, place) =>
    iconButton(liked ? "up" : "down", labels[place], { class: "thumb", "aria-pressed": String(given === liked) }, async () => {
      const before = thumbs.map((thumb) => thumb.getAttribute("aria-pressed"));
      thumbs.forEach((thumb, other) => thumb.setAttribute("aria-pressed", String(other === place)));
      if (!(await send(liked))) thumbs.forEach((thumb, other) => thumb.setAttribute("aria-pressed", before[other]));
    }),
  );
  return thumbs;
}
