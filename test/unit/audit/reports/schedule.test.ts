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
  /** Numbers of runs that were missed. */
  readonly missed: number[] = []

  constructor() {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }))
  }

  started(of = schedules): ReportSchedule {
    const { clock, dir } = this
    return new ReportSchedule({
      clock,
      dir,
      schedules: of,
      zoneOf: () => 'Asia/Shanghai',
      maySubmit: () => this.maySubmit,
      missed: (_, count) => this.missed.push(count),
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

const daily = reportsOptions.parse({ schedules: [{ plants: ['p'], cron: '0 6 * * *', period: 'day' }] }).schedules

test('of several runs that were missed the last is made, and the others are counted', async () => {
  const bench = new ScheduleBench()
  await bench.run(bench.started(daily), '2026-11-02T12:00:00Z')
  bench.clock.ms = Date.parse('2026-11-07T12:00:00Z')
  await bench.run(bench.started(daily), '2026-11-07T12:05:00Z')
  expect(bench.periods).toEqual([{ from: '2026-11-06', to: '2026-11-07' }])
  expect(bench.missed).toEqual([4])
})

test('a run that is made up for after the next period has ended is of its own period, and none is made twice', async () => {
  const bench = new ScheduleBench()
  await bench.run(bench.started(), '2026-11-02T12:00:00Z')
  bench.clock.ms = Date.parse('2026-12-02T12:00:00Z')
  await bench.run(bench.started(), '2026-12-02T22:05:00Z')
  expect(bench.periods).toEqual([OCTOBER, { from: '2026-11-01', to: '2026-12-01' }])
  expect(bench.missed).toEqual([])
})

test('of more runs than are counted the last is made', async () => {
  const bench = new ScheduleBench()
  await bench.run(bench.started(daily), '2026-11-02T12:00:00Z')
  bench.clock.ms = Date.parse('2036-11-02T12:00:00Z')
  await bench.run(bench.started(daily), '2036-11-02T12:05:00Z')
  expect(bench.periods).toEqual([{ from: '2036-11-01', to: '2036-11-02' }])
  expect(bench.missed).toEqual([999])
})

test('a clock that is put back by a moment, or is far behind after a start, makes no run a second time', async () => {
  const bench = new ScheduleBench()
  const schedule = bench.started()
  await bench.run(schedule, '2026-11-02T22:00:10Z')
  bench.clock.ms = Date.parse('2026-11-02T21:59:50Z')
  await bench.run(schedule, '2026-11-02T22:05:00Z')
  bench.clock.ms = Date.parse('1970-01-01T00:00:00Z')
  const later = bench.started()
  await bench.run(later, '1970-01-01T00:02:00Z')
  bench.clock.ms = Date.parse('2026-11-02T22:10:00Z')
  await bench.run(later, '2026-11-02T22:15:00Z')
  expect(bench.periods).toEqual([OCTOBER])
})

test('a schedule that is brought elsewhere from now on still makes the run that was not made', async () => {
  const bench = new ScheduleBench()
  const [schedule] = schedules
  const all = bench.started()
  bench.answer = Promise.resolve(false)
  await bench.run(all, '2026-11-02T22:05:00Z')
  bench.answer = Promise.resolve(true)
  all.configure([{ ...schedule!, folder: 'out' }])
  await bench.run(all, '2026-11-03T02:00:00Z')
  await bench.run(bench.started([{ ...schedule!, folder: 'elsewhere' }]), '2026-11-03T04:00:00Z')
  expect(bench.periods).toEqual([OCTOBER, OCTOBER])
})

test('one that was not made is handed in again after an hour, and once it is made no more', async () => {
  const bench = new ScheduleBench()
  const schedule = bench.started()
  bench.answer = Promise.resolve(false)
  await bench.run(schedule, '2026-11-02T22:05:00Z')
  bench.answer = Promise.resolve(true)
  await bench.run(schedule, '2026-11-02T22:50:00Z')
  expect(bench.periods).toEqual([OCTOBER])
  await bench.run(schedule, '2026-11-03T02:00:00Z')
  expect(bench.periods).toEqual([OCTOBER, OCTOBER])
})

test('a schedule that is new while the gateway runs begins with its next run, and one that is gone has none', async () => {
  const bench = new ScheduleBench()
  const schedule = bench.started()
  await bench.run(schedule, '2026-11-02T12:00:00Z')
  schedule.configure(daily)
  await bench.run(schedule, '2026-11-03T23:00:00Z')
  expect(bench.periods).toEqual([
    { from: '2026-11-02', to: '2026-11-03' },
    { from: '2026-11-03', to: '2026-11-04' },
  ])
  expect(bench.missed).toEqual([])
})
