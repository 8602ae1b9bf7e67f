/*
 * Makes a fresh clone runnable: installs the packages when they are missing or not those of the lock file, and builds
 * what is stale. `npm start` and `npm test` begin here, before there is a single package or compiled file, so this
 * file is plain JavaScript, uses nothing but Node, and must at least parse on a Node that is too old.
 *
 * Whether something is stale is decided by content, not by file times: a git checkout gives every file a new time.
 * A stamp is written after the step it stands for, so an interrupted install or build is noticed the next time.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const EX_USAGE = 64
const EX_UNAVAILABLE = 69
const EX_SOFTWARE = 70
const EX_CONFIG = 78

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

/**
 * Builds of the package, compiled and bundled: `sources` are folders and files, `products` must be there, `clean` is removed
 * first so that nothing of a deleted source stays behind.
 */
const builds = [
  {
    name: 'gateway',
    progress: 'Building the gateway…',
    sources: ['src', 'simulators', 'gateway.config.ts', 'tsconfig.json', 'package-lock.json'],
    products: ['src/cli.js'],
    clean: ['src', 'simulators'],
    // Types are checked by `npm run check`; whoever starts a released version need not wait for that.
    command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'gateway.config.ts', '--logLevel', 'warn'],
  },
  {
    name: 'dashboards',
    progress: 'Building the dashboards…',
    // The documents become pages of the help.
    sources: [
      'dashboards',
      'docs',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'src/base',
      'tsconfig.json',
      'package-lock.json',
    ],
    products: ['dashboards/index.html', 'dashboards/help/index.html'],
    clean: ['dashboards'],
    command: ['node_modules/vite/bin/vite.js', 'build', 'dashboards', '--logLevel', 'warn'],
  },
  {
    name: 'verifier',
    progress: 'Making the verifier of evidence bundles…',
    sources: ['src', 'verifier.config.ts', 'tsconfig.json', 'package-lock.json'],
    products: ['verify/greengauge-verify.mjs'],
    clean: ['verify'],
    command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'verifier.config.ts', '--logLevel', 'warn'],
  },
]

/** Faces of printed reports, out of a package that is there only while building; listed in src/audit/render/pdf/fonts.ts too. */
const fontsFrom = join(root, 'node_modules', '@fontsource', 'noto-sans-sc')
const fonts = [
  'LICENSE',
  ...[
    'chinese-simplified-400',
    'chinese-simplified-600',
    'latin-ext-400',
    '90-400',
    '91-400',
    '100-400',
    '106-400',
    '107-400',
    '109-400',
  ].map((slice) => `files/noto-sans-sc-${slice}-normal.woff`),
]

requireNode(20, 19)
if (!existsSync(join(root, 'src', 'cli.ts'))) refuseInPackage()
if (missingPackages() || builds.some(isStale) || missingFonts().length > 0) {
  lock(join(dist, 'prepare.lock'))
  // Looked at again: who held the lock before has perhaps done the work.
  if (missingPackages()) install()
  await Promise.all(builds.filter(isStale).map(run))
  copyFonts()
}

/** A package that npm has installed has nothing to build, and its folder is no place for data: the next version replaces it. */
function refuseInPackage() {
  fail(
    EX_USAGE,
    'This is the installed package: there is nothing to build here.',
    'In a folder of your own, "greengauge demo" runs the gateway with three simulated plants, "greengauge run" with yours.',
  )
}

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  fail(
    EX_CONFIG,
    `Greengauge needs Node.js ${major}.${minor} or newer; this is ${process.versions.node} (${process.execPath}).`,
    'Install a current LTS from https://nodejs.org/ and run the same command again.',
  )
}

/**
 * True when what npm has installed is not what the lock file names. npm writes `node_modules/.package-lock.json` at
 * the end of an install, so it is missing after an interrupted one. Packages for other platforms are optional.
 */
function missingPackages() {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))
  if (installed === null) return true
  const wanted = readJson(join(root, 'package-lock.json'))
  return Object.entries(wanted.packages).some(([path, entry]) => {
    if (path === '') return false
    const have = installed.packages[path]
    if (have === undefined) return entry.optional !== true
    return have.version !== entry.version || !existsSync(join(root, path))
  })
}

