import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { reportsOptions } from '../../../../src/audit/reports/options.js'
import { ReportSchedule } from '../../../../src/audit/reports/schedule.js'
import type { ReportPeriod } from '../../../../src/base/report.js'
import { PassingClock } from '../../../support/book.js'

/** The third of each month at 6 in Shanghai, of the month before. */
const { schedules } = reportsOptions.parse({ schedules: [{ plants: ['p'], cron: '0 6 3 * *' }] })

class ScheduleBench {
  readonly clock = new PassingClock()
  readonly dir = mkdtempSync(join(tmpdir(), 'greengauge-schedule-'))
  readonly periods: ReportPeriod[] = []
  /** Answer to a report that is handed in: true when it is made; null when there is no room. */
  answer: Promise<boolean> | null = Promise.resolve(true)
  maySubmit = true

  constructor() {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }))
  }

  started(): ReportSchedule {
    const { clock, dir } = this
    return new ReportSchedule({
      clock,
      dir,
      schedules,
      zoneOf: () => 'Asia/Shanghai',
      maySubmit: () => this.maySubmit,
      submit: (_, period) => {
        if (this.answer !== null) this.periods.push(period)
        return this.answer
      },
    })
  }

  async run(schedule: ReportSchedule, untilIso: string): Promise<void> {
    const stopping = new AbortController()
    const run = schedule.run(stopping.signal)
    while (this.clock.ms < Date.parse(untilIso)) await new Promise((resolve) => setImmediate(resolve))
    stopping.abort()
    await run
  }
}

const OCTOBER = { from: '2026-10-01', to: '2026-11-01' }

test('a report is handed in once when it is due, in the zone of its plant, also after a start', async () => {
  const bench = new ScheduleBench()
  await bench.run(bench.started(), '2026-11-02T21:59:00Z')
  expect(bench.periods).toEqual([])
  await bench.run(bench.started(), '2026-11-02T22:05:00Z')
  await bench.run(bench.started(), '2026-11-02T22:10:00Z')
  expect(bench.periods).toEqual([OCTOBER])
})

test('one that was not made, as the gateway was stopped or could not, is tried again after the next start', async () => {
  const bench = new ScheduleBench()
  await bench.run(bench.started(), '2026-11-02T21:59:00Z')
  for (const answer of [new Promise<boolean>(() => undefined), Promise.resolve(false), Promise.resolve(true)]) {
    bench.answer = answer
    await bench.run(bench.started(), new Date(bench.clock.ms + 300_000).toISOString())
  }
  await bench.run(bench.started(), new Date(bench.clock.ms + 300_000).toISOString())
  expect(bench.periods).toEqual([OCTOBER, OCTOBER, OCTOBER])
})

test('where there is no room it is handed in again later', async () => {
  const bench = new ScheduleBench()
  bench.answer = null
  const schedule = bench.started()
  await bench.run(schedule, '2026-11-02T22:05:00Z')
  bench.answer = Promise.resolve(true)
  await bench.run(schedule, '2026-11-02T22:10:00Z')
  expect(bench.periods).toEqual([OCTOBER])
})

test('while the clock may be ahead nothing is handed in; what a clock that was has run does not put off the next', async () => {
  const bench = new ScheduleBench()
  bench.clock.ms = Date.parse('2026-11-01T00:00:00Z')
  const schedule = bench.started()
  bench.clock.ms = Date.parse('2036-11-24T00:00:00Z')
  bench.maySubmit = false
  await schedule.look()
  expect(bench.periods).toEqual([])
  bench.maySubmit = true
  await schedule.look()
  bench.clock.ms = Date.parse('2026-11-02T00:00:00Z')
  await schedule.look()
  bench.clock.ms = Date.parse('2026-11-02T22:00:01Z')
  await schedule.look()
  expect(bench.periods).toEqual([{ from: '2036-10-01', to: '2036-11-01' }, OCTOBER])
})
