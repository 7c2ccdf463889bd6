import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8000';

// A separate build: it adds nothing to the console, and each of its URLs begins with /graphiql/.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/graphiql/',
  publicDir: false,
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows data: URLs for pictures only
    chunkSizeWarningLimit: 4096, // the editor, loaded once and cached for good
    rolldownOptions: {
      // "use client" has no meaning here
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': { target: server, ws: true }, '/demo': server, '/console': server } },
});
