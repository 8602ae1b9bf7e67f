/** The straight line that half of all pairs of points lie above and half below (Theil and Sen): outliers move it little. */
export function robustSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = []
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const [dx, dy] = [points[j]![0] - points[i]![0], points[j]![1] - points[i]![1]]
      if (dx !== 0) slopes.push(dy / dx)
    }
  }
  slopes.sort((a, b) => a - b)
  const middle = Math.floor(slopes.length / 2)
  if (slopes.length === 0) return Number.NaN
  return slopes.length % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2
}
