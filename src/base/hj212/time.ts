import { HOUR_MS } from '../durations.js'

/**
 * Times of HJ 212 are the wall time of China without a word on it: UTC+8 all year. (China's summer time ended in 1991,
 * before the oldest time that is taken.)
 */
const CHINA_MS = 8 * HOUR_MS

const WALL_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/

/** Epoch ms of `YYYYMMDDhhmmss`, with or without milliseconds; null when it is none or its day does not exist. */
export function readWallTime(text: string): number | null {
  const parts = WALL_TIME.exec(text)?.slice(1).map(Number)
  if (parts === undefined) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms] = parts
  const millisecond = Number.isNaN(ms) || ms === undefined ? 0 : ms
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond)
  // A day or an hour that does not exist has run over into another: it does not come out as it went in.
  return wallTime(utcMs) === text.slice(0, 14) ? utcMs - CHINA_MS : null
}

/** `YYYYMMDDhhmmss`, as DataTime wants it. */
export function writeWallTime(epochMs: number): string {
  return wallTime(epochMs + CHINA_MS)
}

/** `YYYYMMDDhhmmsszzz`, as QN wants it. */
export function writeWallTimeMs(epochMs: number): string {
  return writeWallTime(epochMs) + String(((epochMs % 1000) + 1000) % 1000).padStart(3, '0')
}

function wallTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/\D/g, '')
}
