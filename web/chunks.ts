import { fileURLToPath } from 'node:url';
import { DOCUMENTS } from './documents.ts';

const OURS = fileURLToPath(new URL('src/', import.meta.url));
const APP = `${OURS}App.tsx`;
/** What brings the texts of a folder: what only pages with these texts show comes with them. */
const TEXTS = /\/(texts|unverified)\.ts$/;
/** What a page needs only once something is opened. */
const OPENED = /react-aria-components\/.*\/(Dialog|ListBox|NumberField)\.mjs$/;

interface Graph {
  getModuleInfo(id: string): { importedIds: string[]; dynamicallyImportedIds: string[] } | null;
}

/**
 * Names the file of a module of ours that several pages show. The bundler itself makes a file for each set of users:
 * dozens a page, each with half a kilobyte of headers. What a module imports is used by the same pages at least, so no
 * two files import each other.
 */
export function fileOf(): (id: string, graph: Graph) => string | null {
  let files: Map<string, string> | undefined;
  return (id, graph) => {
    files ??= allFiles(graph);
    return files.get(id) ?? null;
  };
}

function allFiles(graph: Graph): Map<string, string> {
  const seats = loadedBy(APP, graph)
    .filter((root) => loadedBy(root, graph).length > 0)
    .map((root) => ({
      name: /(\w+)\.tsx$/.exec(root)?.[1] ?? '',
      frame: withImports(root, graph),
      pages: loadedBy(root, graph).map((page) => withImports(page, graph)),
    }));
  const pageRoots = new Set(seats.flatMap(({ pages }) => pages.map(([root]) => root)));
  const files = new Map<string, string>();
  for (const id of new Set(
    seats.flatMap(({ frame, pages }) => [frame, ...pages].flatMap((part) => [...part])),
  )) {
    if (!isOurs(id) || pageRoots.has(id) || isOpened(id, graph)) continue;
    const users = seats.filter(({ frame, pages }) => [frame, ...pages].some((part) => part.has(id)));
    const pages = users.flatMap(({ pages }) => pages.filter((page) => page.has(id)));
    const name = users.map(({ name }) => name).join('-');
    if (users.some(({ frame }) => frame.has(id))) files.set(id, users.length > 1 ? 'frame' : name);
    else if (pages.length > 1) files.set(id, `${users.length > 1 ? '' : `${name}-`}${sharedBy(pages)}`);
  }
  return files;
}

/** The file of what these pages share: that of a folder whose texts all of them show, if there is one. */
function sharedBy([first = new Set(), ...others]: Set<string>[]): string {
  const texts = [...first].find((id) => TEXTS.test(id) && others.every((page) => page.has(id)));
  return texts ? (texts.split('/').at(-2) ?? 'pages') : 'pages';
}

const isOurs = (id: string) => id.startsWith(OURS) || id.startsWith(DOCUMENTS);

const isOpened = (id: string, graph: Graph) =>
  [...withImports(id, graph)].some((imported) => OPENED.test(imported));

/** What a module loads later, as a seat does its pages. */
const loadedBy = (id: string, graph: Graph) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? [];

/** A module and all that it imports; it comes first. */
function withImports(id: string, graph: Graph, found = new Set<string>()): Set<string> {
  if (found.has(id)) return found;
  found.add(id);
  for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) withImports(imported, graph, found);
  return found;
}
