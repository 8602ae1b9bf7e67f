import type { PeriodOptions } from '../base/options/tariffs.js'
import { WEEKDAYS } from '../base/weekdays.js'
import { holdsAt, type WallTime } from '../kpi/settings/tariffs.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText } from './shape.js'
import { validityOverlaps } from './validity.js'

/** Contradictions of tariffs: a kWh would have two prices. */
export function tariffContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ tariffs }, p) => [
    ...validityOverlaps(config, tariffs, ['plants', p, 'tariffs']),
    ...tariffs.flatMap(({ periods }, t) =>
      periods.flatMap((period, i) => {
        const path = ['plants', p, 'tariffs', t, 'periods']
        for (const [k, other] of periods.slice(0, i).entries()) {
          const time = WALL_TIMES.find((one) => holdsAt(period, one) && holdsAt(other, one))
          if (time === undefined) continue
          const problem = `overlaps ${pathText([...path, k])} on ${inWords(time)}`
          return [findingAt(config, [...path, i, 'from'], problem, 'let one of the two end where the other begins')]
        }
        return []
      }),
    ),
  ])
}

/** Settings that are allowed, and most probably not what was meant: figures of a time without a price are null. */
export function tariffDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ tariffs }, p) =>
    tariffs.flatMap(({ periods }, t) => {
      const gap = WALL_TIMES.find((time) => !periods.some((period: PeriodOptions) => holdsAt(period, time)))
      if (gap === undefined) return []
      const problem = `has no price on ${inWords(gap)}`
      const remedy = 'add a period for it; what it costs is unknown until then (bad_config)'
      return [findingAt(config, ['plants', p, 'tariffs', t, 'periods'], problem, remedy)]
    }),
  )
}

/** Every quarter that a price may differ in: of a week in each month. */
const WALL_TIMES: readonly WallTime[] = Array.from({ length: 12 }, (_, month) =>
  WEEKDAYS.map((weekday) =>
    Array.from({ length: 96 }, (_, quarter): WallTime => ({ month: month + 1, weekday, minute: quarter * 15 })),
  ),
).flat(2)

function inWords({ month, weekday, minute }: WallTime): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${weekday} at ${two(Math.floor(minute / 60))}:${two(minute % 60)} in month ${month}`
}
