import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** What a figure depends on; nothing that tells which machine it was. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly disk: string
  readonly node: string
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    disk: diskOf(tmpdir()),
    node: process.version,
  }
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
