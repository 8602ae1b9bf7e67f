import { setFlagsFromString } from 'node:v8'

/** Rules by which V8 sweeps the heaps of all threads of this process. */
export interface Sweeps {
  /**
   * Most that a heap may grow before it is swept again, per cent of what is alive in it. V8 alone lets a busy heap become several
   * times as large: points and readings on their way live just long enough to be taken for lasting.
   */
  readonly growthPct: number
  /**
   * A sweep begins before the heap has outgrown that bound, and moves what is alive out of pages that have gaps: less memory for more
   * processor time (decision 133). V8 has that as an option of its start, with which it makes less room for what is new besides.
   */
  readonly isThorough: boolean
}

/** Sweeps of a start, and of a flood: the processor is what is short then. */
export const BUSY_SWEEPS: Sweeps = { growthPct: 40, isThorough: false }
/** The same for a large heap, which would else grow by as much as a small gateway needs for everything. */
const LARGE_HEAP_GROWTH_PCT = 20
/** Heaps that have more alive in them are large. */
const LARGE_HEAP_MIB = 128
/** Heaps that have more alive in them are not swept thoroughly: it would take time that their figures need. */
const THOROUGH_MAX_MIB = 384
const MIB = 2 ** 20

/**
 * Sweeps that suit a heap with so many bytes alive in it while figures are on time. Of a small one the room for what is new is about
 * as large as what it may grow by, so thorough ones would go on nearly all the time: two thirds of a demo's processor time more, for 40 MiB.
 */
export function restSweepsOf(aliveBytes: number): Sweeps {
  const aliveMib = aliveBytes / MIB
  if (aliveMib <= LARGE_HEAP_MIB) return BUSY_SWEEPS
  return { growthPct: LARGE_HEAP_GROWTH_PCT, isThorough: aliveMib <= THOROUGH_MAX_MIB }
}

/** Heaps of all threads are swept so from now on. */
export function setSweeps({ growthPct, isThorough }: Sweeps): void {
  setFlagsFromString(`--heap-growing-percent=${growthPct}`)
  setFlagsFromString(isThorough ? '--optimize-for-size' : '--no-optimize-for-size')
}

/**
 * Gives pages of the calling thread's heap that nothing needs back to the system. V8 does that by itself only while something
 * is allocated, so a thread that has done its work keeps them for good. The thread stands still meanwhile: 0.06 s for 20 MiB
 * alive, 0.3 s for 50, on a busy machine. Nothing happens where it cannot be asked for that.
 */
export async function giveBackMemory(): Promise<void> {
  const { Session } = await import('node:inspector')
  const session = new Session()
  try {
    session.connect()
  } catch {
    return
  }
  await new Promise<void>((resolve) => {
    session.post('HeapProfiler.collectGarbage', () => resolve())
  })
  // Ended in the middle of its answer, a session leaves the event loop of its thread standing.
  setImmediate(() => session.disconnect())
}
