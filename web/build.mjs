// Builds the pages of Casus: in, src/NAME/ (page.html, style.css, main.tsx); out, FOLDER/NAME.html, one file each
// without references to others. The report has a place for its data; the workbench asks its server.
// Usage: node build.mjs FOLDER [NODE_MODULES]
import { readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const modules = resolve(process.argv[3] ?? join(here, "node_modules"));
if (!folder) throw new Error("usage: node build.mjs FOLDER [NODE_MODULES]");
const { build } = await import(pathToFileURL(createRequire(join(modules, "x.js")).resolve("esbuild")).href);

const bundle = async (entry) => {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["chrome100", "firefox100", "safari15"],
    jsx: "automatic",
    jsxImportSource: "preact",
    nodePaths: [modules],
    legalComments: "none",
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
};

for (const name of ["report", "workbench"]) {
  const [page, style, script] = await Promise.all([
    readFile(join(here, "src", name, "page.html"), "utf8"),
    bundle(`${name}/style.css`),
    bundle(`${name}/main.tsx`),
  ]);
  // Functions, so that "$&" in the bundle is no pattern.
  const html = page
    .replace("/*STYLE*/", () => style)
    .replace("/*SCRIPT*/", () => script.replaceAll("</script", "<\\/script"));
  // A page is there whole or not at all.
  await writeFile(join(folder, `${name}.html.new`), html);
  await rename(join(folder, `${name}.html.new`), join(folder, `${name}.html`));
}
