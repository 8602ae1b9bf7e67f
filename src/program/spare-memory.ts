import { setFlagsFromString } from 'node:v8'

/**
 * Most that a heap may grow before it is swept again, per cent of what is alive in it. V8 alone lets a busy heap become several
 * times as large: points and readings on their way live just long enough to be taken for lasting.
 */
export const HEAP_GROWTH_PCT = 40
/** The same for a large heap: what it may grow by would be as much as a small gateway needs for everything. */
const LARGE_HEAP_GROWTH_PCT = 20
/** Heaps that have more alive in them are large. */
const LARGE_HEAP_MIB = 128
/** Heaps that have more alive in them are swept as V8 does: to keep them small would take time that their figures need. */
const KEPT_SMALL_MAX_MIB = 384
const MIB = 2 ** 20

/** Heaps of all threads of this process are swept when they have grown by so much, per cent of what is alive in them. */
export function setHeapGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}

/** Growth that suits a heap with so many bytes alive in it, per cent. */
export function heapGrowthOf(aliveBytes: number): number {
  return aliveBytes > LARGE_HEAP_MIB * MIB ? LARGE_HEAP_GROWTH_PCT : HEAP_GROWTH_PCT
}

/**
 * Sets how heaps of this process are swept from now on. Where they are kept small a sweep begins earlier, before the heap has outgrown
 * its bound, and moves what is alive out of pages that have gaps: some 100 MiB less with 2,000 devices, for a seventh more processor time
 * (decision 133). V8 has that as an option of its start, with which it would also make less room for what is new; set later it only changes sweeps.
 */
export function keepHeapsSmall(isOn: boolean): void {
  setFlagsFromString(isOn ? '--optimize-for-size' : '--no-optimize-for-size')
}

/**
 * True for a large heap, with so many bytes alive in it, that is to be kept small. Of a small one the room for what is new is about
 * as large as what it may grow by, so it would be swept nearly all the time: half of a demo's processor time more, for 40 MiB.
 */
export function isKeptSmall(aliveBytes: number): boolean {
  return aliveBytes > LARGE_HEAP_MIB * MIB && aliveBytes <= KEPT_SMALL_MAX_MIB * MIB
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
