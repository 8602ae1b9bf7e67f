import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { EXIT } from '../../../src/base/exit-codes.js'
import { UnfitData } from '../../../src/base/unfit-data.js'
import { addBacktestCommand } from '../../../src/commands/backtest/command.js'
import type { BacktestReport } from '../../../src/insight/backtest/backtest.js'
import { BACKTEST_DATASETS } from '../../../src/insight/backtest/datasets.js'
import { PLAIN_COLUMNS, readIntervals } from '../../../src/insight/backtest/read.js'
import { runCommand } from '../../support/command.js'
import { hourly, workday } from '../../support/forecasts.js'

/** Proves that `greengauge backtest` reads what it is given as it is, and says what the forecasts of it came to. */

const folder = mkdtempSync(join(tmpdir(), 'backtest-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const series = hourly(60, workday)
  .map(({ startMs, value }) => `${new Date(startMs).toISOString()},${value.toFixed(2)}`)
  .join('\n')
const FILE = fileOf('series.csv', `time,value\n${series}\n`)
const run = (...args: readonly string[]) => runCommand(addBacktestCommand, ['backtest', ...args])

test('a series of a plant that works by day is judged beside the naive forecasts', { tags: ['slow'] }, async () => {
  const chart = join(folder, 'week.svg')
  const { stdout, code } = await run(
    '--file',
    FILE,
    '--step',
    '60',
    '--from',
    '2026-02-16',
    '--peak',
    '100',
    '--json',
    '--chart',
    chart,
  )
  expect(code).toBe(EXIT.ok)
  const { intervals, horizons, peak, recent } = JSON.parse(stdout) as BacktestReport
  expect(intervals).toBe(60 * 24)
  expect(horizons.map(({ horizon, score }) => [horizon, score.intervals])).toEqual([
    ['next_interval', 18 * 24],
    ['day_ahead', 18 * 24],
    // One interval of each hour is judged, and the last ones lie behind the end.
    ['next_hours', 429],
  ])
  for (const { score, hidden, months } of horizons) {
    expect(score.rmse!).toBeLessThan(Math.min(...score.naiveRmse.map((rmse) => rmse!)))
    expect(hidden).toBeNull()
    expect(months.map(({ month }) => month)).toEqual(['2026-02', '2026-03'])
  }
  expect(peak!.peaks).toBeGreaterThan(50)
  expect(recent).toHaveLength(7 * 24)
  expect(recent[0]).toMatchObject({ startMs: Date.parse('2026-02-27T00:00:00Z') })
  expect(readFileSync(chart, 'utf8')).toMatch(/^<svg [\s\S]*2026-02-27[\s\S]*<\/svg>\n$/)
})

test('a series that is too short says so in the table', async () => {
  const { stdout, code } = await run(
    '--file',
    fileOf('short.csv', 'time,value\n2026-01-01T00:00:00Z,1\n'),
    '--unit',
    'kWh',
  )
  expect(code).toBe(EXIT.ok)
  expect(stdout).toContain('1 intervals in order of arrival; rules 3, seed 1; errors in kWh')
  expect(stdout).toContain('fitted 0 times')
  expect(stdout).toContain('fewer than 14 days of forecasts have been judged')
})

test.each([
  [['--step', '7'], '--step 7 is not a length that a day has a whole number of: write minutes, such as 15 or 60'],
  [
    ['--step', '60', '--zone', 'Asia/Kolkata'],
    '--step 60 does not divide the days of Asia/Kolkata: 2026-01-05 begins between two intervals',
  ],
  [['--from', '2018-02-30'], '2018-02-30 is not a day: write it like 2026-10-01'],
  [['--from', '1.10.2026'], '1.10.2026 is not a day: write it like 2026-10-01'],
  [['--zone', 'Suzhou'], '--zone Suzhou is not a time zone: write one of the IANA list, such as Asia/Shanghai'],
  [['--peak', 'high'], '--peak high is not a number'],
])('%j is refused', async (args, problem) => {
  const { stderr, code } = await run('--file', FILE, ...args)
  expect(stderr).toContain(problem)
  expect(code).toBe(EXIT.usage)
})

test.each([
  [[], '--file or --plant has to be given'],
  [['--file', FILE, '--kpi', 'energy_elec_import'], '--kpi goes with --plant, not with --file'],
  [['--plant', 'p', '--zone', 'UTC'], '--zone goes with a file, not with --plant'],
  [['--plant', 'p', '--line', 'l', '--device', 'd'], '--line and --device are two series: write one of them'],
  [['--plant', 'p', '--step', '30'], '--step 30 is no window of a plant: write 1, 15 or 60'],
  [
    ['--plant', 'q', '--config', fileOf('greengauge.yaml', 'plants: [{ id: p, name: {}, timezone: UTC }]')],
    '--plant q is none of the configuration, which has p',
  ],
])('%j names no series', async (args, problem) => {
  const { stderr, code } = await run(...args)
  expect(stderr).toContain(problem)
  expect(code).toBe(EXIT.usage)
})

test('a file that is not there is named', async () => {
  const { stderr, code } = await run('--file', join(folder, 'nowhere.csv'))
  expect(stderr).toMatch(/--file: there is no file .*nowhere\.csv/)
  expect(code).toBe(EXIT.usage)
})

describe('a file is read', () => {
  const plain = { ...PLAIN_COLUMNS, delimiter: ',', decimalMark: '.', stepMs: 900_000, timezone: 'UTC', firstRow: null }
  const read = (rows: string) => readIntervals('a.csv', `time,value,arrived\n${rows}`, plain)
  const [first, second] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-01-01T00:15:00Z')]

  test('with rows of an interval averaged, empty values left out, and the latest arrival of each', () => {
    const rows = [
      '2026-01-01T00:00:00Z,2,2026-01-01T03:00:00Z',
      '2026-01-01T08:05:00+08:00,4,2026-01-01T02:00:00Z',
      '2026-01-01T00:15:00Z,7,',
      '2026-01-01T00:30:00Z,,',
    ]
    expect(read(rows.join('\n'))).toEqual([
      { startMs: first, value: 3, arrivedAtMs: Date.parse('2026-01-01T03:00:00Z') },
      { startMs: second, value: 7, arrivedAtMs: second + 900_000 },
    ])
  })

  test('and no value is known before its interval is over', () => {
    expect(read('2026-01-01T00:00:00Z,2,2025-12-31T00:00:00Z')[0]!.arrivedAtMs).toBe(second)
  })

  test('with the first row where the data set begins, by the clock of its plant', () => {
    const text = '\uFEFFdate,Usage_kWh,CO2.tCO2.\n01-01-2018 00:15,3.17,0\n01-01-2018 00:30,4,0\n'
    const intervals = readIntervals('steel.csv', text, { ...BACKTEST_DATASETS.steel!, arrivedColumn: null })
    const startMs = Date.parse('2018-01-01T00:00:00+09:00')
    expect(intervals).toEqual([
      { startMs, value: 3.17, arrivedAtMs: startMs + 900_000 },
      { startMs: startMs + 900_000, value: 4, arrivedAtMs: startMs + 1_800_000 },
    ])
  })

  test.each([
    ['yesterday,1,', 'a.csv:2: time "yesterday" is no time; write it like 2026-11-24T08:00:00+08:00'],
    ['2026-01-01T00:00:00Z,much,', 'a.csv:2: value "much" is no number; leave the cell empty where nothing is known'],
    ['', 'a.csv has no values in the column value'],
  ])('but not %j', (rows, problem) => expect(() => read(rows)).toThrow(new UnfitData(problem)))
})
