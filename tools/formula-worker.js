/* Runs texcheck in Pyodide, away from the page.  First message: {files}, each of them gzipped in base64.  Then
   {id, known, page, tex} in; {id, stage}, {id, found}, {id, number, verdict} for each relation and {id, done} out, or
   {id, failed}.  Nothing is fetched, so a page opened from a disk will do as well.  A new formula takes the place of the
   one before it. */
const files = {};
const opened = new Set();
let engine;
let latest;

async function unpacked(text) {
  const packed = await (await realFetch(`data:application/gzip;base64,${text}`)).blob();
  return new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/* What Pyodide asks for by name is in the pack. */
const realFetch = self.fetch.bind(self);
self.fetch = async (url) => {
  const name = String(url.url ?? url)
    .split("/")
    .pop();
  if (!(name in files)) throw new Error(`not in the pack: ${name}`);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(files[name], { headers: { "Content-Type": type } });
};

/* A page opened from a disk may start classic workers alone.  They import modules too, but Pyodide takes this function
   for the sign that they do not. */
self.importScripts = () => {
  throw new Error("modules only");
};
const module = (name) => import(URL.createObjectURL(new Blob([files[name]], { type: "text/javascript" })));

const PYTHON = `
import json, sys
sys.path.insert(0, "/packages")
from texcheck import live

pages, current = {}, None

def know(name, text):
    pages[name] = live.opened(json.loads(text))

def read(name, tex):
    global current
    current, found = live.read(pages[name], tex)
    return json.dumps(found)

def verdict(number):
    return json.dumps(current.verdict(number))
`;

async function start(pack) {
  const unpack = async ([name, text]) => {
    files[name] = await unpacked(text);
  };
  await Promise.all(Object.entries(pack).map(unpack));
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(
    ["pyodide.mjs", "pyodide.asm.mjs"].map(module),
  );
  const info = { arch: "wasm32", platform: "emscripten", abi_version: "2026_0", version: "0", python: "3.14.0" };
  const python = await loadPyodide({
    createPyodideModule,
    lockFileContents: { info, packages: {} },
    indexURL: "http://pack/",
    packageBaseUrl: "http://pack/",
  });
  python.unpackArchive(files["packages.zip"], "zip", { extractDir: "/packages" });
  python.runPython(PYTHON);
  return Object.fromEntries(["know", "read", "verdict"].map((name) => [name, python.globals.get(name)]));
}

/* Lets a newer message in. */
const pause = () => new Promise((resume) => setTimeout(resume));

async function check({ id, known, page, tex }) {
  postMessage({ id, stage: "starting" });
  const { know, read, verdict } = await engine;
  if (!opened.has(page)) know(page, JSON.stringify(known));
  opened.add(page);
  postMessage({ id, stage: "checking" });
  const found = JSON.parse(read(page, tex));
  postMessage({ id, found });
  for (const number of (found.lines ?? []).keys()) {
    await pause();
    if (id !== latest) return;
    postMessage({ id, number, verdict: JSON.parse(verdict(number)) });
  }
  postMessage({ id, done: true });
}

self.addEventListener("message", ({ data }) => {
  if (data.files) {
    engine = start(data.files);
    engine.catch(() => {});
    return;
  }
  latest = data.id;
  check(data).catch((error) => postMessage({ id: data.id, failed: String(error.message || error) }));
});
