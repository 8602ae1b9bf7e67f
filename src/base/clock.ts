import { type MachineClocks, SteadyClock } from './steady-clock.js'

/**
 * The one place that looks at the machine's clock. Everything that needs a time takes a `Clock`, so that a test can
 * move it and the pipeline, which must be a function of the journal alone, visibly has none.
 */
export interface Clock {
  /** Epoch milliseconds. May step back when the machine's clock is set back for good: whoever measures a time takes care. */
  nowMs(): number
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const MACHINE_CLOCKS: MachineClocks = { wallMs: () => Date.now(), runningMs: () => performance.now() }

/** The clock of this machine, of which short jumps are kept away from all that asks for the time. */
export const machineClock = new SteadyClock(MACHINE_CLOCKS)

export const systemClock: Clock = {
  nowMs: () => machineClock.nowMs(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
}
