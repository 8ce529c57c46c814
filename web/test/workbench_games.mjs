// Games in the workbench, with the keyboard alone and for two (workbench.test.mjs).
import { join, resolve } from "node:path";
import assert from "node:assert/strict";
import { near } from "./chromium.mjs";

export async function games({ address, folder, open, step, shoot, text, json, disk }) {
  await step(
    "a whole game with the keyboard alone; the debrief is what casus solve says along the same path",
    async () => {
      const page = await open("#/play/small.casus?as=Hawk&seed=5");
      const downloads = await page.createCDPSession();
      await downloads.send("Browser.setDownloadBehavior", {
        behavior: "allow",
        downloadPath: resolve(folder),
        eventsEnabled: true,
      });
      const downloaded = new Promise((done) =>
        downloads.on("Browser.downloadProgress", (e) => {
          if (e.state === "completed") done();
        }),
      );
      await page.waitForSelector(".play-form");
      const reach = async (selector) => {
        for (let i = 0; i < 80; ++i) {
          if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
          await page.keyboard.press("Tab");
        }
        assert.fail(`${selector} is not reached with Tab`);
      };
      await reach(".play-form button[type=submit]");
      await page.keyboard.press("Enter");
      let turns = 0;
      for (;;) {
        await page.waitForSelector(".choice:not(:disabled), .debrief", { timeout: 60000 });
        if (await page.$(".debrief")) break;
        assert.ok(++turns < 20, "the game ends");
        if (turns === 1) {
          assert.equal(await page.$("[data-worth]"), null, "worth is shown only when asked for");
          await page.keyboard.press("?");
          await page.waitForSelector("[data-worth]");
          await shoot(page, "play");
        }
        const title = await text(page, ".now h1");
        await page.keyboard.press(turns === 1 ? "1" : "2");
        await page.waitForFunction(() => document.activeElement?.matches(".choice"));
        await page.keyboard.press("Enter");
        await page.waitForFunction(
          (t) => document.querySelector(".debrief") || document.querySelector(".now h1")?.textContent !== t,
          { timeout: 60000 },
          title,
        );
      }
      assert.ok(turns > 0, "there was something to choose");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Looking back");
      await shoot(page, "debrief");
      const choices = await page.$$eval("#debrief-choices tr[data-round]", (all) => all.map((r) => ({ ...r.dataset })));
      assert.equal(choices.length, turns);
      await reach(".debrief button.transcript");
      await page.keyboard.press("Enter");
      await downloaded;
      const game = JSON.parse(disk("game.json"));
      const along = json("solve", "small.casus", "--along", "game.json", "--json")
        .policies[0].course.steps;
      const mine = along.flatMap((s) =>
        s.movers.filter((m) => m.mover === "Hawk").map((m) => ({ round: s.round, ...m })),
      );
      assert.equal(mine.length, choices.length);
      mine.forEach((m, k) => {
        const option = m.options.find((o) => o.option === m.taken);
        assert.equal(Number(choices[k].round), m.round);
        near(Number(choices[k].value), option.value[game.types.Hawk], `worth in round ${m.round}`);
        near(Number(choices[k].probability), option.by_type[game.types.Hawk], `probability in round ${m.round}`);
      });
      const look = await text(page, ".debrief");
      await page.reload();
      await page.waitForSelector(".debrief");
      assert.equal(await text(page, ".debrief"), look, "a reload loses nothing");
      // The transcript played again comes to the same end.
      const again = await open("#/play/small.casus?as=Hawk&seed=5");
      await again.waitForSelector(".play-form input[type=file]");
      await (await again.$(".play-form input[type=file]")).uploadFile(join(folder, "game.json"));
      await again.waitForSelector(".debrief", { timeout: 60000 });
      assert.deepEqual(
        await again.$$eval("#debrief-choices tr[data-round]", (all) => all.map((r) => ({ ...r.dataset }))),
        choices,
      );
      await again.close();
      await page.close();
    },
  );

  await step("two people at one table, each in a browser window of their own", async () => {
    const one = await open("#/play/small.casus?as=Hawk&and=Dove&seed=2");
    await one.waitForSelector(".play-form button[type=submit]");
    await one.click(".play-form button[type=submit]");
    await one.waitForSelector(".game .notice a", { timeout: 60000 });
    const link = await one.$eval(".game .notice a", (a) => a.getAttribute("href"));
    const two = await open(new URL(link, address).hash);
    await two.waitForSelector(".you");
    assert.ok((await text(one, ".you")).includes("challenger") && (await text(two, ".you")).includes("defender"));
    assert.ok(!/strong|weak/.test(await text(two, ".you")), "the other's type is hidden");
    // Whoever can choose does, until somebody sees the debrief.
    for (let moves = 0; ; ++moves) {
      assert.ok(moves < 20, "the game ends");
      const mover = await Promise.race(
        [one, two].map((p) => p.waitForSelector(".choice:not(:disabled), .debrief", { timeout: 60000 }).then(() => p)),
      );
      if (await mover.$(".debrief")) break;
      await mover.bringToFront(); // a page behind another draws nothing
      const title = await text(mover, ".now h1");
      await mover.click(".choice");
      await mover.waitForFunction(
        (t) => document.querySelector(".debrief") || document.querySelector(".now h1")?.textContent !== t,
        { timeout: 60000 },
        title,
      );
    }
    for (const player of [one, two]) {
      await player.bringToFront();
      await player.waitForSelector(".debrief", { timeout: 60000 });
    }
    assert.match(await text(two, ".debrief"), /the challenger: really (strong|weak)/i);
    await one.close();
    await two.close();
  });
}
