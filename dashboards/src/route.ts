import { WINDOWS, type Window } from '../../src/base/kpi.js'
import { FIRST_RANGE, parseRange, type Range, rangeParameter } from './time/range.js'

/** Choices of alarms in a list: those that are open or a part of them, or those of the page's range. */
export const ALARM_SHOWS = ['open', 'active', 'unacknowledged', 'shelved', 'history'] as const
export type AlarmShow = (typeof ALARM_SHOWS)[number]

/** View that is looked at, with its subject. */
export type Place =
  | { readonly view: 'overview' }
  | {
      readonly view: 'plant'
      readonly plant: string
      /** The plant as a whole where there is none. */
      readonly line: string | null
      /** The figure of the chart. */
      readonly kpi: string
      /** null for the one that fits the range. */
      readonly window: Window | null
    }
  /** The page tells an energy manager which machine used how much, when, and what it cost. */
  | { readonly view: 'energy'; readonly plant: string }
  /** `find`: a part of what is looked for; `trouble`: only devices with which something is wrong. */
  | { readonly view: 'devices'; readonly plant: string | null; readonly find?: string; readonly trouble?: true }
  /** `metric`: whose readings are shown; without one the first of the last message. */
  | { readonly view: 'device'; readonly plant: string; readonly device: string; readonly metric?: string }
  | {
      readonly view: 'alarms'
      readonly plant: string | null
      /** The one whose details are open: its id, behind its plant and a | where the list is of all plants. */
      readonly alarm: string | null
      /** Those that are open where nothing is said. */
      readonly show?: AlarmShow | undefined
    }
  /** The reports of a plant, or of all of them. */
  | { readonly view: 'reports'; readonly plant: string | null }
  /** One report: its newest version where none is named; `figure`: the one that is followed to where it comes from. */
  | { readonly view: 'report'; readonly report: string; readonly version: number | null; readonly figure?: string }
  /** The figures of a day or month as they are now; of the first plant where none is chosen. */
  | { readonly view: 'figures'; readonly plant: string | null }
  /** Entries: what people say and meters do not send; of the first plant where none is chosen. */
  | { readonly view: 'entries'; readonly plant: string | null }
  | { readonly view: 'gateway' }
  /** Steps to connect a device; `sender`: plant/line/device/class of the one that is meant, as far as they are known. */
  | { readonly view: 'connect'; readonly sender?: string }

/** Choices that stay as they are when one goes from place to place. */
export interface Kept {
  readonly range: Range
  /** Beside the same stretch of time before it. */
  readonly compare: boolean
  /** For a screen on a wall: no frame, large figures, plants in turn. */
  readonly wall: boolean
}

/** Place of the reader, with the choices kept. All of it stands in the address, so that a link gives the same view. */
export type Route = Place & Kept
export type View = Route['view']

