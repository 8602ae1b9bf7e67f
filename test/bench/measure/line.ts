/** A straight line through measured points, by least squares. */
export interface Line {
  readonly fixed: number
  readonly perUnit: number
  /** The largest distance of a point from the line, as a part of the point. */
  readonly residual: number
}

/** Points are [x, y]. */
export function lineThrough(points: readonly (readonly [number, number])[]): Line {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)]
  const perUnit = mean(([x, y]) => (x - meanX) * (y - meanY)) / mean(([x]) => (x - meanX) ** 2)
  const fixed = meanY - perUnit * meanX
  const residual = Math.max(...points.map(([x, y]) => Math.abs(fixed + perUnit * x - y) / y))
  return { fixed, perUnit, residual }
}

export function on({ fixed, perUnit }: Line, x: number): number {
  return fixed + perUnit * x
}
