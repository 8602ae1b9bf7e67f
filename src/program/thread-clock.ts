import { workerData } from 'node:worker_threads'
import { type Clock, machineClock, systemClock } from '../base/clock.js'

/** Part of the data of every thread that asks for the time. */
export interface ThreadStart {
  /** Epoch ms by the clock of whoever started the thread: it is not earlier, whatever the clock of the machine says. */
  readonly startMs: number
}

/** The clock of this thread, which goes on from that of whoever started it. */
export function threadClock(): Clock {
  machineClock.goOnFrom((workerData as ThreadStart).startMs)
  return systemClock
}
