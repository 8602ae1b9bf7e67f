// @module-tag slow

import { expect, it } from 'vitest'
import { periodOfMonth } from '../../../../src/audit/market/months.js'
import { buildReport } from '../../../../src/audit/report/build.js'
import { add } from '../../../../src/audit/report/decimal.js'
import type { ReportSources } from '../../../../src/audit/report/sources.js'
import { configVersion } from '../../../../src/base/plant.js'
import type { Report } from '../../../../src/base/report.js'
import { bundledLibrary } from '../../../../src/kpi/factors/bundled.js'
import { RULES_EDITION } from '../../../../src/kpi/rules-edition.js'
import { PlantDays } from '../../../../src/kpi/time/plant-days.js'
import { NO_FACTORS, type Point } from '../../../../src/kpi/windows/point.js'
import { figureValue } from '../../../support/bench-report.js'
import { MARKET_OPTIONS } from '../../../support/market-plant.js'
import { Dice } from '../../../support/mutations.js'

const KPIS = ['scope1_stationary', 'scope2_lb']
const ZONE = 'Asia/Shanghai'
const YEAR_MS = Date.parse('2026-01-01T00:00:00+08:00')
const DAY_MS = 86_400_000

/** A year of days whose emissions have more digits than any sum of doubles keeps. */
function daysOfYear(): readonly Point[] {
  const dice = new Dice(112)
  return KPIS.flatMap((kpi) =>
    Array.from({ length: 365 }, (_, i): Point => {
      const value = dice.below(10 ** 9) / 7
      return {
        stream: { plant: 'p', scope: 'plant', id: 'p', kpi, window: '1d', unit: 'kgCO2e' },
        startMs: YEAR_MS + i * DAY_MS,
        endMs: YEAR_MS + (i + 1) * DAY_MS,
        value,
        reason: '',
        numerator: value,
        denominator: 1,
        coverage: 1,
        estimatedShare: 0,
        flags: 0,
        factors: NO_FACTORS,
        provisional: false,
        rev: 1,
      }
    }),
  )
}

const points = daysOfYear()
const content = JSON.stringify({ plants: [{ id: 'p', ...MARKET_OPTIONS, timezone: ZONE }] })
const sources: ReportSources = {
  library: bundledLibrary(),
  versions: async () => [configVersion({ arrivedAt: YEAR_MS - DAY_MS, hash: 'a', content })],
  days: async ({ fromMs, toMs, kpis, scopes }) =>
    points.filter(({ stream, startMs }) => {
      return startMs >= fromMs && startMs < toMs && kpis.includes(stream.kpi) && scopes.includes(stream.scope)
    }),
  hours: async () => [],
  stackHours: async () => Promise.reject(new Error('there is no stack')),
  streams: async () => [],
  firstReadings: async () => [
    { device: 'main-1', metric: 'elec_import_kwh', firstTs: YEAR_MS - DAY_MS },
    { device: 'gas-1', metric: 'ng_volume_nm3', firstTs: YEAR_MS - DAY_MS },
    { device: 'heat-1', metric: 'heat_gj', firstTs: YEAR_MS - DAY_MS },
  ],
  rejected: async () => ({}),
  claimDays: async () => new Map(),
  events: async () => [],
}

const reportOf = (from: string, to: string): Promise<Report> =>
  buildReport({ plants: ['p'], profile: 'ets-month', from, to, version: 1, previous: null }, sources, {
    edition: RULES_EDITION,
    code: { version: '0.0.0', commit: 'test' },
    archive: { position: 1, now: '2027-01-05T00:00:00.000Z' },
  })

it('twelve months of a carbon market are their year, to the last digit', async () => {
  expect(new PlantDays(ZONE).startMs('2026-01-01')).toBe(YEAR_MS)
  const year = await reportOf('2026-01-01', '2027-01-01')
  const months = Array.from({ length: 12 }, (_, i) => periodOfMonth(`2026-${String(i + 1).padStart(2, '0')}`))
  const parts: Report[] = []
  for (const { from, to } of months) parts.push(await reportOf(from, to))
  for (const id of ['p/market/covered', 'p/scope1_co2e', 'p/scope2_lb']) {
    const whole = figureValue(year, id)
    expect(whole).not.toBeNull()
    expect(add(...parts.map((part) => figureValue(part, id)!))).toBe(whole)
  }
})
