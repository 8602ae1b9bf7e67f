import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { median, round } from './cost.js'
import { removeScratch, scratchDir } from './scratch.js'

const ROOT = join(import.meta.dirname, '..', '..', '..')

const SYNCS = 101
const SYNC_BYTES = 16 * 1024

/** Properties of a machine that a figure depends on; nothing that tells which machine it was. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly disk: string
  /** Median time that it takes to make a few messages durable on that disk, ms. */
  readonly fdatasyncP50Ms: number
  readonly node: string
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    disk: diskOf(tmpdir()),
    fdatasyncP50Ms: fdatasyncP50Ms(),
    node: process.version,
  }
}

/** As the journal does it: bytes are added to the end of a file, and that is made durable. */
function fdatasyncP50Ms(): number {
  const dir = scratchDir('fdatasync')
  const file = openSync(join(dir, 'probe'), 'w')
  const bytes = Buffer.alloc(SYNC_BYTES, 1)
  const times = Array.from({ length: SYNCS }, () => {
    writeSync(file, bytes)
    const before = performance.now()
    fdatasyncSync(file)
    return performance.now() - before
  })
  closeSync(file)
  removeScratch(dir)
  return round(median(times))
}

/** Its file system, and the kind of block device below. */
function diskOf(dir: string): string {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at]) => at === '/' || dir === at || dir.startsWith(`${at}/`))
    .sort(([, a], [, b]) => a!.length - b!.length)
  const [device = '', , type = 'unknown'] = mounts.at(-1) ?? []
  const name = device.replace(/^\/dev\//, '').replace(/^((?:vd|sd|xvd)[a-z]+)\d+$|^(nvme\d+n\d+)p\d+$/, '$1$2')
  const kind = /^vd/.test(name)
    ? 'virtio'
    : /^nvme/.test(name)
      ? 'NVMe'
      : /^sd/.test(name)
        ? 'SCSI or SATA'
        : 'no block device'
  return `${type} on ${kind}`
}

/** The commit measured, with a plus when files differ from it. */
export function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  return (
    git('rev-parse', '--short', 'HEAD') +
    (git('status', '--porcelain', '--', 'src', 'test/bench/**/*.ts') === '' ? '' : '+')
  )
}

/** The version in what a program says of itself. */
export function versionOf(program: string, ...args: readonly string[]): string {
  // mosquitto -h ends with 3 although nothing went wrong.
  let said: string
  try {
    said = execFileSync(program, args, { encoding: 'utf8' })
  } catch (error) {
    said = String((error as { stdout?: string }).stdout ?? '')
  }
  return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? 'unknown'
}
