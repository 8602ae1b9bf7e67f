// @module-tag deep
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { addBacktestCommand } from '../../src/commands/backtest/command.js'
import type { BacktestReport } from '../../src/insight/backtest/backtest.js'
import { runCommand } from '../support/command.js'
import { DATASETS_REMEDY, datasetFile } from '../support/datasets.js'

/** Proves how good forecasts of a real plant are, in three months that models were not chosen by. */

const file = datasetFile('steel-energy.csv')

test.skipIf(file === null)(
  `the steel works is forecast as well as decision 075 says (${DATASETS_REMEDY})`,
  async () => {
    const { stdout } = await runCommand(addBacktestCommand, [
      'backtest',
      '--dataset',
      'steel',
      '--file',
      file!,
      '--json',
    ])
    const { intervals, horizons, peak } = JSON.parse(stdout) as BacktestReport
    expect(intervals).toBe(readFileSync(file!, 'utf8').trim().split('\n').length - 1)
    const [next, ahead] = horizons
    expect(next!.score.rmse!).toBeLessThanOrEqual(9)
    expect(ahead!.score.rmse!).toBeLessThanOrEqual(18.4)
    for (const { months, hidden } of horizons) {
      expect(hidden).toBeNull()
      for (const { score } of months) {
        expect(score.coverage90!).toBeGreaterThanOrEqual(0.88)
        expect(score.coverage90!).toBeLessThanOrEqual(0.92)
      }
    }
    expect(peak!.recall!).toBeGreaterThanOrEqual(0.6)
    expect(peak!.precision!).toBeGreaterThanOrEqual(0.55)
  },
  900_000,
)
