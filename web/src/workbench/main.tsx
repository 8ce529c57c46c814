// The workbench: one page over the server's folder; what is seen is told by the address (route.ts).
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { describeCase, folderOf, gameFor, type CaseInfo, type Folder } from "./api";
import { Browse } from "./browse";
import { Edit, unsaved } from "./edit";
import { Explore } from "./explore";
import { Game } from "./game";
import { Open } from "./open";
import { Trouble, Waiting, useAsked, useTitle } from "./parts";
import { PlayForm } from "./play";
import { link, useRoute, type Route } from "./route";
import { JobView, RunForm } from "./run";
import { Compare, StudyView } from "./study";

const tabs: [string, string][] = [
  ["edit", "Edit"],
  ["explore", "Explore"],
  ["browse", "Decisions"],
  ["run", "Run"],
  ["play", "Play"],
];

function WithCase({
  path,
  version,
  view,
  children,
}: {
  path: string;
  version: number;
  view: string;
  children: (info: CaseInfo) => preact.ComponentChildren;
}) {
  const [got] = useAsked(`${path} ${version}`, (signal) => describeCase({ path, text: unsaved(path) }, signal));
  const info = got.value;
  useTitle(info ? `${info.title || path}: ${tabs.find(([v]) => v === view)?.[1] ?? view}` : path);
  if (got.state === "failed")
    return (
      <>
        <Trouble error={got.error} />
        <p>
          <a href={link("edit", path)}>Edit {path}</a>
        </p>
      </>
    );
  if (!info || info.path !== path) return <Waiting what={`Reading ${path}`} />;
  return (
    <>
      {info.text !== undefined && (
        <p class="notice">
          With your <a href={link("edit", path)}>unsaved changes</a>
          {view === "run" && "; a run reads the saved file without them"}.
        </p>
      )}
      {children(info)}
    </>
  );
}

function View({
  route,
  folder,
  reload,
  version,
  saved,
}: {
  route: Route;
  folder: Folder;
  reload: () => void;
  version: number;
  saved: () => void;
}) {
  const { view, target } = route;
  switch (view) {
    case "open":
      return <Open folder={folder} />;
    case "edit":
      return <Edit key={target} path={target} route={route} onSaved={saved} />;
    case "job":
      return <JobView key={target} id={target} onChange={reload} />;
    case "study":
      return <StudyView path={target} />;
    case "compare":
      return <Compare route={route} studies={folder.studies} />;
    case "game":
      return <OfGame id={target} route={route} />;
    case "explore":
    case "browse":
    case "run":
    case "play":
      return (
        <WithCase path={target} version={version} view={view}>
          {(info) =>
            view === "explore" ? (
              <Explore key={`${target} ${version}`} path={target} info={info} route={route} />
            ) : view === "browse" ? (
              <Browse path={target} info={info} route={route} />
            ) : view === "run" ? (
              <RunForm path={target} info={info} route={route} onStarted={reload} />
            ) : (
              <PlayForm path={target} info={info} route={route} onStarted={reload} />
            )
          }
        </WithCase>
      );
    default:
      return (
        <p>
          There is no view called '{view}'. <a href="#/">To the start</a>
        </p>
      );
  }
}

// A game knows its case.
function OfGame({ id, route }: { id: string; route: Route }) {
  const secret = route.query.get("seat") ?? "";
  const [got] = useAsked(`${id} ${secret}`, (signal) => gameFor(id, secret, signal));
  if (got.state === "failed") return <Trouble error={got.error} />;
  if (!got.value) return <Waiting what="Dealing" />;
  const { path } = got.value;
  return (
    <WithCase path={path} version={0} view="play">
      {(info) => <Game key={secret} id={id} info={info} route={route} path={path} />}
    </WithCase>
  );
}

function Workbench() {
  const route = useRoute();
  const [version, setVersion] = useState(0);
  const [folder, reload] = useAsked<Folder>("folder", folderOf);
  // A new view starts at its top, and the list at the start is never old.
  useEffect(() => {
    scrollTo(0, 0);
    if (route.view === "open") reload();
  }, [route.view, route.target]);
  const ofCase = tabs.some(([v]) => v === route.view);
  const file = ofCase ? route.target : "";
  // Explore, decisions, run and play share the world that was set.
  const carried = Object.fromEntries(["set", "policy"].map((k) => [k, route.query.get(k)]));
  return (
    <>
      <a class="skip" href="#main">
        Skip to the view
      </a>
      <header class="bar">
        <a class="home" href="#/">
          Casus
        </a>
        {file && (
          <span class="file" title={file}>
            {file}
          </span>
        )}
        {file && (
          <nav class="tabs" aria-label="Views of this case">
            {tabs.map(([v, t]) => (
              <a href={link(v, file, v === "edit" ? {} : carried)} aria-current={v === route.view ? "page" : undefined}>
                {t}
              </a>
            ))}
          </nav>
        )}
        {!file && route.view !== "open" && <a href="#/">All cases, studies and games</a>}
      </header>
      <main id="main" class={`view view-${route.view}`} tabIndex={-1}>
        {folder.state === "failed" && <Trouble error={folder.error} />}
        {folder.value ? (
          <View
            route={route}
            folder={folder.value}
            reload={reload}
            version={version}
            saved={() => {
              setVersion((n) => n + 1);
              reload();
            }}
          />
        ) : (
          folder.state === "waiting" && <Waiting what="Opening" />
        )}
      </main>
    </>
  );
}

const page = document.getElementById("page")!;
page.replaceChildren();
render(<Workbench />, page);
page.dataset.ready = "yes";
