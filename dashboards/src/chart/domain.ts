import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'

/** The values between which something is drawn, as stored. */
interface Domain {
  readonly min: number
  readonly max: number
}

type Shape = KpiInfo['shape']

const values = (points: readonly KpiPoint[]) => points.flatMap((p) => (p.value === null ? [] : [p.value]))

/**
 * The domain of a spark. A balance line lies half-way up whatever the figure is, so that one glance along a row of
 * tiles shows who has crossed. Sums and levels start at zero; ratios are seen by their distance.
 */
export function domainOf(points: readonly KpiPoint[], shape: Shape, balance: number | null): Domain {
  const all = values(points)
  if (shape !== 'ratio') {
    const max = Math.max(0, ...all)
    if (balance !== null && balance > 0) return { min: 0, max: Math.max(2 * balance, max * 1.02) }
    return { min: Math.min(0, ...all), max: max === 0 ? 1 : max * 1.02 }
  }
  const centre = balance ?? (all.length === 0 ? 0 : (Math.min(...all) + Math.max(...all)) / 2)
  const reach = Math.max(...all.map((v) => Math.abs(v - centre)), Math.abs(centre) * 0.01, 1e-9) * 1.25
  return { min: centre - reach, max: centre + reach }
}

const STEPS = [1, 2, 2.5, 5, 10]

/** At most five round numbers, the last of them not below the largest value: the axis of a chart, in shown units. */
export function axisTicks(domain: Domain): readonly number[] {
  const reach = domain.max - domain.min || 1
  const power = 10 ** Math.floor(Math.log10(reach / 4))
  for (const factor of [...STEPS, 20, 25, 50]) {
    const step = power * factor
    const first = Math.floor(domain.min / step + 1e-9)
    const last = Math.ceil(domain.max / step - 1e-9)
    if (last - first <= 4)
      return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
  }
  return [domain.min, domain.max]
}

/** Range of values that a chart must hold: its values and its reference, from zero except for ratios. */
export function chartDomain(points: readonly KpiPoint[], shape: Shape, reference: number | null): Domain {
  const all = [...values(points), ...(reference === null ? [] : [reference])]
  if (all.length === 0) return { min: 0, max: 1 }
  const [min, max] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
  if (shape !== 'ratio') return { min: Math.min(0, min), max: max <= 0 ? 1 : max * 1.02 }
  const air = Math.max((max - min) * 0.1, Math.abs(max) * 0.005)
  return { min: min - air, max: max + air }
}
