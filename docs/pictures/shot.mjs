// shot.mjs: takes a picture of a page: in, an address; out, a PNG of 1280 by 860. Waits until a selector is there.
// Usage: node shot.mjs URL SELECTOR OUT.png
import { start } from "../../web/test/chromium.mjs";

const [url, selector, out] = process.argv.slice(2);
const modules = new URL("../../build/release/web/node_modules", import.meta.url).pathname;
const { open, troubles, end } = await start({ modules, mine: () => true });
const page = await open(url, { height: 860, features: [{ name: "prefers-color-scheme", value: "light" }] });
await page.waitForSelector(selector, { timeout: 120000 });
await page.screenshot({ path: out });
if (troubles.length) console.error(troubles.join("\n"));
process.exit((await end()) || (troubles.length ? 1 : 0));
