import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from './version.js'

/** The simulators as a process of their own, so that they stay an independent witness of what they sent. */
export interface Simulators {
  /** How the process ended, as a shell would say it: the exit code, or 128 and the number of the signal. */
  readonly ended: Promise<number>
  /** Asks it to stop; `ended` tells when it has. */
  stop(signal: NodeJS.Signals): void
}

/** Starts `simulate …` or `replay …` with the terminal of this process. */
export function startSimulators(args: readonly string[]): Simulators {
  const main = join(packageRoot, 'dist', 'simulators', 'main.js')
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]))
  })
  return { ended, stop: (signal) => child.kill(signal) }
}
