import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  publicDir: 'public',
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined: the page's policy allows no script and no font from a data address.
    assetsInlineLimit: 0,
    // React, Mantine and the router, all of which the first room needs: one file, kept for as long as it stays the same.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  // For `npm run dev`: the API of a panel that runs beside it.
  server: {
    proxy: Object.fromEntries(['/api', '/docs', '/docs-json'].map((path) => [path, process.env.PANEL_URL ?? 'http://127.0.0.1:3000'])),
  },
});
