import { type spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { fetchPinned } from '../../../src/commands/client/pinned-fetch.js'
import { end, start } from '../../bench/measure/processes.js'
import { freePort, until } from '../../support/gateway.js'

/** A user that owns nothing else. */
const SERVICE = { uid: 61_236, gid: 61_237 } as const
const ROOT = join(import.meta.dirname, '..', '..', '..')
const STARTED_MS = 120_000

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; throws with what it said when it fails and that is not looked at. */
export function ran(program: string, args: readonly string[], cwd = '/'): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return { code: status ?? -1, stdout, stderr }
}

function must(program: string, args: readonly string[], cwd?: string): string {
  const { code, stdout, stderr } = ran(program, args, cwd)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`)
  return stdout
}

/** The packed file of what is built here. */
export function packed(dir: string, source = ROOT): string {
  mkdirSync(dir, { recursive: true })
  must('npm', ['pack', '--ignore-scripts', '--pack-destination', dir], source)
  const file = readdirSync(dir).find((name) => name.endsWith('.tgz'))
  if (file === undefined) throw new Error(`npm pack has left no file in ${dir}`)
  return join(dir, file)
}

/** The packed file of an earlier commit, built with the packages that are here; null where the history does not reach so far. */
export function packedEarlier(dir: string, commit: string): string | null {
  if (ran('git', ['cat-file', '-e', `${commit}^{commit}`], ROOT).code !== 0) return null
  const source = join(dir, 'source')
  mkdirSync(source, { recursive: true })
  must('sh', ['-c', `git archive ${commit} | tar -x -C "${source}"`], ROOT)
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'))
  const vite = join(source, 'node_modules', 'vite', 'bin', 'vite.js')
  for (const args of [['--config', 'gateway.config.ts'], ['dashboards'], ['--config', 'verifier.config.ts']]) {
    const [first = '', ...rest] = args
    const isFolder = first === 'dashboards'
    must(process.execPath, [vite, 'build', ...(isFolder ? [first] : [first, ...rest]), '--logLevel', 'warn'], source)
  }
  const fonts = join(source, 'dist', 'fonts')
  mkdirSync(fonts, { recursive: true })
  for (const name of readdirSync(join(ROOT, 'dist', 'fonts'))) {
    copyFileSync(join(ROOT, 'dist', 'fonts', name), join(fonts, name))
  }
  writeFileSync(join(source, 'dist', 'commit'), must('git', ['rev-parse', '--short=12', commit], ROOT).trim())
  return packed(join(dir, 'packed'), source)
}

/** A machine with the package installed and a service that runs as a user of its own, as docs/operate/install.md says, all in one folder. */
export class Installation {
  dataDir: string
  readonly config: string
  readonly certificate: string
  readonly #prefix: string
  #service: ReturnType<typeof spawn> | null = null
  #log = ''

  private constructor(
    dir: string,
    readonly ports: { readonly http: number; readonly mqtt: number },
  ) {
    this.#prefix = join(dir, 'prefix')
    this.dataDir = join(dir, 'data')
    this.config = join(dir, 'greengauge.yaml')
    this.certificate = join(dir, 'tls', 'certificate.pem')
  }

  /** Makes the folder of the data for the user of the service. */
  static async in(dir: string): Promise<Installation> {
    const made = new Installation(dir, { http: await freePort(), mqtt: await freePort() })
    chmodSync(dir, 0o755)
    made.makeData(made.dataDir)
    return made
  }

  makeData(folder: string): void {
    mkdirSync(folder, { mode: 0o700 })
    chownSync(folder, SERVICE.uid, SERVICE.gid)
  }

  /** Does what systemd does with a folder of a service that is another's so far. */
  give(): void {
    must('chown', ['-R', `${SERVICE.uid}:${SERVICE.gid}`, this.dataDir])
  }

  /** The service goes on with another folder from its next start on. */
  moveTo(folder: string): void {
    writeFileSync(this.config, readFileSync(this.config, 'utf8').replace(/^data_dir: .*$/m, `data_dir: ${folder}`))
    this.dataDir = folder
  }

  /** Puts a packed file in the place of the one before. */
  install(file: string): string {
    const args = ['install', '--global', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    must('npm', [...args, '--prefix', this.#prefix, file])
    return this.root('version').stdout.trim()
  }

  /** Makes certificate and configuration: accounts, TLS for all, and the server first in nothing. */
  configure(plants: readonly object[], store: object): void {
    const tls = join(this.certificate, '..')
    if (!existsSync(tls)) {
      must(this.#command, ['certificate', 'selfsigned', '--host', '127.0.0.1', '--out', tls])
      chownSync(join(tls, 'key.pem'), SERVICE.uid, SERVICE.gid)
    }
    const files = { cert_file: this.certificate, key_file: join(tls, 'key.pem') }
    const settings = {
      data_dir: this.dataDir,
      auth: { required: true },
      mqtt: { port: null, tls: { port: this.ports.mqtt, ...files } },
      http: { port: this.ports.http, tls: files },
      store: [{ type: 'duckdb' }, store],
      plants,
    }
    writeFileSync(this.config, stringify(settings))
  }

  /** A command of root, from a folder that has nothing to do with it. */
  root(...args: readonly string[]): Ran {
    return ran(this.#command, args[0] === 'version' || args[0] === 'verify' ? args : [...args, '--config', this.config])
  }

  /** Starts the service as its unit does, and waits until it answers; the time it took in ms. */
  async start(): Promise<number> {
    const begunMs = performance.now()
    const user = [`--reuid=${SERVICE.uid}`, `--regid=${SERVICE.gid}`, '--clear-groups', '--no-new-privs']
    const command = [...user, this.#command, 'run', '--config', this.config]
    const options = { cwd: this.dataDir, env: { PATH: process.env.PATH, NODE_ENV: 'production' } }
    const child = start('setpriv', command, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log = `${this.#log}${chunk.toString()}`.slice(-100_000)
    })
    this.#service = child
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}:\n${this.#log}`)
      return (await this.ask('/readyz', '').catch(() => null))?.status !== undefined
    }, STARTED_MS)
    return Math.round(performance.now() - begunMs)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#service
    this.#service = null
    if (child === null) return
    if (signal === 'SIGTERM') return end(child)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  ask(path: string, token: string): Promise<Response> {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` }
    return fetchPinned(`https://127.0.0.1:${this.ports.http}${path}`, { headers }, this.certificate)
  }

  /** Files of the data directory that are not the service's. */
  foreign(): readonly string[] {
    const found = ran('find', [this.dataDir, '!', '-uid', String(SERVICE.uid)])
    return found.stdout.split('\n').filter((line) => line !== '')
  }

  get ca(): Buffer {
    return readFileSync(this.certificate)
  }

  get #command(): string {
    return join(this.#prefix, 'bin', 'greengauge')
  }
}
