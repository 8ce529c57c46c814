// The report in a real Chromium without a network: in, CASUS (the program), CHROMIUM, a folder for what is made; every
// number checked on the page is read from the study's database by other means (node has no SQLite: the program's JSON
// and the sqlite3 library of the C++ test stand for it; see tests/app/report_test.cpp for the latter).
// Usage: node report.test.mjs PAGE FACTS.json MODULES [SCREENSHOT_FOLDER]; exit code 0 if all is well.
import { readFile } from "node:fs/promises";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import assert from "node:assert/strict";
import { four, near, numbersOf, start } from "./chromium.mjs";

const [page_file, facts_file, modules, shots] = process.argv.slice(2);
const facts = JSON.parse(await readFile(facts_file, "utf8"));
assert.ok(statSync(page_file).size < 3_000_000, "the page is smaller than 3 MB");

const url = "file://" + resolve(page_file);
const { open: visit, step, shoot, troubles, end } = await start({ modules, shots, mine: (asked) => asked === url });
async function open(width, height, features = []) {
  const page = await visit(url, { width, height, features, offline: true });
  await page.waitForFunction(() => [...document.querySelectorAll(".picture")].every((p) => p.firstElementChild));
  return page;
}

const page = await open(1100, 900, [{ name: "prefers-color-scheme", value: "light" }]);

await step("every chart is there, with a finding, units, a picture with words, and its numbers", async () => {
  const charts = await page.$$eval("figure[data-chart]", (all) => all.map((f) => ({
    id: f.dataset.chart, title: f.querySelector("h3")?.textContent ?? "", units: f.querySelector(".units")?.textContent ?? "",
    label: f.querySelector("[role=img]")?.getAttribute("aria-label") ?? f.querySelector("ol")?.textContent ?? "",
    shapes: f.querySelectorAll("svg circle, svg path, svg rect, svg line").length, list: f.querySelectorAll("ol > li").length,
    rows: f.querySelectorAll(".numbers tbody tr").length, button: !!f.querySelector(".numbers button"),
  })));
  const ids = charts.map((c) => c.id);
  for (const id of facts.charts) assert.ok(ids.includes(id), `chart '${id}' is missing; there are ${ids.join(", ")}`);
  for (const c of facts.claims) assert.ok(ids.includes(`margin-${c.name}`), `claim ${c.name}`);
  assert.equal(new Set(ids).size, ids.length, "no id twice");
  for (const c of charts) {
    assert.ok(c.title.length > 12, `${c.id} has a title`);
    assert.ok(!/NaN|undefined|null/.test(c.title + c.units), `${c.id}: ${c.title} ${c.units}`);
    assert.ok(c.units.length > 12, `${c.id} says its units`);
    assert.ok(c.label.length > 12, `${c.id} has a text alternative`);
    assert.ok(c.shapes > 2 || c.list > 0, `${c.id} draws something`);
    assert.ok(c.rows > 0 && c.button, `${c.id} gives its numbers`);
  }
});

await step("the story is told in order", async () => {
  const order = await page.$$eval("main > section", (all) => all.map((s) => s.id));
  assert.deepEqual(order, ["argument", "actors", "policies", "claims", "rounds", "game", "doubt", "trust"]);
  const levels = await page.$$eval("h1, h2, h3, h4", (all) => all.map((h) => Number(h.tagName[1])));
  for (let i = 1; i < levels.length; ++i) assert.ok(levels[i] <= levels[i - 1] + 1, "no level of headings is skipped");
});

