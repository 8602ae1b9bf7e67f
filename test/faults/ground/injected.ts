import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** One fault at system calls of a gateway: an error that the kernel answers, or a signal that it sends. */
export interface Injection {
  /** Names of system calls, as strace has them. */
  readonly calls: readonly string[]
  readonly how: 'error=EIO' | 'error=ENOSPC' | 'signal=SIGKILL'
  /** Number of the call that is hit, counted in each thread from 1 on; with `+` every one from there on. */
  readonly when: number | `${number}+`
  /** Only calls on these files and folders. */
  readonly paths: readonly string[]
}

export const hasStrace = spawnSync('strace', ['-V']).status === 0

/** The wrapper of a gateway whose system calls go wrong; `log` gets a line a call that it looked at. */
export function injecting({ calls, how, when, paths }: Injection, log: string): string[] {
  const names = calls.join(',')
  const which = ['-e', `trace=${names}`, '-e', `inject=${names}:${how}:when=${when}`]
  return ['strace', '-D', '-f', '-qqq', '-o', log, ...which, ...paths.flatMap((path) => ['-P', path])]
}

/** Counts the calls that went wrong by intention, by the log of the wrapper. */
export function injectedCount(log: string): number {
  if (!existsSync(log)) return 0
  const text = readFileSync(log, 'utf8')
  return (text.match(/\(INJECTED\)|killed by SIGKILL/g) ?? []).length
}
