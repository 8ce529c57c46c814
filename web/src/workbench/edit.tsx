// A case's text: typed, checked as it is typed, formatted, saved; what is not saved survives a reload.
import { useEffect, useRef, useState } from "preact/hooks";
import { counted } from "../common/words";
import { ApiError, check, format, readFile, writeFile, type Diagnostic, type FileText } from "./api";
import { Editor, type Jump } from "./editor";
import { Trouble, Waiting, remember, remembered, useSettled } from "./parts";
import { link, type Route } from "./route";

interface Draft {
  base: string; // the version it began from
  text: string;
}
const key = (path: string) => `casus draft ${path}`;
const draftOf = (path: string): Draft | null => {
  try {
    return JSON.parse(remembered(key(path)) ?? "null");
  } catch {
    return null;
  }
};
// What is to be read and solved: the draft where there is one.
export const unsaved = (path: string) => draftOf(path)?.text;

export function Edit({ path, route, onSaved }: { path: string; route: Route; onSaved: () => void }) {
  const [file, setFile] = useState<FileText | null>(null); // as it is on the disk
  const [text, setText] = useState(""); // as it is typed
  const [shown, setShown] = useState({ text: "" }); // as it came from elsewhere last
  const [base, setBase] = useState("");
  const [error, setError] = useState<Error | string | null>(null);
  const [conflict, setConflict] = useState<FileText | null>(null);
  const [said, setSaid] = useState("");
  const [checked, setChecked] = useState<{ text: string; diagnostics: Diagnostic[] } | null>(null);
  const line = Number(route.query.get("line"));
  const [jump, setJump] = useState<Jump | undefined>(line ? { line, times: 0 } : undefined);
  const latest = useRef("");
  latest.current = text;

  const show = (now: string) => {
    setText(now);
    setShown({ text: now });
  };
  const load = async () => {
    try {
      const read = await readFile(path);
      const draft = draftOf(path);
      setFile(read);
      if (draft && draft.text !== read.text) {
        show(draft.text);
        setBase(draft.base);
        setSaid(
          draft.base === read.version
            ? "Your unsaved changes are back."
            : "Your unsaved changes are back; the file has changed since.",
        );
      } else {
        remember(key(path), null);
        show(read.text);
        setBase(read.version);
      }
    } catch (e) {
      setError(e as Error);
    }
  };
  useEffect(() => {
    setFile(null);
    setError(null);
    setConflict(null);
    setSaid("");
    setChecked(null);
    load();
  }, [path]);

  const dirty = file !== null && text !== file.text;
  const typed = (now: string) => {
    setText(now);
    setSaid("");
    remember(key(path), now === file?.text ? null : JSON.stringify({ base, text: now } satisfies Draft));
  };
  const settled = useSettled(text, 300);
  useEffect(() => {
    // A text that has just come, from the disk or from typing, has not settled yet.
    if (!file || settled !== latest.current) return;
    const stop = new AbortController();
    check(path, settled, stop.signal).then(
      (found) => {
        setChecked({ text: settled, diagnostics: found.diagnostics });
        setError(null);
      },
      (e) => {
        if (!stop.signal.aborted) setError(e);
      },
    );
    return () => stop.abort();
  }, [settled, file !== null, path]);

  const stored = (version: string, saved: string) => {
    setFile({ text: saved, version });
    setBase(version);
    setConflict(null);
    setError(null);
    setSaid("Saved.");
    remember(key(path), latest.current === saved ? null : JSON.stringify({ base: version, text: latest.current }));
    onSaved();
  };
  const save = async (over = base) => {
    const saved = latest.current;
    try {
      stored((await writeFile(path, saved, over)).version, saved);
    } catch (e) {
      if (e instanceof ApiError && e.status === 409) setConflict(await readFile(path));
      else setError(e as Error);
    }
  };
  const tidy = async () => {
    try {
      const better = await format(path, latest.current);
      if (better.text !== latest.current) {
        show(better.text);
        typed(better.text);
      }
      setSaid("Formatted.");
      setError(null);
    } catch (e) {
      setError(e as Error);
    }
  };
  if (!file) return error ? <Trouble error={error} /> : <Waiting what={`Opening ${path}`} />;
  const diagnostics = checked?.diagnostics ?? [];
  const own = diagnostics.filter(
    (d) => !d.file || d.file === path || d.file.endsWith(`/${path}`) || path.endsWith(`/${d.file}`),
  );
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  const current = checked?.text === text;
  return (
    <div class="edit">
      <div class="row tools">
        <button type="button" class="primary" disabled={!dirty} onClick={() => save()}>
          Save
        </button>
        <button type="button" onClick={tidy}>
          Format
        </button>
        <button
          type="button"
          disabled={!dirty}
          onClick={() => {
            if (confirm("Give up your unsaved changes?")) {
              remember(key(path), null);
              show(file.text);
              setBase(file.version);
              setSaid("As it was saved.");
            }
          }}
        >
          Revert
        </button>
        <span class="quiet" role="status">
          {said || (dirty ? "Not saved yet (kept in this browser)." : "Saved.")}
        </span>
        <span class="quiet keys">
          Ctrl-S saves, Ctrl-F finds, F8 goes to the next mistake, Esc then Tab leaves the text.
        </span>
      </div>
      <Trouble error={error} />
      {conflict && (
        <div class="notice" role="alert">
          <p>
            <b>The file was changed elsewhere</b> since you opened it. Your text is kept here.
          </p>
          <div class="row">
            <button type="button" onClick={() => save(conflict.version)}>
              Save mine over it
            </button>
            <button
              type="button"
              onClick={() => {
                remember(key(path), null);
                setFile(conflict);
                show(conflict.text);
                setBase(conflict.version);
                setConflict(null);
                setSaid("The changed file is shown.");
              }}
            >
              Take theirs, drop mine
            </button>
            <button type="button" onClick={() => setConflict(null)}>
              Decide later
            </button>
          </div>
        </div>
      )}
      <div class="both">
        <Editor name={path} shown={shown} diagnostics={own} jump={jump} onChange={typed} onSave={() => save()} />
        <section class="problems" aria-label="What is wrong">
          <h2 role="status" data-errors={current ? errors : undefined}>
            {!checked
              ? "Checking …"
              : errors
                ? `${counted(errors, "mistake")}`
                : diagnostics.length
                  ? counted(diagnostics.length, "warning")
                  : "No mistakes"}
          </h2>
          <ul class="plain">
            {diagnostics.map((d) => (
              <li class={d.severity}>
                <button
                  type="button"
                  class="link"
                  disabled={!own.includes(d) || !d.line}
                  onClick={() => setJump({ line: d.line!, column: d.column, times: (jump?.times ?? 0) + 1 })}
                >
                  {d.line ? (
                    <span class="quiet">
                      {own.includes(d) ? "line " : `${d.file} `}
                      {d.line}{" "}
                    </span>
                  ) : null}
                  {d.message}
                </button>
                {d.hint && <p class="quiet">{d.hint}</p>}
              </li>
            ))}
          </ul>
          {checked && errors === 0 && (
            <p class="quiet">
              Sound: <a href={link("explore", path)}>explore it</a>.
            </p>
          )}
        </section>
      </div>
    </div>
  );
}
