import type { RecentValue } from './backtest.js'

const WIDTH = 960
const HEIGHT = 320
/** Room for the labels, left and below. */
const LEFT = 56
const BELOW = 24

/** An SVG chart of a few days: the 90 % bounds as a band, the forecast dashed, what was measured as a line. Times are UTC. */
export function chartOf(values: readonly RecentValue[], unit: string): string {
  const highest = values.reduce(
    (most, { high90, value, measured }) => Math.max(most, high90 ?? 0, value ?? 0, measured ?? 0),
    0,
  )
  const x = (i: number) => (LEFT + (i * (WIDTH - LEFT)) / Math.max(1, values.length)).toFixed(1)
  const y = (value: number) => ((1 - value / (highest || 1)) * (HEIGHT - BELOW)).toFixed(1)
  const points = (pick: (one: RecentValue) => number | null) =>
    values.flatMap((one, i) => {
      const value = pick(one)
      return value === null ? [] : [`${x(i)},${y(value)}`]
    })
  const band = [...points(({ high90 }) => high90), ...points(({ low90 }) => low90).reverse()]
  const days = values.flatMap(({ startMs }, i) => {
    const day = new Date(startMs).toISOString().slice(0, 10)
    const before = values[i - 1]
    const isNew = before === undefined || new Date(before.startMs).toISOString().slice(0, 10) !== day
    return isNew ? [`<text x="${x(i)}" y="${HEIGHT - 6}">${day}</text>`] : []
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    '<title>Forecast a day ahead, its 90 % bounds, and what was measured</title>',
    `<polygon points="${band.join(' ')}" fill="#1b7f5c" fill-opacity="0.15"/>`,
    `<polyline points="${points(({ value }) => value).join(' ')}" fill="none" stroke="#1b7f5c" stroke-dasharray="4 3"/>`,
    `<polyline points="${points(({ measured }) => measured).join(' ')}" fill="none" stroke="#222"/>`,
    `<text x="0" y="10">${highest.toFixed(0)} ${escaped(unit)}</text><text x="0" y="${HEIGHT - BELOW}">0</text>`,
    ...days,
    '</svg>\n',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one]!)
}
