import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fileOf } from './chunks.ts';
import { documents } from './documents.ts';
import { tag } from './src/i18n/tag.ts';

const server = `http://127.0.0.1:${process.env.PORT ?? 8000}`;

const languages = readdirSync(fileURLToPath(new URL('src/i18n/languages', import.meta.url)));
const locales = ['en', ...languages.map((file) => file.replace('.ts', ''))].map(tag);

export default defineConfig({
  plugins: [documents(), react(), { ...optimizeLocales.vite({ locales }), enforce: 'pre' }],
  // the package itself names its development build to bundlers
  resolve: {
    alias: {
      'react-router': fileURLToPath(import.meta.resolve('react-router').replace('development', 'production')),
    },
  },
  // for every response, the server replaces this by a fresh nonce in the page and in the header
  html: { cspNonce: 'CSP_NONCE' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'main', tags: ['$initial'], priority: 2 },
            {
              name: 'controls',
              test: /react-aria-components.*(TextField|Checkbox|SearchField|ToggleButton|Heading)/,
              priority: 1,
            },
            { name: fileOf(), includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
  optimizeDeps: { entries: ['index.html'] }, // GraphiQL is built by a configuration of its own
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/demo': server,
      '/console': server,
      '/pictures': server,
      '/labels': server,
      '/orders': server,
      '/exports': server,
    },
  },
});
