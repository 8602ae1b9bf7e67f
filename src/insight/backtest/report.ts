import type { Score } from '../score/scoreboard.js'
import type { BacktestReport, HorizonReport, PeakReport } from './backtest.js'

/** The sentences of why a forecast is not shown. */
const HIDDEN = {
  too_short: 'fewer than 14 days of forecasts have been judged',
  not_better_than_naive: 'it has not beaten each naive forecast over its last 28 days',
} as const

/** The report as lines: a table of errors for each horizon, then months, then peaks. Figures are in `unit`. */
export function reportLines(report: BacktestReport, unit: string): string[] {
  const { horizons, peak, intervals, version, seed, modelFile } = report
  return [
    `${intervals} intervals in order of arrival; rules ${version}, seed ${seed}; errors in ${unit}`,
    ...(modelFile === null ? [] : [`with the model file ${modelFile}`]),
    ...horizons.flatMap((one) => ['', ...horizonLines(one)]),
    ...(peak === null ? [] : ['', ...peakLines(peak, unit)]),
  ]
}

function horizonLines(report: HorizonReport): string[] {
  const { horizon, naive, score, months, issued, shown, hidden, model, fits, fitSeconds, bytes } = report
  const head = [pad('', 16), ...['RMSE', 'MAE', 'MASE', 'bias', '50 %', '90 %'].map((name) => name.padStart(8))].join(
    '',
  )
  return [
    `${horizon.replaceAll('_', ' ')}: ${score.intervals} intervals judged`,
    head,
    row('forecast', score),
    ...naive.map((name, i) => `${pad(name, 16)}${number(score.naiveRmse[i] ?? null)}`),
    ...months.map(({ month, score: one }) => row(month, one)),
    `shown: ${shown} of ${issued} forecasts; ${hidden === null ? 'the newest is shown' : `the newest is not shown: ${HIDDEN[hidden]}`}`,
    `model: ${model ?? 'none'}`,
    `fitted ${fits} times, ${fits === 0 ? '-' : (fitSeconds / fits).toFixed(2)} s of processor time each; trees ${kilobytes(bytes.trees)}, rows ${kilobytes(bytes.rows)}`,
  ]
}

function peakLines(peak: PeakReport, unit: string): string[] {
  return [
    `next hour above ${peak.threshold} ${unit} in an interval: ${peak.peaks} of ${peak.judged}`,
    `${pad('', 16)}${'precision'.padStart(10)}${'recall'.padStart(8)}`,
    `${pad('forecast', 16)}${number(peak.precision, 10)}${number(peak.recall)}`,
    `${pad('hour before', 16)}${number(peak.naivePrecision, 10)}${number(peak.naiveRecall)}`,
  ]
}

function row(name: string, { rmse, mae, mase, bias, coverage50, coverage90 }: Score): string {
  const share = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1)).padStart(8)
  return [
    pad(name, 16),
    ...[rmse, mae, mase, bias].map((value) => number(value)),
    share(coverage50),
    share(coverage90),
  ].join('')
}

function number(value: number | null, width = 8): string {
  return (value === null ? '-' : value.toFixed(2)).padStart(width)
}

function pad(text: string, width: number): string {
  return text.padEnd(width)
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`
}
