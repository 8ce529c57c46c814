// The report: one study, told from the data inside the page.
import { render } from "preact";
import { study, tell } from "./data";
import { Head, Parts } from "./story";

tell(JSON.parse(document.getElementById("casus-data")!.textContent!));

function Report() {
  return (
    <>
      <a class="skip" href="#main">Skip to the report</a>
      <header><Head /></header>
      <main id="main"><Parts /></main>
      <footer>Made by Casus {study.casus} from {study.case}. This file needs no network.</footer>
    </>
  );
}

document.title = `${study.title || study.case} – Casus`;
const page = document.getElementById("page")!;
page.replaceChildren();
render(<Report />, page);
page.dataset.ready = "yes";

// On paper nothing can be opened by hand.
let opened: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll<HTMLDetailsElement>(".stages details:not([open])")];
  for (const d of opened) d.open = true;
});
addEventListener("afterprint", () => {
  for (const d of opened) d.open = false;
});
