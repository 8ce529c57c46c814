// How Casus text is coloured, from the words of the grammar that other editors use (docs/editor/casus.tmLanguage.json).
import {
  HighlightStyle,
  LanguageSupport,
  StreamLanguage,
  syntaxHighlighting,
  type StringStream,
} from "@codemirror/language";
import { tags } from "@lezer/highlight";
import grammar from "../../../docs/editor/casus.tmLanguage.json";

// "\\b(set|actor)\\b" under "keyword.declaration.casus": those words are of that kind.
const kinds = new Map<string, string>();
for (const { name, match } of grammar.repository.words.patterns) {
  for (const word of /\(([A-Za-z_|]+)\)(?!.*\()/.exec(match.replace(/\(\?[^)]*\)/g, ""))![1].split("|"))
    kinds.set(word, name);
}
const style: Record<string, string> = {
  "keyword.declaration.casus": "definitionKeyword",
  "keyword.control.casus": "controlKeyword",
  "constant.language.casus": "bool",
  "keyword.operator.word.casus": "operatorKeyword",
  "support.function.casus": "standardFunction",
  "support.type.distribution.casus": "typeName",
};
const terms = /^(P|E|correlation|quantile|median)$/; // names like others but before a parenthesis
const declares = /^(set|actor|param|state|let|measure|policy|move|chance|simultaneous|step|fact)$/;

interface State {
  declared: boolean;
  drawn: boolean;
  depth: number;
}

function token(stream: StringStream, state: State): string | null {
  if (stream.eatSpace()) return null;
  const { declared, drawn } = state;
  state.declared = state.drawn = false;
  if (stream.match(/^#.*/)) return "lineComment";
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
  if (stream.match(/^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?%?/)) return "number";
  const word = stream.match(/^[A-Za-z_][A-Za-z0-9_]*/) as RegExpMatchArray | null;
  if (word) {
    if (declared) return "definition";
    const kind = kinds.get(word[0]);
    if (kind === "support.type.distribution.casus") return drawn ? style[kind] : "variableName";
    if (terms.test(word[0]) && stream.peek() !== "(") return "variableName";
    state.declared = declares.test(word[0]);
    return kind ? style[kind] : "variableName";
  }
  if (stream.eat("~")) {
    state.drawn = true;
    return "operator";
  }
  if (stream.match(/^(==|!=|<=|>=|\.\.|[=<>+\-*/^|])/)) return "operator";
  const sign = stream.next()!;
  if ("{[(".includes(sign)) ++state.depth;
  if ("}])".includes(sign)) --state.depth;
  return null;
}

const colours = HighlightStyle.define([
  { tag: tags.lineComment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--c)" },
  { tag: [tags.number, tags.bool], color: "var(--e)" },
  { tag: [tags.definitionKeyword, tags.controlKeyword], color: "var(--a)", fontWeight: "600" },
  { tag: tags.operatorKeyword, color: "var(--a)" },
  { tag: tags.standard(tags.function(tags.variableName)), color: "var(--d)" },
  { tag: tags.typeName, color: "var(--d)" },
  { tag: tags.definition(tags.variableName), color: "var(--b)", fontWeight: "600" },
]);

const casus = StreamLanguage.define<State>({
  name: "casus",
  startState: () => ({ declared: false, drawn: false, depth: 0 }),
  token,
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "[", "{", '"'] },
    indentOnInput: /^\s*\}$/,
  },
  indent: (state, after, context) => context.unit * Math.max(0, state.depth - (/^\s*[}\])]/.test(after) ? 1 : 0)),
  tokenTable: {
    definition: tags.definition(tags.variableName),
    standardFunction: tags.standard(tags.function(tags.variableName)),
  },
});

export const words = [...kinds.keys()];
export const casusLanguage = () => new LanguageSupport(casus, [syntaxHighlighting(colours)]);
