import { DAY_MS } from '../../base/durations.js'

/**
 * Dates of spreadsheets: a number of days, which is a date by the format of its cell alone. Source: ECMA-376 Part 1, §18.8.30 (formats
 * of numbers) and §18.17.4 (dates and times).
 */

/** Parts of a wall clock that a format shows; null for a format of something else. */
export type ShownTime = 'date' | 'time' | 'both' | null

/** Ids of formats that every program knows; those of East Asia stand where ids 27 to 58 do. */
const BUILT_IN: readonly (readonly [from: number, to: number, shown: ShownTime])[] = [
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'both'],
  [27, 31, 'date'],
  [32, 35, 'time'],
  [36, 36, 'date'],
  [45, 45, 'time'],
  [47, 47, 'time'],
  [50, 54, 'date'],
  [55, 56, 'time'],
  [57, 58, 'date'],
]

/** @param code of a format that a workbook defines itself; undefined for one that every program knows */
export function shownTime(id: number, code: string | undefined): ShownTime {
  if (code === undefined) return BUILT_IN.find(([from, to]) => id >= from && id <= to)?.[2] ?? null
  // Texts in quotation marks, single signs, colours, locales and conditions are no part of the date.
  const bare = code.replace(/"[^"]*"|\\.|[_*]./g, '')
  // A sum of hours is a duration, and no time of a day.
  if (/\[[hms]+\]/i.test(bare)) return null
  const signs = bare.replace(/\[[^\]]*\]/g, '').replace(/General/gi, '')
  const hasTime = /[hs]/i.test(signs)
  const hasDate = /[yd]/i.test(signs) || (/m/i.test(signs) && !hasTime)
  if (hasDate) return hasTime ? 'both' : 'date'
  return hasTime ? 'time' : null
}

/** Day 0 of the two calendars that workbooks have, epoch ms; the one of 1900 counts a 29 February that there was not. */
const DAY_0_MS = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const
const FIRST_RIGHT_DAY_OF_1900 = 61
/** Days up to the year 10000. */
const DAYS_MAX = 2_958_466

/**
 * The wall clock of a number of days: `2024-03-01 08:00:00`, with milliseconds where there are some, or the day or the time alone
 * where the format shows no more and there is no more. null for one that is no date.
 */
export function clockOfDays(days: number, shown: ShownTime, calendar: 1900 | 1904): string | null {
  if (shown === null || !(days >= 0 && days < DAYS_MAX)) return null
  const isTimeAlone = shown === 'time' && days < 1
  if (!isTimeAlone && calendar === 1900 && days < FIRST_RIGHT_DAY_OF_1900) return null
  const text = new Date(DAY_0_MS[calendar] + Math.round(days * DAY_MS)).toISOString()
  const day = text.slice(0, 10)
  const time = text.slice(11, 23).replace(/\.000$/, '')
  if (isTimeAlone) return time
  return shown === 'date' && time === '00:00:00' ? day : `${day} ${time}`
}
