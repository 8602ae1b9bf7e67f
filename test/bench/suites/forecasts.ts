import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Outcome } from '../measure/results.js'
import { type BenchOptions, say } from './options.js'

const WEEK = fileURLToPath(new URL('../sides/forecast-week.mjs', import.meta.url))
/** Series of a large plant: what one costs in a week is told as a part of a core for so many. */
const SERIES = 200
const HISTORY_DAYS = 365

interface Line {
  readonly what: string
  readonly [figure: string]: number | string
}

/** Tells what forecasts cost of the processor, and how much memory they take in their thread: one series a round, from its year through a week. */
export async function forecasts({ rounds }: BenchOptions): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [WEEK, String(rounds), String(HISTORY_DAYS)])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  for (const line of lines) say(JSON.stringify(line))
  const figure = (what: string, name: string) => Number(lines.find((line) => line.what === what)?.[name])
  const figures = {
    beginSeconds: figure('begun', 'secondsASeries'),
    quarterSeconds: figure('quarter', 'seconds'),
    midnightSeconds: figure('midnight', 'seconds'),
    mondaySeconds: figure('monday', 'seconds'),
    partOfACore: figure('week', 'partOfACoreFor200'),
    grownMostMiB: figure('memory', 'mostGrownByMiB'),
  }
  return {
    settings: { series: rounds, historyDays: HISTORY_DAYS, partOfACoreFor: SERIES },
    versions: {},
    figures,
    table: [
      ['forecasts', 'processor s a series, MiB'],
      ...Object.entries(figures).map(([name, value]) => [name, value]),
    ],
  }
}
