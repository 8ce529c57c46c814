// The start: the cases, studies, runs and games of the opened folder.
import { counted, percent } from "../common/words";
import { useState } from "preact/hooks";
import { resumeStudy, type Folder } from "./api";
import { Trouble, useTitle } from "./parts";
import { go, link } from "./route";
import { running, stateWords } from "./run";

const when = (seconds: number) =>
  new Date(1000 * seconds).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

export function Open({ folder }: { folder: Folder }) {
  useTitle("Workbench");
  const [error, setError] = useState<Error | null>(null);
  const resume = async (path: string) => {
    try {
      go(link("job", (await resumeStudy(path)).id));
    } catch (e) {
      setError(e as Error);
    }
  };
  const busy = new Set(folder.jobs.filter(running).map((j) => j.study));
  const cases = folder.files.filter((f) => f.kind === "case"),
    parts = folder.files.filter((f) => f.kind !== "case");
  return (
    <div class="open">
      <h1>{folder.name}</h1>
      <section aria-labelledby="cases">
        <h2 id="cases">Cases</h2>
        {cases.length === 0 && (
          <p>
            No case (<code>*.casus</code>) lies in this folder yet.
          </p>
        )}
        <ul class="plain files">
          {cases.map((f) => (
            <li>
              <a class="title" href={link("explore", f.path)}>
                {f.title || f.path}
              </a>{" "}
              <span class="quiet">{f.path}</span>
              <nav aria-label={f.path}>
                {[
                  ["explore", "Explore"],
                  ["browse", "Decisions"],
                  ["run", "Run"],
                  ["play", "Play"],
                  ["edit", "Edit"],
                ].map(([v, t]) => (
                  <a href={link(v, f.path)}>{t}</a>
                ))}
              </nav>
            </li>
          ))}
        </ul>
        {parts.length > 0 && (
          <details class="list" open={cases.length === 0}>
            <summary>{counted(parts.length, "other Casus file")} (modules and overlays)</summary>
            <ul class="plain">
              {parts.map((f) => (
                <li>
                  <a href={link("edit", f.path)}>{f.path}</a>
                </li>
              ))}
            </ul>
          </details>
        )}
      </section>
      <section aria-labelledby="studies">
        <h2 id="studies">Studies</h2>
        <Trouble error={error} />
        {folder.studies.length === 0 ? (
          <p class="quiet">None yet: run a case.</p>
        ) : (
          <>
            <div class="scroll">
              <table class="tablelike">
                <thead>
                  <tr>
                    <th>study</th>
                    <th>of</th>
                    <th class="n">worlds</th>
                    <th class="n">claims that hold</th>
                    <th>when</th>
                  </tr>
                </thead>
                <tbody>
                  {folder.studies.map((s) => (
                    <tr>
                      <td>
                        <a href={link("study", s.path)}>{s.path}</a>
                      </td>
                      <td>{s.title || s.case}</td>
                      <td class="n">
                        {s.worlds}
                        {s.planned > s.worlds && (
                          <>
                            {" "}
                            of {s.planned}
                            {!busy.has(s.path) && (
                              <>
                                {" "}
                                <button
                                  type="button"
                                  onClick={() => resume(s.path)}
                                  aria-label={`Go on with ${s.path}`}
                                >
                                  Go on
                                </button>
                              </>
                            )}
                          </>
                        )}
                      </td>
                      <td class="n">{s.claims ? `${s.holds} of ${s.claims}` : "–"}</td>
                      <td>{s.modified ? when(s.modified) : ""}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {folder.studies.length > 1 && (
              <p>
                <a href={link("compare")}>Compare two studies</a>
              </p>
            )}
          </>
        )}
      </section>
      {folder.jobs.length > 0 && (
        <section aria-labelledby="jobs">
          <h2 id="jobs">Runs</h2>
          <ul class="plain">
            {folder.jobs.map((j) => (
              <li>
                <a href={link("job", j.id)}>{j.path}</a> <span class="quiet">{stateWords(j)}</span>
                {running(j) && <progress max={j.worlds} value={j.done} aria-label={percent(j.done / j.worlds)} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      {folder.games.length > 0 && (
        <section aria-labelledby="games">
          <h2 id="games">Games</h2>
          <ul class="plain">
            {folder.games.map((g) => (
              <li>
                {g.secret ? (
                  <a href={link("game", g.id, { seat: g.secret })}>
                    {g.path}, as {g.actor}
                  </a>
                ) : (
                  <>
                    {g.path}, as {g.actor}
                  </>
                )}{" "}
                <span class="quiet">
                  {g.finished ? "finished" : g.secret ? "under way" : "under way; its player has the link"}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
