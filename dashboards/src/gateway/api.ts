import type { SignIn } from '../../../src/base/access.js'
import type { AlarmItem } from '../../../src/base/alarm.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { AlarmsAnswer } from '../../../src/base/wire/alarms.js'
import type { MqttCertificate } from '../../../src/base/wire/gateway.js'
import type { CatalogueAnswer, PlantNode, PlantsAnswer, SeriesAnswer } from '../../../src/base/wire.js'
import type { SessionAnswer } from '../../../src/views/wire/session.js'
import { memberOf, type Span, type Stream } from '../series/points.js'

/** `GET /api/v1/gateway`. */
export interface GatewayAnswer {
  /** `tls_port` over TLS; neither when the gateway’s own broker is switched off. */
  readonly mqtt: { readonly host: string; readonly port: number | null; readonly tls_port: number | null }
  readonly mqtt_certificate: MqttCertificate | null
  /** Plants for which simulated devices send; absent without. */
  readonly simulated?: readonly string[]
  /** Exit code with which those have ended; absent while they send. */
  readonly simulators_ended?: number
  readonly version: string
}

/** Outcome of a request: a card shows `failed` with Retry, nothing throws. */
export type Answer<T> = { readonly kind: 'loading' } | { readonly kind: 'loaded'; readonly value: T } | Failed

interface Failed {
  readonly kind: 'failed'
  readonly detail: string
  /** HTTP status of a refusal; absent where no answer came. */
  readonly status?: number
  /** Seconds after which to try again, where the gateway said so. */
  readonly retryAfterS?: number
}

const TIMEOUT_MS = 10_000
/** Acts of people go through the journal first: the gateway answers within 25 s whether they have. */
const ACT_TIMEOUT_MS = 30_000

/** Words for a lost connection: what a browser says of it is for nobody; the page sets its own. */
let noAnswer = () => 'The gateway does not answer.'

export function noteNoAnswer(text: () => string): void {
  noAnswer = text
}

/** Refusals come in English; the page sets what says them in the language of its reader. */
let refusalWords = (detail: string): Promise<string> => Promise.resolve(detail)

export function noteRefusalWords(words: (detail: string) => Promise<string>): void {
  refusalWords = words
}

/** Tells requests who is at this browser, and is told of those that were refused. */
export interface Door {
  /** Reason why nothing is asked at all: nobody is signed in; null when somebody is, or nobody has to be. `isAct`: not just a look. */
  readonly shut: (isAct: boolean) => string | null
  /** The gateway has not let somebody do what they asked for: their session is over, or they have another role now. */
  readonly refused: (isAct: boolean) => void
}

let door: Door = { shut: () => null, refused: () => undefined }

export function passThrough(guarded: Door): void {
  door = guarded
}

/** Path at which one signs in and out: it is asked by those who are not let in anywhere else. */
const SESSION_PATH = '/session'
export const getSession = () => get<SessionAnswer>(SESSION_PATH)
export const signIn = (said: SignIn) => post<SessionAnswer>(SESSION_PATH, said)
export const signOut = () => ask<null>(SESSION_PATH, { method: 'DELETE' })

/** Asks the gateway; `path` is behind /api/v1. Whoever gives a signal can give up, and then asks nothing of the answer. */
export const get = <T>(
  path: string,
  signal?: AbortSignal,
  priority: RequestPriority = 'auto',
  timeoutMs = TIMEOUT_MS,
) => ask<T>(path, signal === undefined ? { priority } : { signal, priority }, timeoutMs)

/** Tells the gateway something. */
export const post = <T>(
  path: string,
  body: object,
  timeoutMs = ACT_TIMEOUT_MS,
  headers: Readonly<Record<string, string>> = {},
) =>
  ask<T>(
    path,
    { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) },
    timeoutMs,
  )

/** Hands the gateway a file as it is; `headers` say of what kind it is. */
export const postFile = <T>(path: string, body: Blob, timeoutMs: number, headers: Readonly<Record<string, string>>) =>
  ask<T>(path, { method: 'POST', headers, body }, timeoutMs)

async function ask<T>(path: string, request: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Answer<T>> {
  const isGuarded = path !== SESSION_PATH
  const isAct = request.method !== undefined
  const shut = isGuarded ? door.shut(isAct) : null
  if (shut !== null) return { kind: 'failed', detail: shut, status: 401 }
  try {
    const signals = [AbortSignal.timeout(timeoutMs), ...(request.signal ? [request.signal] : [])]
    const response = await fetch(`/api/v1${path}`, { ...request, signal: AbortSignal.any(signals) })
    const { status } = response
    const body = (await response.json().catch(() => null)) as unknown
    if (response.ok && (body !== null || status === 204)) return { kind: 'loaded', value: body as T }
    if (isGuarded && (status === 401 || status === 403)) door.refused(isAct)
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    const retry = Number.isFinite(seconds) ? { retryAfterS: seconds } : {}
    const said = problemOf(body)
    // Words that cannot be fetched leave the refusal as it came.
    const detail = said === undefined ? `HTTP ${status}` : await refusalWords(said).catch(() => said)
    return { kind: 'failed', detail, status, ...retry }
  } catch {
    return { kind: 'failed', detail: noAnswer() }
  }
}

/** The `detail` or `title` of an RFC 9457 problem. */
function problemOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { detail, title } = body as { detail?: unknown; title?: unknown }
  return typeof detail === 'string' ? detail : typeof title === 'string' ? title : undefined
}

