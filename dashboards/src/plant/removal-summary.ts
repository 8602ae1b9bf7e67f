import type { ForgetAnswer } from '../../../src/views/wire/forget.js'

/** Devices that stay for one reason. */
export interface StayingDevices {
  readonly reason: ForgetAnswer['refused'][number]['reason']
  /** Frozen report that rests on them; '' for other reasons. */
  readonly report: string
  readonly devices: readonly string[]
}

export interface RemovalSummary {
  readonly devices: number
  readonly readings: number
  /** Event time of the oldest reading that goes, epoch ms; null without any. */
  readonly sinceMs: number | null
  readonly stays: readonly StayingDevices[]
}

/** Sums up what would go of a plant, and names what would stay, by reason and report. */
export function removalSummary({ devices, refused }: ForgetAnswer): RemovalSummary {
  const times = devices.flatMap(({ first_reading: first }) => (first === null ? [] : [Date.parse(first)]))
  const stays = new Map<string, StayingDevices>()
  for (const { device, reason, report = '' } of refused) {
    const key = `${reason} ${report}`
    const before = stays.get(key)?.devices ?? []
    stays.set(key, { reason, report, devices: [...before, device] })
  }
  return {
    devices: devices.length,
    readings: devices.reduce((sum, { readings }) => sum + readings, 0),
    sinceMs: times.length === 0 ? null : times.reduce((first, ms) => Math.min(first, ms)),
    stays: [...stays.values()],
  }
}
