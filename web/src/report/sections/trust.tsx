// How far to trust the numbers, and how to get them again.
import * as Plot from "@observablehq/plot";
import { Figure, plot } from "../../common/figure";
import { called, download, number, percent, plain } from "../../common/words";
import { type Policy, study } from "../data";

export function Trust() {
  const effect = (p: Policy) => p.certificate.effect ?? 0;
  const worst = study.policies.reduce((a, b) => (effect(b) > effect(a) ? b : a));
  const rows = study.policies.map((p) => ({
    policy: plain(p.name), residual: p.certificate.residual, payoff_range: p.certificate.payoff_range,
    effect: effect(p), regret: p.certificate.regret, distance: p.certificate.distance,
    grid_change: p.certificate.grid_change, fixed_points: p.certificate.nodes, traced: p.certificate.traced,
    folds: p.certificate.folds, unstable: p.certificate.unstable, failed: p.certificate.failed,
    worlds_without_solution: p.worlds_without_solution,
  }));
  const base = study.case.split("/").pop() ?? "case.casus";
  return (
    <section id="trust">
      <h2>How far to trust it</h2>
      <ul class="plain">
        {study.certificate_sentences.map((s) => <li>{s}</li>)}
        {study.stopped && <li><b>The study was interrupted: {study.worlds} of {study.worlds_planned} worlds are in it.</b></li>}
        <li>The ranges are the author's, with a reason beside each; the shares of worlds are shares of those ranges, not frequencies of the real world.</li>
      </ul>
      <Figure id="certificate"
        title={`If everybody gave the reply to what truly follows, measures would move by ${percent(effect(worst))} at most (under ${called(worst)})`}
        units="Across: largest change of a measure in any world looked at, percentage points (expectations in units of the range of payments). Differences smaller than that are too close to call."
        rows={rows}
        draw={(width) => plot({
          width, height: 46 + 24 * rows.length, marginLeft: Math.min(150, width * 0.34), marginRight: 16,
          x: { label: "percentage points →", grid: true, domain: [0, Math.max(0.1, 105 * effect(worst))] }, y: { label: null, domain: rows.map((r) => r.policy) },
          marks: [
            Plot.ruleY(rows, { y: "policy", x1: 0, x2: (d) => 100 * d.effect, stroke: "var(--line)", strokeWidth: 2 }),
            Plot.dot(rows, { y: "policy", x: (d) => 100 * d.effect, fill: "var(--a)", r: 4.5 }),
          ],
        })} />
      <h3>Again</h3>
      <p>This command gives the same numbers on any machine:</p>
      <pre><code id="command">{study.command}</code></pre>
      <dl class="facts">
        <div><dt>Casus</dt><dd>{study.casus}</dd></div>
        <div><dt>case</dt><dd>{study.case}</dd></div>
        <div><dt>worlds</dt><dd>{study.worlds} ({study.design}, seed {study.seed})</dd></div>
        <div><dt>belief grid</dt><dd>{study.points} points an axis{(study.held?.length ?? 0) > 0 && `, beliefs about ${study.held?.join(", ")} held at the prior`}, {study.selection} selection</dd></div>
        {study.settings.length > 0 && <div><dt>fixed</dt><dd>{study.settings.join(", ")}</dd></div>}
        <div><dt>single worlds in this page</dt><dd>{study.single_worlds.number.length} of {study.single_worlds.of}{study.single_worlds.number.length < study.single_worlds.of ? " (means, shares and ranges are over all)" : ""}</dd></div>
        <div><dt>precision</dt><dd>in units of payoff; the largest single payment is {number(worst.certificate.payoff_range)} above the smallest</dd></div>
      </dl>
      <p class="downloads">
        <button type="button" onClick={() => download(base, study.sources[0].text, "text/plain")}>The case ({base})</button>{" "}
        <button type="button" onClick={() => download("study.json", JSON.stringify(study, null, 1), "application/json")}>Everything in this page (JSON)</button>
      </p>
    </section>
  );
}
