import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const GENERATED = fileURLToPath(new URL('src/gql/graphql.ts', import.meta.url));
const DOCUMENT = /^export const (\w+) = (\/\*#__PURE__\*\/ gql`[^`]*`) as unknown as .*;$/gm;
const FRAGMENT = /\$\{(\w+)\}/g;
const LOOSE = /\s*([{}():,=]|\s)\s*/g; // what GraphQL reads the same way without the blanks around it
const IMPORT = /import \{([^}]*)\} from '(?:\.\.?\/)+gql\/graphql';/g;
/** The module of a document: `document:` and its name. */
export const DOCUMENTS = '\0document:';

/**
 * Makes a module of each GraphQL document, without idle blanks, so that a page loads the documents that it sends. In the
 * generated file they are one module, which would come whole with the first page.
 */
export function documents(): Plugin {
  const sources = new Map<string, string>();
  return {
    name: 'documents',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      for (const [, name = '', text = ''] of readFileSync(GENERATED, 'utf8').matchAll(DOCUMENT)) {
        const fragments = [...new Set(Array.from(text.matchAll(FRAGMENT), ([, fragment = '']) => fragment))];
        const packed = text.includes('"') ? text : text.replaceAll(LOOSE, '$1'); // blanks in a string mean something
        const imports = [`import { gql } from '@urql/core';`, ...fragments.map(imported)];
        sources.set(name, `${imports.join('')} export const ${name} = ${packed};`);
      }
    },
    transform(code) {
      if (!code.includes('/gql/graphql')) return;
      return code.replaceAll(IMPORT, (_, names: string) =>
        names
          .split(',')
          .map((name) => name.trim())
          .filter((name) => sources.has(name))
          .map(imported)
          .join(''),
      );
    },
    resolveId: (source) =>
      source.startsWith(DOCUMENTS.slice(1)) ? { id: `\0${source}`, moduleSideEffects: false } : undefined,
    load: (id) => (id.startsWith(DOCUMENTS) ? sources.get(id.slice(DOCUMENTS.length)) : undefined),
  };
}

const imported = (name: string) => `import { ${name} } from '${DOCUMENTS.slice(1)}${name}';`;
