import { WEEKDAYS } from '../base/weekdays.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText } from './shape.js'

type Shift = Config['plants'][number]['shifts'][number]

const DAY_MIN = 1440
const WEEK_MIN = 7 * DAY_MIN

/** Shifts that run at the same time, whose figures have that time twice, and days that name a shift which is not there. */
export function shiftDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ id, shifts, calendar }, p) => {
    const overlaps = shifts.flatMap((shift, s) => {
      const starts = shifts.slice(0, s).flatMap((other, o) => {
        const minute = commonMinute(other, shift)
        return minute === null ? [] : [{ minute, o }]
      })
      const [first] = starts
      if (first === undefined) return []
      const path = ['plants', p, 'shifts', s, 'start']
      const problem = `runs at the same time as ${pathText(['plants', p, 'shifts', first.o])}, on ${inWords(first.minute)}`
      return [
        findingAt(
          config,
          path,
          problem,
          'let one of the two end where the other begins: what is made then counts in both',
        ),
      ]
    })
    const names = shifts.map(({ name }) => name)
    const unknown = calendar.flatMap((day, c) =>
      (day.shifts ?? []).flatMap((name, i) => {
        if (names.includes(name)) return []
        const meant = nearest(name, names)
        const remedy =
          meant === undefined
            ? `add it to the shifts of ${id}: until then none starts on that day`
            : `did you mean ${meant}?`
        return [findingAt(config, ['plants', p, 'calendar', c, 'shifts', i], `is no shift of ${id}`, remedy)]
      }),
    )
    return [...overlaps, ...unknown]
  })
}

/** The first minute of the week, from Monday 00:00, in which both run; null when they never do. */
function commonMinute(a: Shift, b: Shift): number | null {
  const found = weekIntervalsOf(a).flatMap((one) =>
    weekIntervalsOf(b).flatMap((other) => {
      const from = Math.max(one.from, other.from)
      return from < Math.min(one.to, other.to) ? [from % WEEK_MIN] : []
    }),
  )
  return found.length === 0 ? null : Math.min(...found)
}

/** In minutes of the week; a night into Monday stands at both ends. */
function weekIntervalsOf({ start, end, days }: Shift): { readonly from: number; readonly to: number }[] {
  return days.flatMap((day) => {
    const from = WEEKDAYS.indexOf(day) * DAY_MIN + minutesOf(start)
    const lasts = (minutesOf(end) - minutesOf(start) + DAY_MIN) % DAY_MIN
    const to = from + (lasts === 0 ? DAY_MIN : lasts)
    return to > WEEK_MIN
      ? [
          { from, to },
          { from: from - WEEK_MIN, to: to - WEEK_MIN },
        ]
      : [{ from, to }]
  })
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

function inWords(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const inDay = minute % DAY_MIN
  return `${WEEKDAYS[Math.floor(minute / DAY_MIN)]} at ${two(Math.floor(inDay / 60))}:${two(inDay % 60)}`
}
