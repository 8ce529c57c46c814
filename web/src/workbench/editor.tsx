// A text editor for Casus: in, a text and its diagnostics; out, what is typed. Made with CodeMirror.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completeAnyWord,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Text } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import type { Diagnostic } from "./api";
import { casusLanguage, words } from "./language";

// Column from 1, counted in characters, as an offset in the text.
function place(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = [...at.text].slice(0, Math.max(0, column - 1)).join("");
  return Math.min(at.from + before.length, at.to);
}

function marks(doc: Text, diagnostics: Diagnostic[]): Mark[] {
  return diagnostics
    .filter((d) => d.line)
    .map((d) => {
      const from = place(doc, d.line!, d.column ?? 1);
      const to = Math.max(from, place(doc, d.line!, d.end_column ?? (d.column ?? 1) + 1));
      return {
        from,
        to,
        severity: d.severity === "error" ? "error" : d.severity === "warning" ? "warning" : "info",
        message: d.hint ? `${d.message}\n${d.hint}` : d.message,
      } as Mark;
    });
}

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "0.86rem", backgroundColor: "var(--paper)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace', lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--card) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--a) 28%, transparent) !important",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--e) 25%, transparent)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--card)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", fontFamily: "system-ui, sans-serif", maxWidth: "36rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--b)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--b)",
    textDecorationSkipInk: "none",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--e)",
    textDecorationSkipInk: "none",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--a)", color: "var(--paper)" },
});

export interface Jump {
  line: number;
  column?: number;
  times: number;
}

// `shown` is put into the editor when it is another object than before; what is typed since comes out by `onChange`.
export function Editor({
  name,
  shown,
  diagnostics,
  jump,
  onChange,
  onSave,
}: {
  name: string;
  shown: { text: string };
  diagnostics: Diagnostic[];
  jump?: Jump;
  onChange: (text: string) => void;
  onSave: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>();
  const putting = useRef(false);
  const calls = useRef({ onChange, onSave });
  calls.current = { onChange, onSave };
  useEffect(() => {
    view.current = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: shown.text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          foldGutter(),
          highlightActiveLineGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          autocompletion({
            override: [
              completeAnyWord,
              (context) => {
                const word = context.matchBefore(/[A-Za-z_]\w*/);
                return word && { from: word.from, options: words.map((label) => ({ label, type: "keyword" })) };
              },
            ],
            activateOnTyping: true,
            activateOnTypingDelay: 400,
          }),
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: () => (calls.current.onSave(), true) },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...completionKeymap,
            ...lintKeymap,
            indentWithTab,
          ]),
          indentUnit.of("  "),
          casusLanguage(),
          look,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": `Text of ${name}`, spellcheck: "false" }),
          EditorView.updateListener.of((u) => {
            if (u.docChanged && !putting.current) calls.current.onChange(u.state.doc.toString());
          }),
        ],
      }),
    });
    return () => view.current!.destroy();
  }, [name]);
  // A text that comes from elsewhere (formatted, reloaded) replaces only what differs, so that the caret stays.
  useEffect(() => {
    const { text } = shown,
      doc = view.current!.state.doc.toString();
    if (doc === text) return;
    let start = 0,
      end = 0;
    while (start < Math.min(doc.length, text.length) && doc[start] === text[start]) ++start;
    while (end < Math.min(doc.length, text.length) - start && doc[doc.length - 1 - end] === text[text.length - 1 - end])
      ++end;
    putting.current = true;
    view.current!.dispatch({
      changes: { from: start, to: doc.length - end, insert: text.slice(start, text.length - end) },
    });
    putting.current = false;
  }, [shown]);
  useEffect(() => {
    const v = view.current!;
    v.dispatch(setDiagnostics(v.state, marks(v.state.doc, diagnostics)));
  }, [diagnostics]);
  useEffect(() => {
    if (!jump) return;
    const v = view.current!,
      at = place(v.state.doc, jump.line, jump.column ?? 1);
    v.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    v.focus();
  }, [jump]);
  return <div class="editor" ref={box} />;
}
