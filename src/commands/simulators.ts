import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../program/version.js'

/** The simulators as a process of their own, so that they stay an independent witness of what they sent. */
export interface Simulators {
  /** End of the process, as a shell would say it: the exit code, or 128 and the number of the signal. */
  readonly ended: Promise<number>
  /** Asks it to stop; `ended` tells when it has. */
  stop(signal: NodeJS.Signals): void
}

/**
 * Starts `simulate …` or `replay …`, which end with this process, however it ends.
 *
 * @param say takes their words line by line; without it they have the terminal of this process
 * @param flags options of Node.js for their process
 */
export function startSimulators(
  args: readonly string[],
  say?: (line: string) => void,
  flags: readonly string[] = [],
): Simulators {
  const main = join(packageRoot, 'dist', 'simulators', 'main.js')
  const words = say === undefined ? 'inherit' : 'pipe'
  // The channel is there to break: a process that is killed says nothing to those it has started.
  const child = spawn(process.execPath, [...flags, main, ...args], { stdio: ['inherit', words, words, 'ipc'] })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null && say !== undefined) createInterface({ input: stream }).on('line', say)
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]))
  })
  return { ended, stop: (signal) => child.kill(signal) }
}
