import { join, relative, sep } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const ROOT = import.meta.dirname

/** What is started, or loaded by tests, by its path: each is a file of its own; what several of them need is shared. */
const ENTRIES = [
  'src/cli',
  'src/partition-main',
  'src/intake-thread',
  'src/pipeline-thread',
  'src/report-thread',
  'src/forward-thread',
  'src/journal/journal-thread',
  'src/audit/audit-thread',
  'simulators/main',
  // Tests put a disk that obeys them around the real one, end the worker in the middle of its work, and start a gateway as a
  // partition's process does.
  'src/journal/disk',
  'src/audit/audit-worker',
  'src/gateway',
]

/** Packages that look for files beside their own code. */
const LEFT_OUTSIDE = [
  '@duckdb/node-bindings',
  '@fastify/static',
  '@fastify/swagger-ui',
  'nodemailer',
  'pdfkit',
  'pino',
  'pino-pretty',
]

/** A module that starts a thread names its file as seen from itself: that place is kept, wherever its code has gone. */
function placesOfModules(): Plugin {
  return {
    name: 'places-of-modules',
    transform(code, id) {
      const path = relative(join(ROOT, 'src'), id)
      if (path.startsWith('..') || !code.includes('import.meta.url')) return null
      const place = `dist/src/${path.split(sep).join('/').replace(/\.ts$/, '.js')}`
      const url = `new URL(${JSON.stringify(place)}, 'file://' + encodeURI(packageRootHere) + '/').href`
      const root = `import { packageRoot as packageRootHere } from ${JSON.stringify(join(ROOT, 'src', 'version.ts'))}\n`
      return { code: root + code.replaceAll('import.meta.url', url), map: null }
    },
  }
}

/**
 * The gateway and the simulators as a few files: reading them takes two thirds of the time that a start took when every
 * module was a file. Not minified, and each part has the name of its source above it: a stack trace can be read.
 */
export default defineConfig({
  plugins: [placesOfModules()],
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(ROOT, `${entry}.ts`)])),
      output: { entryFileNames: '[name].js', chunkFileNames: 'src/shared/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: LEFT_OUTSIDE },
})
