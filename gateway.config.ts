import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { transform } from 'esbuild'
import { defineConfig, type Plugin } from 'vite'

const ROOT = import.meta.dirname

/** Modules that are started, or loaded by tests, by path: each is a file of its own; what several of them need is shared. */
const ENTRIES = [
  'src/cli',
  'src/runtime/cluster/partition-main',
  'src/runtime/intake-thread',
  'src/runtime/pipeline-thread',
  'src/pipeline/report-thread',
  'src/runtime/forward-thread',
  'src/journal/journal-thread',
  'src/archive/file/check-process',
  'src/audit/audit-thread',
  'src/insight/stage/insight-thread',
  'simulators/main',
  // Tests put a disk that obeys them around the real one, end the worker in the middle of its work, and start a gateway as a
  // partition's process does.
  'src/journal/disk',
  'src/audit/audit-worker',
  'src/runtime/gateway',
]

/** Packages with code for one machine, or with much of their own beside it that is read seldom. */
const LEFT_OUTSIDE = ['@duckdb/node-bindings', 'pdfkit']

/** A package that reads files beside its code finds them where it is installed. */
function placesOfPackages(): Plugin {
  return {
    name: 'places-of-packages',
    transform(code, id) {
      const [, file] = /\/node_modules\/(@fastify\/swagger-ui\/.+\.js)$/.exec(id) ?? []
      if (file === undefined || !code.includes('__dirname')) return null
      return { code: code.replaceAll('__dirname', `path.dirname(require.resolve('${file}'))`), map: null }
    },
  }
}

/** A module that starts a thread names its file as seen from itself: that place is kept, wherever its code has gone. */
function placesOfModules(): Plugin {
  return {
    name: 'places-of-modules',
    transform(code, id) {
      const path = relative(join(ROOT, 'src'), id)
      if (path.startsWith('..') || !code.includes('import.meta.url')) return null
      const place = `dist/src/${path.split(sep).join('/').replace(/\.ts$/, '.js')}`
      const url = `new URL(${JSON.stringify(place)}, 'file://' + encodeURI(packageRootHere) + '/').href`
      const root = `import { packageRoot as packageRootHere } from ${JSON.stringify(join(ROOT, 'src', 'program', 'version.ts'))}\n`
      return { code: root + code.replaceAll('import.meta.url', url), map: null }
    },
  }
}

/** Texts that a module reads from beside it are put beside its place. */
const TEXTS = ['src/audit/bundle/guide']

function textsOfModules(): Plugin {
  return {
    name: 'texts-of-modules',
    generateBundle() {
      for (const folder of TEXTS) {
        for (const name of readdirSync(join(ROOT, folder))) {
          if (name.endsWith('.ts')) continue
          const fileName = `${folder}/${name}`
          this.emitFile({ type: 'asset', fileName, source: readFileSync(join(ROOT, fileName)) })
        }
      }
    },
  }
}

/** Longest line of built code, so that a line and a column of a stack trace are found without a tool. */
const LINE_LENGTH_MAX = 160

/**
 * The code as it is loaded. An engine keeps the text of every module that a thread has loaded, two bytes a character when one of them
 * is Chinese: comments and indents go, and what is not ASCII is written as an escape. Names stay, and the name of each source
 * above its part.
 */
async function slimmed(code: string): Promise<string> {
  const named = code
    .replaceAll(/^\/\/#region /gm, '//! ')
    .replaceAll(/^\/\/ (?=(?:src|simulators|node_modules)\/)/gm, '//! ')
  const { code: slim } = await transform(named, {
    minifyWhitespace: true,
    charset: 'ascii',
    legalComments: 'inline',
    lineLimit: LINE_LENGTH_MAX,
    target: 'node20',
  })
  const parted = slim.replaceAll(/(?<=[;}])(?=\/\/! (?:src|simulators|node_modules)\/)/g, '\n')
  // What is left stands in regular expressions, which know the same escapes.
  return parted.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Writes for each entry a module of one line that loads what was built of it, and beside each built file what the engine makes
 * of it: see src/load.mjs. All of its functions are made, so that what is needed seldom is no slower the first time.
 */
function madeBeforehand(): Plugin {
  return {
    name: 'made-beforehand',
    async generateBundle(_options, bundle) {
      const loader = 'src/load.mjs'
      this.emitFile({ type: 'asset', fileName: loader, source: readFileSync(join(ROOT, loader)) })
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const { isEntry, name, fileName, facadeModuleId } = chunk
        const [firstLine] = chunk.code.split('\n', 1) as [string]
        const isProgram = firstLine.startsWith('#!')
        // Code that was made beforehand has no `import()` of its own: the loader hands it one.
        const body = (await slimmed(isProgram ? chunk.code.slice(firstLine.length) : chunk.code)).replaceAll(
          'await import(',
          'await imported(',
        )
        chunk.code = `(function (exports, require, module, __filename, __dirname, imported) {${body}\n})`
        const made = `${fileName}.${process.version}-${process.arch}`
        this.emitFile({ type: 'asset', fileName: made, source: madeOf(chunk.code, fileName) })
        if (!isEntry) continue
        const from = (path: string) => {
          const way = relative(dirname(name), path).split(sep).join('/')
          return way.startsWith('.') ? way : `./${way}`
        }
        const { exports } = this.getModuleInfo(facadeModuleId!)!
        const lines = [
          ...(isProgram ? [firstLine] : []),
          `import { load } from '${from(loader)}'`,
          `${exports.length === 0 ? '' : `export const { ${exports.join(', ')} } = `}load(new URL('${from(fileName)}', import.meta.url))`,
        ]
        this.emitFile({ type: 'asset', fileName: `${name}.js`, source: `${lines.join('\n')}\n` })
      }
    },
  }
}

function madeOf(code: string, fileName: string): Buffer {
  setFlagsFromString('--no-lazy')
  const script = new Script(code, { filename: pathToFileURL(join(ROOT, 'dist', fileName)).href })
  // Back before it is taken: what was made under other flags than those of a start is refused there.
  setFlagsFromString('--lazy')
  const made = script.createCachedData()
  const sums = Buffer.alloc(8)
  sums.writeUInt32LE(crc32(code), 0)
  sums.writeUInt32LE(crc32(made), 4)
  return Buffer.concat([sums, made])
}

/**
 * The gateway and the simulators as a few files: reading them takes two thirds of the time that a start took when every
 * module was a file. Names are those of the source, and each part has the name of its source above it: a stack trace can be read.
 */
export default defineConfig({
  plugins: [placesOfModules(), placesOfPackages(), textsOfModules(), madeBeforehand()],
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(ROOT, `${entry}.ts`)])),
      output: {
        format: 'cjs',
        entryFileNames: 'src/shared/[name]-[hash].cjs',
        chunkFileNames: 'src/shared/[name]-[hash].cjs',
      },
    },
  },
  ssr: { noExternal: true, external: LEFT_OUTSIDE },
})