export const FIRST_KPI = 'energy_elec_import'
export const FIRST_KEPT: Kept = { range: FIRST_RANGE, compare: false, wall: false }
/** Patterns of the ids that the gateway takes: an address with anything else must not spoil a subscription or a request. */
const KPI_ID = /^[a-z0-9_]{1,64}$/
const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
const WORDS = /^.{1,64}$/
const SENDER = /^[a-z0-9_/-]{1,210}$/
/** Plants, profile, and the days from and to: suzhou-1.ghg.2026-10-01.2026-11-01 */
const REPORT_ID = /^[a-z0-9][a-z0-9_+-]{0,999}\.[a-z0-9]{1,16}\.\d{4}-\d\d-\d\d\.\d{4}-\d\d-\d\d$/
const FIGURE_ID = /^[^\s?#]{1,300}$/
const ALARM_ID = /^[^\s/?#]{1,300}$/

const PATHS: readonly (readonly [pattern: RegExp, place: (ids: readonly string[], asked: URLSearchParams) => Place])[] =
  [
    [/^\/plants\/([^/]+)$/, ([plant = ''], asked) => plantPlace(plant, null, asked)],
    [/^\/plants\/([^/]+)\/energy$/, ([plant = '']) => ({ view: 'energy', plant })],
    [/^\/plants\/([^/]+)\/lines\/([^/]+)$/, ([plant = '', line = ''], asked) => plantPlace(plant, line, asked)],
    [
      /^\/plants\/([^/]+)\/devices\/([^/]+)$/,
      ([plant = '', device = ''], asked) => ({ view: 'device', plant, device, ...textIn(asked, 'metric', KPI_ID) }),
    ],
    [
      /^\/devices$/,
      (_, asked) => ({
        view: 'devices',
        plant: idIn(asked, 'plant', ID),
        ...textIn(asked, 'find', WORDS),
        ...(asked.has('trouble') ? { trouble: true } : {}),
      }),
    ],
    [
      /^\/alarms$/,
      (_, asked) => ({
        view: 'alarms',
        plant: idIn(asked, 'plant', ID),
        alarm: idIn(asked, 'alarm', ALARM_ID),
        show: ALARM_SHOWS.find((show) => show === asked.get('show')),
      }),
    ],
    [/^\/reports$/, (_, asked) => ({ view: 'reports', plant: idIn(asked, 'plant', ID) })],
    [/^\/figures$/, (_, asked) => ({ view: 'figures', plant: idIn(asked, 'plant', ID) })],
    [/^\/entries$/, (_, asked) => ({ view: 'entries', plant: idIn(asked, 'plant', ID) })],
    [/^\/gateway$/, () => ({ view: 'gateway' })],
    [/^\/connect$/, (_, asked) => ({ view: 'connect', ...textIn(asked, 'sender', SENDER) })],
  ]

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const asked = new URLSearchParams(query)
  const kept: Kept = {
    range: parseRange(asked.get('range') ?? '') ?? FIRST_RANGE,
    compare: asked.has('compare'),
    wall: asked.has('wall'),
  }
  const report = reportPlace(path, asked)
  if (report !== null) return { ...report, ...kept }
  for (const [pattern, place] of PATHS) {
    const ids = pattern.exec(path)?.slice(1)
    if (ids?.every((id) => ID.test(id))) return { ...place(ids, asked), ...kept }
  }
  return { view: 'overview', ...kept }
}

function reportPlace(path: string, asked: URLSearchParams): Place | null {
  const [, report = '', version] = /^\/reports\/([^/]+)(?:\/v([1-9]\d{0,5}))?$/.exec(path) ?? []
  if (!REPORT_ID.test(report)) return null
  const place = { view: 'report', report, version: version === undefined ? null : Number(version) } as const
  return { ...place, ...textIn(asked, 'figure', FIGURE_ID) }
}

function plantPlace(plant: string, line: string | null, asked: URLSearchParams): Place {
  const window = WINDOWS.find((w) => w === asked.get('window')) ?? null
  return { view: 'plant', plant, line, kpi: idIn(asked, 'kpi', KPI_ID) ?? FIRST_KPI, window }
}

function idIn(asked: URLSearchParams, name: string, pattern: RegExp): string | null {
  const id = asked.get(name)
  return id !== null && pattern.test(id) ? id : null
}

/** Choice that an address makes under a name; nothing when it makes none, or one that cannot be. */
function textIn<Name extends string>(asked: URLSearchParams, name: Name, pattern: RegExp) {
  const text = idIn(asked, name, pattern)
  return (text === null ? {} : { [name]: text }) as { readonly [N in Name]?: string }
}

export function hrefOf(route: Route): string {
  const query = new URLSearchParams(choicesOf(route))
  if (route.range.kind !== 'last' || route.range.last !== '24h') query.set('range', rangeParameter(route.range))
  if (route.compare) query.set('compare', '')
  if (route.wall) query.set('wall', '')
  // `wall=` says no more than `wall`.
  const asked = query.toString().replace(/=(?=&|$)/g, '')
  return `#${pathOf(route)}${asked === '' ? '' : `?${asked}`}`
}

/** Pages of all plants that can be narrowed to one, or of one that is chosen on them. */
const WITH_PLANT: ReadonlySet<View> = new Set(['devices', 'alarms', 'reports', 'figures', 'entries'])

function choicesOf(place: Place): Record<string, string> {
  const chosen: Record<string, string> = {}
  if (place.view === 'plant') {
    if (place.kpi !== FIRST_KPI) chosen.kpi = place.kpi
    if (place.window !== null) chosen.window = place.window
  }
  if (WITH_PLANT.has(place.view) && 'plant' in place && place.plant !== null) chosen.plant = place.plant
  if (place.view === 'report' && place.figure !== undefined) chosen.figure = place.figure
  if (place.view === 'devices') {
    if (place.find !== undefined) chosen.find = place.find
    if (place.trouble) chosen.trouble = ''
  }
  if (place.view === 'device' && place.metric !== undefined) chosen.metric = place.metric
  if (place.view === 'connect' && place.sender !== undefined) chosen.sender = place.sender
  if (place.view === 'alarms') {
    if (place.show !== undefined && place.show !== 'open') chosen.show = place.show
    if (place.alarm !== null) chosen.alarm = place.alarm
  }
  return chosen
}

/** The page without what is chosen on it. */
export function pathOf(place: Place): string {
  if (place.view === 'overview') return '/'
  if (place.view === 'energy') return `/plants/${place.plant}/energy`
  if (place.view === 'device') return `/plants/${place.plant}/devices/${place.device}`
  if (place.view === 'report') {
    return `/reports/${place.report}${place.version === null ? '' : `/v${place.version}`}`
  }
  if (place.view !== 'plant') return `/${place.view}`
  return `/plants/${place.plant}${place.line === null ? '' : `/lines/${place.line}`}`
}

export function plantPlaceOf(plant: string, line: string | null = null): Place {
  return { view: 'plant', plant, line, kpi: FIRST_KPI, window: null }
}

/** The plant a page is about; null for one about all of them. */
export function plantOf(place: Place): string | null {
  return 'plant' in place ? place.plant : null
}
