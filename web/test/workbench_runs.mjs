// Runs and their results in the workbench (workbench.test.mjs).
import { readdirSync } from "node:fs";
import assert from "node:assert/strict";
import { four, numbersOf } from "./chromium.mjs";

export async function runs({ folder, open, step, shoot, text, press, terminal, json }) {
  await step("a run has progress, can be stopped and gone on with, and its results are the program's", async () => {
    const page = await open("#/run/small.casus?worlds=100000&points=25&seed=3");
    await page.waitForSelector(".run-form button[type=submit]");
    await page.click(".run-form button[type=submit]");
    await page.waitForSelector(".job[data-state=running]");
    await page.waitForFunction(() => document.querySelector(".job progress")?.value > 0, { timeout: 60000 });
    await shoot(page, "job");
    await press(page, "Stop");
    await page.waitForSelector(".job[data-state=stopped]", { timeout: 60000 });
    const stopped = await page.$eval(".job progress", (e) => e.value);
    assert.ok(stopped > 0 && stopped < 100000, `${stopped} worlds`);
    await press(page, "Go on from here");
    await page.waitForFunction(
      (n) => document.querySelector(".job[data-state=running] progress")?.value > n,
      { timeout: 60000 },
      stopped,
    );
    await press(page, "Stop");
    await page.waitForSelector(".job[data-state=stopped]", { timeout: 60000 });
    await page.close();

    const small = await open("#/run/small.casus?worlds=60&points=7&seed=3");
    await small.waitForSelector("input[name=worlds]");
    await small.focus("input[name=worlds]");
    await small.keyboard.press("Enter");
    await small.waitForSelector(".job[data-state=done]", { timeout: 60000 });
    await small.click(".job a.button");
    await small.waitForSelector(".embedded #distributions .numbers tbody tr", { timeout: 60000 });
    const told = json("run", "small.casus", "--worlds", "60", "--seed", "3", "--no-store", "--json");
    const table = await numbersOf(small, "#distributions");
    for (const p of told.policies)
      assert.equal(
        table.rows.find((r) => r[0] === p.name)[table.heads.indexOf("mean")],
        four(p.measures.lost.mean),
        `mean under ${p.name}`,
      );
    const map = await numbersOf(small, "#map");
    for (const c of told.claims)
      assert.equal(
        map.rows.find((r) => r[map.heads.indexOf("name")] === c.name)[map.heads.indexOf("share")],
        four(c.share),
        `share of ${c.name}`,
      );
    await shoot(small, "study");
    await small.click('.parts a[href="#trust"]');
    await small.waitForFunction(() => document.activeElement?.id === "trust");
    assert.match(small.url(), /#\/study\//, "a place in the report is no other view");
    await small.close();
  });

  await step("two studies side by side", async () => {
    const studies = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((f) => f.endsWith(".sqlite"));
    assert.ok(studies.length >= 2, studies.join(", "));
    const asked = "run small.casus --worlds 60 --seed 3 --set luck=0.5 --out other.sqlite";
    terminal(...asked.split(" "));
    const sixty = studies.find((s) => json("compare", s, "other.sqlite", "--json").worlds[0] === 60);
    const told = json("compare", sixty, "other.sqlite", "--json");
    const page = await open(`#/compare?a=${encodeURIComponent(sixty)}&b=other.sqlite`);
    await page.waitForSelector("#compare-measures tbody tr", { timeout: 60000 });
    const moved = told.measures.filter((m) => m.beyond_sampling_error).length;
    assert.ok(moved > 0);
    assert.match(await text(page, "#compare-measures h3"), new RegExp(`^${moved} of ${told.measures.length} numbers`));
    await shoot(page, "compare");
    await page.close();
  });
}
