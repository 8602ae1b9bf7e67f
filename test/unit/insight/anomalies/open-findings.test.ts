import { expect, test } from 'vitest'
import { DAY_MS, QUARTER_HOUR_MS } from '../../../../src/base/durations.js'
import { anomaliesOf } from '../../../../src/insight/anomalies/anomaly-watch.js'
import { type OpenFinding, OpenFindings } from '../../../../src/insight/anomalies/open-findings.js'
import { LocalDays } from '../../../../src/insight/series/local-days.js'
import {
  LEAK_DAY,
  LEAKING_DAYS,
  LEAKING_PLANT,
  QUARTERS_A_DAY,
  waterOf,
} from '../../../support/anomalies/leaking-plant.js'

/** Proves that a finding is ended by what has found it alone, and never before it began. */

test('a leak of a device that is a machine too lasts while its cycles are as fast as ever', () => {
  const startMs = Date.parse('2026-06-03T00:00:00Z')
  const intervals = LEAKING_DAYS * QUARTERS_A_DAY
  const values = Float64Array.from({ length: intervals }, (_, i) => waterOf(i))
  const isWork = (i: number) => i % QUARTERS_A_DAY >= 24 && i % QUARTERS_A_DAY < 88
  const works = (amount: number) => Float64Array.from({ length: intervals }, (_, i) => (isWork(i) ? amount : 0))
  const of = { device: 'press-1', line: null }
  const meter = {
    ...of,
    unit: 'm3',
    part: 'part',
    behind: null,
    isCompressedAir: false,
    isWeatherDriven: false,
  } as const
  const found = anomaliesOf({
    ...{ plant: 'works', startMs, stepMs: QUARTER_HOUR_MS, intervals, days: new LocalDays(LEAKING_PLANT) },
    ...{ pricePerKwh: null, kgCo2ePerKwh: null },
    meters: [{ ...meter, machines: [], values }],
    machines: [{ ...of, cycles: works(10), executeS: works(600), standardS: works(600) }],
  })
  expect(found).toMatchObject([{ kind: 'leak', device: 'press-1', untilMs: null }])
  expect(Math.abs(found[0]!.sinceMs - (startMs + LEAK_DAY * DAY_MS))).toBeLessThan(DAY_MS)
})

test('a finding does not end before it began, nor where it began', () => {
  const findings = new OpenFindings()
  const finding: OpenFinding = {
    ...{ kind: 'leak', device: 'water-1', line: null, other: null, unit: 'm3', since: 96, until: null, found: 192 },
    ...{ factor: null, confidence: 1, threshold: 1, thresholdUnit: 'm3', series: [], ratios: null },
  }
  findings.add(finding)
  for (const until of [0, 96]) {
    findings.close(finding, until)
    expect([finding.until, findings.of('water-1')]).toEqual([null, finding])
  }
  findings.close(finding, 97)
  expect([finding.until, findings.of('water-1')]).toEqual([97, undefined])
})
