// A course of events in sentences, a round each, as the program tells it: events first, then how beliefs moved.
import type { ComponentChildren } from "preact";

// A number keeps its per cent sign on its line.
export const unbroken = (text: string) => text.replaceAll(" %", "\u00a0%");

export function Timeline({ story, more }: { story: string[]; more?: (round: number) => ComponentChildren }) {
  return (
    <ol class="timeline">
      {story.map((told) => {
        const at = told.indexOf(": ");
        const [text, ...beliefs] = told.slice(at + 2).split(/ (?=Believed: )/);
        return (
          <li>
            <h4>
              {told.slice(0, at)}
              {more?.(Number(/\d+/.exec(told.slice(0, at))?.[0]))}
            </h4>
            <p>{unbroken(text)}</p>
            {beliefs.map((b) => (
              <p class="belief">{unbroken(b)}</p>
            ))}
          </li>
        );
      })}
    </ol>
  );
}