/** All plants: a plant or line that is divided between two pages is put together again. */
export async function getPlants(): Promise<Answer<readonly PlantNode[]>> {
  const asked = await getPages('/plants', {}, ({ plants }: PlantsAnswer) => plants)
  return asked.kind === 'loaded' ? { kind: 'loaded', value: joinedPlants(asked.value) } : asked
}

function joinedPlants(pages: readonly PlantNode[]): readonly PlantNode[] {
  const plants: PlantNode[] = []
  for (const plant of pages) {
    const before = plants.at(-1)
    if (before?.id !== plant.id) {
      plants.push(plant)
      continue
    }
    const [first, ...others] = plant.lines
    const last = before.lines.at(-1)
    const isDivided = first !== undefined && last?.id === first.id
    const kept = isDivided ? before.lines.slice(0, -1) : before.lines
    const middle = isDivided ? [{ ...first, devices: [...last.devices, ...first.devices] }] : plant.lines.slice(0, 1)
    plants[plants.length - 1] = { ...plant, lines: [...kept, ...middle, ...others] }
  }
  return plants
}

export const getCatalogue = () => get<CatalogueAnswer>('/kpis')
export const getGateway = () => get<GatewayAnswer>('/gateway')

const ALARMS_PAGE = '1000'
/** More alarms than that nobody works off or reads. */
const ALARM_PAGES_MAX = 20

type AlarmQuery = Readonly<Partial<Record<'state' | 'from' | 'to' | 'limit' | 'cursor', string>>>

/** The open alarms of all plants, the newest first. */
export async function getOpenAlarms(): Promise<Answer<readonly AlarmItem[]>> {
  const answer = await getEveryAlarm(null, { state: 'open' })
  return answer.kind === 'loaded' ? { kind: 'loaded', value: answer.value.items } : answer
}

/** All pages of the alarms of one plant, or of all of them; the newest first. */
export function getEveryAlarm(plant: string | null, asked: AlarmQuery) {
  return everyPage((cursor) => {
    const place = cursor === null ? {} : { cursor }
    return getAlarms(plant, { ...asked, ...place, limit: ALARMS_PAGE })
  }, ALARM_PAGES_MAX)
}

/** A page of the alarms of one plant, or of all of them; the newest first. */
export function getAlarms(plant: string | null, asked: AlarmQuery): Promise<Answer<AlarmsAnswer>> {
  const of = plant === null ? '' : `/plants/${encodeURIComponent(plant)}`
  return get(`${of}/alarms?${new URLSearchParams(asked)}`)
}

/** Rows that a page of a list holds at most, by the gateway's own limit. */
const PAGE_ROWS = 10_000
/** No chart shows that much; whoever asks for more gets the first of it. */
const PAGES_MAX = 5

/** All pages of a list of the API; `query` without `limit` and `cursor`. */
export async function getPages<A extends { readonly next: string | null }, T>(
  path: string,
  query: Readonly<Record<string, string>>,
  itemsOf: (answer: A) => readonly T[],
  signal?: AbortSignal,
  priority: RequestPriority = 'auto',
): Promise<Answer<readonly T[]>> {
  const items: T[] = []
  let cursor = null as string | null
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const place: Record<string, string> = cursor === null ? {} : { cursor }
    const asked = new URLSearchParams({ ...query, ...place, limit: String(PAGE_ROWS) })
    const answer: Answer<A> = await get<A>(`${path}?${asked}`, signal, priority)
    if (answer.kind !== 'loaded') return answer
    items.push(...itemsOf(answer.value))
    cursor = answer.value.next
    if (cursor === null) break
  }
  return { kind: 'loaded', value: items }
}

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

interface EveryPage<T> {
  readonly items: readonly T[]
  /** There are more behind them. */
  readonly isCut: boolean
}

/** A list of the API as a whole, one page behind the other, up to so many; `null` asks for the first page. */
export async function everyPage<T>(
  read: (cursor: string | null) => Promise<Answer<Page<T>>>,
  pagesMax: number,
): Promise<Answer<EveryPage<T>>> {
  const items: T[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < pagesMax; pages++) {
    const answer: Answer<Page<T>> = await read(cursor)
    if (answer.kind !== 'loaded') return answer
    items.push(...answer.value.items)
    cursor = answer.value.next
    if (cursor === null) break
  }
  return { kind: 'loaded', value: { items, isCut: cursor !== null } }
}

/** A span as the API takes it. */
export function queryOf({ fromMs, toMs }: Span): { readonly from: string; readonly to: string } {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
}

/**
 * Points of a stream with a start in [fromMs, toMs), oldest first. A browser asks a few things at once: the chart that
 * somebody has just chosen a range for is not to wait behind the cards around it.
 */
export function getSeries(
  stream: Stream,
  span: Span,
  signal?: AbortSignal,
  priority: RequestPriority = 'low',
): Promise<Answer<readonly KpiPoint[]>> {
  const path = `/plants/${encodeURIComponent(stream.plant)}/kpis/${encodeURIComponent(stream.kpi)}/series`
  const { scope, id } = memberOf(stream)
  const query = { window: stream.window, scope, id, ...queryOf(span) }
  return getPages(path, query, ({ points }: SeriesAnswer) => points, signal, priority)
}
