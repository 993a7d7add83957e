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
    chunkSizeWarningLimit: 1500,
    license: { fileName: 'LICENSES.md' },
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: 'es2022',
  },
})
