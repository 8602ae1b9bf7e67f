import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { HELP_PAGE, helpPages } from './help/plugin.js'

/** The text face is needed by the first paint: say so in the page, before the style sheet has been read. */
function preloadInter(): Plugin {
  return {
    name: 'preload-inter',
    transformIndexHtml: {
      order: 'post',
      handler(_, context) {
        const file = Object.keys(context.bundle ?? {}).find((name) => name.includes('inter-latin-opsz'))
        if (file === undefined) return []
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${file}` }
        return [{ tag: 'link', attrs, injectTo: 'head' }]
      },
    },
  }
}

/**
 * A `.gz` beside every text asset, so that the gateway sends files and never compresses. Made of what has been written:
 * before that other plugins still change the code.
 */
function gzipBeside(): Plugin {
  return {
    name: 'gzip-beside',
    writeBundle({ dir }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        if (!/\.(js|css|html|svg|json)$/.test(fileName)) continue
        const path = join(dir ?? '', fileName)
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [preloadInter(), helpPages(join(import.meta.dirname, '..')), gzipBeside()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    rolldownOptions: {
      input: ['index.html', HELP_PAGE].map((page) => join(import.meta.dirname, page)),
      // Whoever starts the gateway can do nothing about the time that plugins took.
      checks: { pluginTimings: false },
    },
    outDir: '../dist/dashboards',
    emptyOutDir: true,
    // No data: addresses, the content security policy names this origin alone.
    assetsInlineLimit: 0,
    // The first with light-dark(), which holds both themes of a token in one line.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
})
