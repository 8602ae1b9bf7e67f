import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/** Processor time and memory that a process has cost so far. */
export interface Usage {
  readonly cpuSeconds: number
  /** Most memory it has held at once. */
  readonly rssPeakBytes: number
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
export const TICKS_PER_SECOND = 100
const GRACE_MS = 20_000

/** Children that still run; nothing else is ever ended. */
const running = new Set<ChildProcess>()
let isEnding = false

/** Starts a program that is ended with the bench at the latest. What it says is thrown away unless it fails. */
export function start(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return watched(spawn(program, args, { stdio: 'ignore', ...options }))
}

/** The same for a TypeScript file with a channel for messages. */
export function startScript(file: URL, args: readonly string[]): ChildProcess {
  return watched(fork(file, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }))
}

/** Takes a child over that somebody else has started. Throws when the bench is being ended: then the suite goes no further. */
export function watched(child: ChildProcess): ChildProcess {
  running.add(child)
  child.once('exit', () => running.delete(child))
  if (isEnding) {
    void end(child)
    throw new Error('the bench was told to end')
  }
  return child
}

/** SIGTERM, and SIGKILL if that is not enough; resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const last = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  await gone
  clearTimeout(last)
}

/** Ends what runs, and whatever may still be started. */
export async function endAll(): Promise<void> {
  isEnding = true
  await Promise.all([...running].map(end))
}

export function usageOf(pid: number): Usage {
  // The name of the program, in brackets, may itself hold blanks and brackets.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssPeakBytes: Number(peak?.[1] ?? 0) * 1024,
  }
}

/** From now on the peak of its memory is counted anew. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}