function install() {
  say('Installing packages (first run, or the lock file has changed)…')
  // npm tells its scripts where it lives; on Windows `npm` is a .cmd file, which only a shell can start.
  const npm = process.env.npm_execpath
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], stdio())
    : spawnSync('npm', args, { ...stdio(), shell: process.platform === 'win32' })
  if (done.status === 0) return
  fail(
    EX_UNAVAILABLE,
    `npm ci did not succeed (${reasonOf(done)}).`,
    'The first run needs the package registry: check the network, and the proxy settings (npm config list).',
  )
}

async function run(build) {
  say(build.progress)
  const hash = hashOf(build.sources)
  rmSync(stampOf(build), { force: true })
  for (const folder of build.clean) rmSync(join(dist, folder), { recursive: true, force: true })
  const done = await ended(spawn(process.execPath, build.command, stdio()))
  if (done.status !== 0) {
    fail(EX_SOFTWARE, `The build of the ${build.name} failed (${reasonOf(done)}).`, 'The lines above say where.')
  }
  writeFileSync(join(dist, 'commit'), commit())
  writeFileSync(stampOf(build), hash)
}

/** End of a process, in the words of `spawnSync`. */
function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error, status: null, signal: null }))
    child.once('exit', (status, signal) => resolve({ status, signal }))
  })
}

/** The package is exactly pinned: a file of the same name and size is the same file. */
function missingFonts() {
  return fonts.filter((file) => {
    const copy = join(dist, 'fonts', basename(file))
    return !existsSync(copy) || statSync(copy).size !== statSync(join(fontsFrom, file)).size
  })
}

function copyFonts() {
  mkdirSync(join(dist, 'fonts'), { recursive: true })
  for (const file of missingFonts()) copyFileSync(join(fontsFrom, file), join(dist, 'fonts', basename(file)))
}

function isStale(build) {
  if (build.products.some((product) => !existsSync(join(dist, product)))) return true
  const stamp = stampOf(build)
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hashOf(build.sources)
}

function stampOf(build) {
  return join(dist, `${build.name}.stamp`)
}

/** SHA-256 over the names and contents of all files below the given folders and files. */
function hashOf(sources) {
  const hash = createHash('sha256')
  for (const source of sources) {
    const path = join(root, source)
    if (!existsSync(path)) continue
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true })
          .map((name) => join(path, name))
          .sort()
      : [path]
    for (const file of files) {
      if (!statSync(file).isFile()) continue
      hash.update(`${file.slice(root.length).split(sep).join('/')}\0`)
      hash.update(readFileSync(file))
      hash.update('\0')
    }
  }
  return hash.digest('hex')
}

/** The commit that is built, for a copy of `dist` that has no repository around it; '' when there is none. */
function commit() {
  if (process.env.SOURCE_COMMIT) return process.env.SOURCE_COMMIT
  if (!existsSync(join(root, '.git'))) return ''
  const git = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' })
  return git.status === 0 ? git.stdout.trim() : ''
}

/**
 * Lets one run at a time install and build, until this process ends; waits while the process that holds the lock
 * lives. Making a folder is atomic on every file system.
 */
function lock(folder) {
  const owner = join(folder, 'pid')
  mkdirSync(dirname(folder), { recursive: true })
  for (let waits = 0; ; waits++) {
    try {
      mkdirSync(folder)
      writeFileSync(owner, String(process.pid))
      process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    // An owner that has not yet written its number gets a second to do so.
    const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : 0
    if (pid > 0 ? !isAlive(pid) : waits > 4) rmSync(folder, { recursive: true, force: true })
    else if (waits === 4) {
      say(
        `Waiting for another run that is installing or building (process ${pid}; if there is none, delete ${folder})…`,
      )
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    // One that was killed and not yet collected by its parent still has its number.
    const stat = `/proc/${pid}/stat`
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

/** Progress and the tools' own words go to stderr: stdout belongs to the command that follows. */
function stdio() {
  return { cwd: root, stdio: ['ignore', 2, 2] }
}

function reasonOf(done) {
  if (done.error) return done.error.message
  return done.signal ? `ended by ${done.signal}` : `exit code ${done.status}`
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function fail(code, ...lines) {
  for (const line of lines) say(line)
  process.exit(code)
}
