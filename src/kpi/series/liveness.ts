/** A window may be final this long after the newest event time: readings of one instant arrive over some seconds. */
export const LATENESS_MS = 30_000

/** Anything dated later than this after "now" has no time yet: it came while the clock was ahead, and nothing follows from it. */
const AHEAD_MAX_MS = 300_000

/** Behind this nothing can be complete, or over, at "now", epoch ms. */
export function presentEndMs(nowMs: number): number {
  return nowMs + AHEAD_MAX_MS
}

/** A device whose readings are this far behind their arrival is sending its history. */
const HISTORICAL_MS = 600_000

/** Times of one device that the watermark is made from, epoch ms, -Infinity while there is none. */
export interface DeviceClock {
  /** Newest event time ever. */
  readonly newestTs: number
  /** Newest event time of its last message, and the arrival of that. */
  readonly lastTs: number
  readonly lastArrivalMs: number
  readonly idleMs: number
  /** Instant up to which the silence of a device that sends on change says that nothing changed, epoch ms; else null. */
  readonly heldUntilMs: number | null
}

/** Finds when a device has sent; undefined for one that never has. */
export interface KnownSenders {
  find(plant: string, device: string): Pick<DeviceClock, 'newestTs' | 'lastTs' | 'lastArrivalMs'> | undefined
}

/** No data for so long that the device no longer holds windows open; never one whose silence means something. */
export function isIdle(device: DeviceClock, nowMs: number): boolean {
  return device.heldUntilMs === null && nowMs - device.lastArrivalMs > device.idleMs
}

/** True when a device sends its past now: it neither holds the plant's windows open nor closes them. */
export function isHistorical(device: Pick<DeviceClock, 'lastTs' | 'lastArrivalMs'>): boolean {
  return device.lastTs < device.lastArrivalMs - HISTORICAL_MS
}

/** Up to where a device's own readings are complete. */
export function deviceWatermark(device: DeviceClock): number {
  return Math.max(device.newestTs, device.heldUntilMs ?? -Infinity) - LATENESS_MS
}

/**
 * Up to where the readings of a plant, or of a part of it, are complete: the slowest of its devices that send what happens now; when none does,
 * the fastest of all. "Now" is the arrival time of the journal record in hand, never a clock.
 * The caller keeps it from going back. Source: KPI specification §5.
 */
export function plantWatermark(devices: Iterable<DeviceClock>, nowMs: number): number {
  let slowest = Infinity
  let fastest = -Infinity
  for (const device of devices) {
    const watermark = deviceWatermark(device)
    if (watermark > fastest) fastest = watermark
    if (!isIdle(device, nowMs) && !isHistorical(device) && watermark < slowest) slowest = watermark
  }
  return slowest === Infinity ? fastest : slowest
}

/** True when a window that ends at `endMs` will change only by late data. */
export function isFinal(endMs: number, watermarkMs: number, allIdle: boolean, nowMs: number): boolean {
  return endMs <= watermarkMs || (allIdle && nowMs > endMs + LATENESS_MS)
}
