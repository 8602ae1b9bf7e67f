import { defineConfig } from 'vite'

/**
 * The verifier of evidence bundles as one file, which lies in every bundle and needs nothing but Node. Not minified:
 * whoever does not trust it should be able to read it.
 */
export default defineConfig({
  build: {
    ssr: 'src/commands/verify/main.ts',
    outDir: 'dist/verify',
    target: 'node20',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { entryFileNames: 'greengauge-verify.mjs', codeSplitting: false } },
  },
  ssr: { noExternal: true },
})
