import type { AlarmItem, AlarmsAnswer } from '../../src/base/alarm.js'
import type { KpiPoint, Window } from '../../src/base/kpi.js'
import type { CatalogueAnswer, PlantsAnswer, SeriesAnswer } from '../../src/base/wire.js'

/** `GET /api/v1/gateway`. */
export interface GatewayAnswer {
  readonly mqtt: { readonly host: string; readonly port: number }
  readonly version: string
}

/** What became of a request: a card shows `failed` with Retry, nothing throws. */
export type Answer<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'failed'; readonly detail: string }

const TIMEOUT_MS = 10_000

/** Asks the gateway; `path` is behind /api/v1. */
export const get = <T>(path: string) => ask<T>(path, {})

/** Tells the gateway something. */
export const post = <T>(path: string, body: object) => ask<T>(path, { method: 'POST', body: JSON.stringify(body) })

async function ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(`/api/v1${path}`, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
    const body = (await response.json().catch(() => null)) as unknown
    if (response.ok && body !== null) return { kind: 'loaded', value: body as T }
    return { kind: 'failed', detail: problemOf(body) ?? `HTTP ${response.status}` }
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** The `detail` or `title` of an RFC 9457 problem. */
function problemOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { detail, title } = body as { detail?: unknown; title?: unknown }
  return typeof detail === 'string' ? detail : typeof title === 'string' ? title : undefined
}

export const getPlants = () => get<PlantsAnswer>('/plants')
export const getCatalogue = () => get<CatalogueAnswer>('/kpis')
export const getGateway = () => get<GatewayAnswer>('/gateway')

/** More open alarms than that nobody works off. */
const ALARMS_MAX = 1_000

export async function getOpenAlarms(plant: string): Promise<Answer<readonly AlarmItem[]>> {
  const query = new URLSearchParams({ state: 'open', limit: String(ALARMS_MAX) })
  const answer = await get<AlarmsAnswer>(`/plants/${encodeURIComponent(plant)}/alarms?${query}`)
  return answer.kind === 'loaded' ? { kind: 'loaded', value: answer.value.items } : answer
}

/** Points of the plant's own scope with a start in [fromMs, toMs). */
export async function getSeries(
  plant: string,
  kpi: string,
  window: Window,
  fromMs: number,
  toMs: number,
): Promise<Answer<readonly KpiPoint[]>> {
  const range = new URLSearchParams({
    window,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
  })
  const path = `/plants/${encodeURIComponent(plant)}/kpis/${encodeURIComponent(kpi)}/series?${range}`
  const answer = await get<SeriesAnswer>(path)
  return answer.kind === 'loaded' ? { kind: 'loaded', value: answer.value.points } : answer
}
