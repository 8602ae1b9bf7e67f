import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
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
  'src/pipeline/opcua-look-thread',
  'src/runtime/forward-thread',
  'src/journal/journal-thread',
  'src/archive/file/check-process',
  'src/audit/audit-thread',
  'src/insight/stage/insight-thread',
  'src/insight/model-file/model-process',
  'src/insight/model-file/model-watch-thread',
  'simulators/main',
  // Tests put a disk that obeys them around the real one, end the worker in the middle of its work, and start a gateway as a
  // partition's process does.
  'src/journal/disk',
  'src/audit/audit-worker',
  'src/runtime/gateway',
]

/** Packages with code for one machine, or with much of their own beside it that is read seldom. */
const LEFT_OUTSIDE = ['@duckdb/node-bindings', 'highs', 'pdfkit']

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

/** Writes for each entry a module of two lines that loads what was built of it: see src/load.mjs. */
function loadedByEntries(): Plugin {
  return {
    name: 'loaded-by-entries',
    async generateBundle(_options, bundle) {
      const loader = 'src/load.mjs'
      this.emitFile({ type: 'asset', fileName: loader, source: readFileSync(join(ROOT, loader)) })
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const { isEntry, name, fileName, facadeModuleId } = chunk
        const [firstLine] = chunk.code.split('\n', 1) as [string]
        const isProgram = firstLine.startsWith('#!')
        // Code that the loader runs has no `import()` of its own: the loader hands it one.
        const body = (await slimmed(isProgram ? chunk.code.slice(firstLine.length) : chunk.code)).replaceAll(
          'await import(',
          'await imported(',
        )
        chunk.code = `(function (exports, require, module, __filename, __dirname, imported) {${body}\n})`
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

/** Milliseconds that a gateway may take to be ready on a machine that is busy. */
const START_MS_MAX = 60_000

/**
 * Starts what was built once, in an empty folder, so that each thread keeps what the engine made for it: see src/load.mjs. Where no
 * gateway can be started (no loopback, a read-only folder) starts take longer, and the build says so.
 */
function startedOnce(): Plugin {
  return {
    name: 'started-once',
    async closeBundle() {
      const dir = mkdtempSync(join(tmpdir(), 'greengauge-build-'))
      try {
        await keepWhatIsMade(dir)
      } catch (error) {
        this.warn(`starts will take longer: no gateway could be started after the build (${(error as Error).message})`)
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    },
  }
}

async function keepWhatIsMade(dir: string): Promise<void> {
  const src = join(ROOT, 'dist', 'src')
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(keeperOf(dir, join(src, 'load.mjs')))}`]
  const [mqttPort, httpPort] = await freePorts(2)
  const config = { data_dir: join(dir, 'data'), mqtt: { port: mqttPort }, http: { port: httpPort } }
  const file = join(dir, 'greengauge.yaml')
  writeFileSync(file, JSON.stringify(config))
  const gateway = spawn(process.execPath, [...preload, join(src, 'cli.js'), 'run', '--config', file], {
    cwd: dir,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: 'ignore',
  })
  const ended = once(gateway, 'exit')
  try {
    await until(
      gateway,
      async () => (await fetch(`http://127.0.0.1:${httpPort}/readyz`).catch(() => null))?.ok === true,
    )
    const threads = readdirSync(dir).filter((name) => name.startsWith(THREAD))
    // The first thread is the last, because it puts the flags of the engine back.
    for (const thread of threads.sort().reverse()) {
      renameSync(join(dir, thread), join(dir, `${KEEP}${thread}`))
      await until(gateway, () => existsSync(join(dir, `${KEPT}${thread}`)))
    }
  } finally {
    gateway.kill('SIGTERM')
    await ended
  }
}

/** Files by which the build and the threads of the gateway speak with one another; behind each stands the number of a thread. */
const THREAD = 'thread-'
const KEEP = 'keep-'
const KEPT = 'kept-'

/** What each thread runs before its own code: it keeps what was made when it is told to. Threads take it over from the process. */
function keeperOf(dir: string, loader: string): string {
  const file = (prefix: string) => `${JSON.stringify(join(dir, `${prefix}${THREAD}`))} + threadId`
  return `
    import { existsSync, renameSync, writeFileSync } from 'node:fs'
    import { setFlagsFromString } from 'node:v8'
    import { isMainThread, threadId } from 'node:worker_threads'
    import { keepMade } from ${JSON.stringify(pathToFileURL(loader).href)}
    writeFileSync(${file('')}, '')
    const looking = setInterval(() => {
      if (!existsSync(${file(KEEP)})) return
      clearInterval(looking)
      // A gateway sets the one when it has been ready for a while, the other before it starts threads. What is made under
      // other flags than those of its start is refused there.
      setFlagsFromString('--no-optimize-for-size')
      if (isMainThread) setFlagsFromString('--heap-growing-percent=0')
      keepMade()
      renameSync(${file(KEEP)}, ${file(KEPT)})
    }, 20).unref()`
}

async function until(gateway: ChildProcess, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = Date.now() + START_MS_MAX
  while (!(await isSo())) {
    if (gateway.exitCode !== null || gateway.signalCode !== null) throw new Error('it ended')
    if (Date.now() > endMs) throw new Error(`it was not ready within ${START_MS_MAX / 1000} s`)
    await sleep(50)
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/**
 * The gateway and the simulators as a few files: reading them takes two thirds of the time that a start took when every
 * module was a file. Names are those of the source, and each part has the name of its source above it: a stack trace can be read.
 */
export default defineConfig({
  plugins: [placesOfModules(), placesOfPackages(), textsOfModules(), loadedByEntries(), startedOnce()],
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