await step("numbers on the page are those of the database", async () => {
  const data = await page.$eval("#casus-data", (e) => JSON.parse(e.textContent));
  for (const f of facts.means) {
    const policy = data.policies.find((p) => p.name === f.policy);
    near(f.round ? policy.measures[f.measure].rounds[f.round - 1].mean : policy.measures[f.measure].mean, f.mean, `mean ${f.measure} under ${f.policy}`);
  }
  for (const f of facts.claims) near(data.claims.find((c) => c.name === f.name).share, f.share, `share of ${f.name}`);
  // And as they are printed.
  const shown = await numbersOf(page, "#distributions");
  for (const f of facts.means.filter((x) => x.measure === facts.objective)) {
    const row = shown.rows.find((r) => r[0] === f.policy.replaceAll("_", " "));
    assert.equal(row[shown.heads.indexOf("mean")], four(f.mean), `printed mean under ${f.policy}`);
  }
  const map = await numbersOf(page, "#map");
  for (const f of facts.claims) {
    const row = map.rows.find((r) => r[map.heads.indexOf("name")] === f.name);
    assert.equal(row[map.heads.indexOf("share")], four(f.share), `printed share of ${f.name}`);
  }
  const command = await page.$eval("#command", (e) => e.textContent);
  assert.ok(command.startsWith("casus run ") && command.includes(`--worlds ${facts.worlds}`), command);
});

await step("a click on a choice redraws the picture", async () => {
  const before = await page.$eval("#distributions svg", (e) => e.outerHTML);
  const title = await page.$eval("#distributions h3", (e) => e.textContent);
  await page.select("#distributions select", await page.$eval("#distributions select option:nth-child(2)", (o) => o.value));
  await page.waitForFunction((t) => document.querySelector("#distributions h3").textContent !== t, {}, title);
  assert.notEqual(await page.$eval("#distributions svg", (e) => e.outerHTML), before);
});

await step("with the keyboard alone", async () => {
  const keys = await open(1100, 900);
  await keys.keyboard.press("Tab");
  assert.equal(await keys.evaluate(() => document.activeElement.className), "skip", "first the link to the report");
  const seen = new Set();
  let select = false;
  for (let i = 0; i < 400 && !select; ++i) {
    await keys.keyboard.press("Tab");
    const at = await keys.evaluate(() => {
      const e = document.activeElement, s = getComputedStyle(e);
      return { tag: e.tagName, chart: e.closest("figure")?.dataset.chart ?? "", outline: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 };
    });
    assert.ok(at.outline, `focus is seen on ${at.tag} in ${at.chart}`);
    seen.add(at.tag);
    select = at.tag === "SELECT" && at.chart === "distributions";
  }
  assert.ok(select, "the choice of the measure is reached");
  const title = await keys.$eval("#distributions h3", (e) => e.textContent);
  await keys.keyboard.press("ArrowDown");
  await keys.waitForFunction((t) => document.querySelector("#distributions h3").textContent !== t, { timeout: 5000 }, title);
  await keys.keyboard.press("Tab");
  await keys.keyboard.press("Enter");
  assert.ok(await keys.$eval("#distributions details", (e) => e.open), "Enter opens the numbers");
  await keys.close();
});

await step("on a narrow screen nothing is cut off", async () => {
  const phone = await open(360, 740);
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 361, `the page is ${wide} wide on a screen of 360`);
  await shoot(phone, "phone", { fullPage: true });
  await phone.close();
});

await step("dark, and without motion", async () => {
  const dark = await open(1100, 900, [{ name: "prefers-color-scheme", value: "dark" }, { name: "prefers-reduced-motion", value: "reduce" }]);
  const [paper, scroll] = await dark.evaluate(() => [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.documentElement).scrollBehavior]);
  const light = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.notEqual(paper, light);
  assert.equal(scroll, "auto");
  await shoot(dark, "dark", { fullPage: true });
  await dark.close();
});

await step("on paper", async () => {
  const paper = await open(800, 1100);
  const pdf = await paper.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" }, ...(shots ? { path: join(shots, "print.pdf") } : {}) });
  assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), "%PDF-");
  const pages = (Buffer.from(pdf).toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
  assert.ok(pages >= 2, `${pages} pages`);
  await paper.close();
});

await shoot(page, "light", { fullPage: true });
await step("nothing is complained of, and no request leaves the page", async () => assert.deepEqual(troubles, []));
process.exit(await end());
