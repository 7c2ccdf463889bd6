import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8000';

// A build of its own: nothing of it weighs on the console, and every address in it begins with /graphiql/.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/graphiql/',
  publicDir: false,
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: but pictures
    chunkSizeWarningLimit: 4096, // the editor; read once, cached for good
    rolldownOptions: {
      // "use client" means nothing here
      onLog: (level, log, tell) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && tell(level, log),
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': { target: server, ws: true }, '/demo': server, '/console': server } },
});
