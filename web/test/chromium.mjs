// A real Chromium for tests: in, the folder of node's modules; out, pages that note every complaint and every request that
// goes elsewhere, and steps that are told and counted.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import assert from "node:assert/strict";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

// `mine(url)`: whether the page may ask for that. `shots`: a folder for pictures, or undefined.
export async function start({ modules, mine, shots }) {
  const puppeteer = createRequire(join(resolve(modules), "x.js"))("puppeteer-core");
  const browser = await puppeteer.launch({
    executablePath: program,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
  const troubles = [];
  const refused = { expected: 0 }; // answers that are meant to be refusals: Chromium tells each on the console
  let failed = 0;
  return {
    troubles,
    refused,
    async open(url, { width = 1280, height = 900, features = [], offline = false } = {}) {
      const page = await browser.newPage();
      if (offline) await page.setOfflineMode(true);
      await page.setViewport({ width, height });
      if (features.length) await page.emulateMediaFeatures(features);
      page.on("console", (m) => {
        if (!["error", "warn", "warning"].includes(m.type())) return;
        if (refused.expected > 0 && /status of 4\d\d/.test(m.text())) --refused.expected;
        else troubles.push(`console: ${m.text()}`);
      });
      page.on("pageerror", (e) => troubles.push(`error: ${e.message}`));
      page.on("request", (r) => {
        if (!mine(r.url()) && !/^(data|blob):/.test(r.url())) troubles.push(`request: ${r.url()}`);
      });
      page.on("dialog", (d) => d.accept());
      await page.goto(url, { waitUntil: "load" });
      await page.waitForSelector("#page[data-ready=yes]");
      return page;
    },
    async step(name, work) {
      try {
        await work();
        console.log(`ok       ${name}`);
      } catch (e) {
        ++failed;
        console.log(`FAILED   ${name}\n${e.stack}`);
      }
    },
    async shoot(page, name, options = {}) {
      if (shots) await page.screenshot({ path: join(shots, `${name}.png`), ...options });
    },
    // The exit code.
    async end() {
      await browser.close();
      return failed ? 1 : 0;
    },
  };
}

export const near = (a, b, what) =>
  assert.ok(
    a === b || Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)),
    `${what}: ${a} on the page, ${b} from the program`,
  );
// A number as the tables of the page print it.
export const four = (x) => String(Number(x.toPrecision(4))).replace("-", "−");
export const numbersOf = (page, figure) =>
  page.$eval(figure, (f) => ({
    heads: [...f.querySelectorAll(".numbers th")].map((x) => x.textContent),
    rows: [...f.querySelectorAll(".numbers tbody tr")].map((r) => [...r.children].map((x) => x.textContent)),
  }));
