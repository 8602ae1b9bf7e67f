import { parseRfc3339 } from '../time.js'
import { LocalTime } from './local-time.js'
import { parseTimePattern, readPattern } from './time-pattern.js'

/** Epoch ms of what a device calls its time; null when it is none of that format. */
export type TimeReader = (sent: unknown, arrivedAt: number) => number | null

/** The reader of a time format, by its name or as a pattern. A text with an offset says its instant, also in the format `local`. */
export function readTime(format: string, zone: string): TimeReader {
  switch (format) {
    case 'rfc3339':
      return (sent) => (typeof sent === 'string' ? parseRfc3339(sent) : null)
    case 'epoch_s':
      return (sent) => scaled(sent, 1000)
    case 'epoch_ms':
      return (sent) => scaled(sent, 1)
    case 'local': {
      const clock = new LocalTime(zone)
      return (sent, arrivedAt) => {
        if (typeof sent === 'string') return clock.read(sent, arrivedAt) ?? parseRfc3339(sent)
        // 20261124080000 may come as a number.
        return typeof sent === 'number' ? clock.read(String(sent), arrivedAt) : null
      }
    }
    default: {
      const pattern = parseTimePattern(format)
      if ('problem' in pattern) throw new Error(`read a time format that was checked: ${pattern.problem}`)
      return readPattern(pattern, zone)
    }
  }
}

function scaled(sent: unknown, factor: number): number | null {
  const number = typeof sent === 'string' && sent !== '' ? Number(sent) : sent
  if (typeof number !== 'number' || !Number.isFinite(number)) return null
  // Adding 0 also makes the 0 that a sign bit may stand before the one 0.
  return Math.trunc(number * factor) + 0
}
