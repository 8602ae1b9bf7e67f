import type { KpiInfo, KpiPoint, Window } from '../../src/base/kpi.js'
import type { Ask } from './gateway-input.js'
import { recompute } from './recompute/figures.js'
import { COVERAGE_MIN, type Figure, HOUR_MS, type PlantInput, type ScopeName, type Span } from './recompute/inputs.js'
import type { Asked } from './recompute/members.js'
import { isWindow } from './recompute/windows.js'

/** A figure that two ways of asking do not agree about. */
export interface Difference {
  /** The two ways, such as `recomputed, api`. */
  readonly between: string
  readonly what: string
  readonly expected: number | string | null
  readonly found: number | string | null
}

export interface Compared {
  readonly differences: readonly Difference[]
  /** Figures that were looked at, by KPI. */
  readonly counts: ReadonlyMap<string, number>
}

const TOLERANCE = 1e-9
/** So near the minimum of coverage nobody is judged for a null. */
const NEAR_MINIMUM = 0.06
const WINDOWS: readonly Window[] = ['1h', '1d']

export function isSame(a: number | null, b: number | null, tolerance = TOLERANCE): boolean {
  if (a === null || b === null) return a === b
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
}

export function seriesPath(
  plant: string,
  kpi: string,
  window: Window,
  scope: string,
  id: string,
  { fromMs, toMs }: Span,
): string {
  const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`
  return `/plants/${plant}/kpis/${kpi}/series?window=${window}&scope=${scope}&id=${id}&${range}&limit=10000`
}

/** The subjects of a plant that figures are asked for. */
export function subjectsOf({
  plant,
  senders,
}: PlantInput): readonly { readonly scope: ScopeName; readonly id: string }[] {
  const lines = [...new Set(senders.map(({ line }) => line))]
  return [
    { scope: 'plant', id: plant.id },
    ...lines.map((id) => ({ scope: 'line' as const, id })),
    ...senders.map(({ id }) => ({ scope: 'device' as const, id })),
  ]
}

/** Every final window of a span as the gateway answers it, against what its own readings come to by the specification alone. */
export async function compareWindows(
  ask: Ask,
  input: PlantInput,
  catalogue: readonly KpiInfo[],
  span: Span,
  metrics: readonly string[],
): Promise<Compared> {
  const differences: Difference[] = []
  const counts = new Map<string, number>()
  for (const { scope, id } of subjectsOf(input)) {
    for (const { id: kpi, windows, scopes } of catalogue) {
      if (!scopes.includes(scope) || !isRecomputed(kpi, { input, scope, id, span }, metrics)) continue
      for (const window of WINDOWS.filter((one) => windows.includes(one))) {
        const { points } = await ask<{ readonly points: readonly KpiPoint[] }>(
          seriesPath(input.plant.id, kpi, window, scope, id, span),
        )
        for (const point of points) {
          const at = { fromMs: Date.parse(point.start), toMs: Date.parse(point.end) }
          if (point.provisional || at.toMs > span.toMs) continue
          const what = `${input.plant.id} ${scope} ${id} ${kpi} ${window} ${point.start}`
          if (!isWindow(at, window, input.plant.timezone)) {
            differences.push({
              between: 'specification, api',
              what,
              expected: 'a window of the zone',
              found: point.end,
            })
          }
          const figure = recompute(kpi, { input, scope, id, span: at }, metrics)
          if (figure === undefined) continue
          counts.set(kpi, (counts.get(kpi) ?? 0) + 1)
          const difference = differenceOf(figure, point.value)
          if (difference)
            differences.push({ between: 'recomputed, api', what, expected: figure.value, found: point.value })
        }
      }
    }
  }
  return { differences, counts }
}

/** Some figures are those of a single hour alone. */
function isRecomputed(kpi: string, asked: Asked, metrics: readonly string[]): boolean {
  const hour = { fromMs: asked.span.fromMs, toMs: asked.span.fromMs + HOUR_MS }
  return [asked.span, hour].some((span) => recompute(kpi, { ...asked, span }, metrics) !== undefined)
}

function differenceOf(figure: Figure, found: number | null): boolean {
  if (isSame(figure.value, found)) return false
  const isNear = Math.abs(figure.coverage - COVERAGE_MIN) < NEAR_MINIMUM
  return !(isNear && (figure.value === null || found === null))
}
