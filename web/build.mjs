// Builds the report's page: in, src/; out, one HTML file without references to others, with a place for the data.
// Usage: node build.mjs OUTPUT [NODE_MODULES]
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];
const modules = resolve(process.argv[3] ?? join(here, "node_modules"));
if (!output) throw new Error("usage: node build.mjs OUTPUT [NODE_MODULES]");
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

const [page, style, script] = await Promise.all([
  readFile(join(here, "src/page.html"), "utf8"),
  bundle("style.css"),
  bundle("main.tsx"),
]);
// Functions, so that "$&" in the bundle is no pattern.
const html = page
  .replace("/*STYLE*/", () => style)
  .replace("/*SCRIPT*/", () => script.replaceAll("</script", "<\\/script"));
await writeFile(output, html);
