// Where one is: view, file or id, and the view's state, all in the address, so that a reload or a second tab shows the
// same. "#/explore/cases/a.casus?policy=free&set=p:0.4" is the view "explore" of "cases/a.casus".
import { useEffect, useState } from "preact/hooks";

export interface Route {
  view: string;
  target: string;
  query: URLSearchParams;
}

export function parsed(hash: string): Route {
  const [path, query] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...rest] = path.split("/");
  return {
    view: view || "open",
    target: rest.map(decodeURIComponent).join("/"),
    query: new URLSearchParams(query ?? ""),
  };
}

export type Query = Record<string, string | number | undefined | null>;
export function link(view: string, target = "", query: Query = {}): string {
  const asked = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== null && v !== "") asked.set(k, String(v));
  const text = asked
    .toString()
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%5B", "[")
    .replaceAll("%5D", "]");
  return `#/${view}${target ? "/" + target.split("/").map(encodeURIComponent).join("/") : ""}${text ? "?" + text : ""}`;
}

export const go = (to: string) => {
  location.hash = to;
};
// The same place with other state: no new entry for the back button.
export function replace(to: string) {
  if (location.hash === to) return;
  history.replaceState(null, "", to);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

const isRoute = (hash: string) => hash === "" || hash === "#" || hash.startsWith("#/");

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parsed(location.hash));
  useEffect(() => {
    const moved = () => {
      if (isRoute(location.hash)) setRoute(parsed(location.hash));
    };
    // Links inside an embedded report lead to a place on the page, not to another view.
    const clicked = (e: MouseEvent) => {
      const href = (e.target as Element).closest?.("a[href^='#']")?.getAttribute("href");
      if (!href || isRoute(href)) return;
      e.preventDefault();
      const place = document.getElementById(href.slice(1));
      if (!place) return;
      place.scrollIntoView();
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
    };
    addEventListener("hashchange", moved);
    addEventListener("click", clicked);
    return () => {
      removeEventListener("hashchange", moved);
      removeEventListener("click", clicked);
    };
  }, []);
  return route;
}

// "p:0.4,tied:2" and back: the parameters that are not at their median.
export type Settings = Record<string, string>;
export const settingsOf = (text: string | null): Settings =>
  Object.fromEntries(
    (text ?? "")
      .split(",")
      .filter(Boolean)
      .map((s) => [s.slice(0, s.lastIndexOf(":")), s.slice(s.lastIndexOf(":") + 1)]),
  );
export const settingsText = (s: Settings) =>
  Object.entries(s)
    .map(([k, v]) => `${k}:${v}`)
    .join(",");
