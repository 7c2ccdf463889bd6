import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = `http://127.0.0.1:${process.env.PORT ?? 8000}`;

export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['en-US', 'de-DE'] }), enforce: 'pre' }],
  // for every response, the server replaces this by a fresh nonce in the page and in the header
  html: { cspNonce: 'CSP_NONCE' },
  build: { target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: true },
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
