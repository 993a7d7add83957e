// Builds the explorer into dist/, which is committed: who runs Triple Helix needs no Node.
// The page lies at /graphql and its files at /graphql/assets/, so dist/ has the shape of the URLs:
// with the relative base './' the page works under any prefix a proxy puts in front of it.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  base: './',
  worker: { format: 'es' },
  build: {
    assetsDir: 'graphql/assets',
    assetsInlineLimit: 0,
    // Monaco's core is one file of 1.8 MB: split by size, its modules would run in the wrong order.
    chunkSizeWarningLimit: 2000,
    license: { fileName: 'LICENSES.md' },
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // React's compiler marks its output "use no memo"; bundled code has no use for the mark.
      onLog: (level, log, show) => log.code === 'MODULE_LEVEL_DIRECTIVE' || show(level, log),
    },
    sourcemap: false,
    target: 'es2022',
  },
})
