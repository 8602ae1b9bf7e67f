import type { Clock } from '../../base/clock.js'
import { entryOf } from '../../base/entry-of.js'
import type { KpiFlag } from '../../base/flags.js'
import { type KpiPoint, streamKey } from '../../base/kpi.js'
import { NULL_REASONS } from '../../base/reasons.js'
import type { KpiFigures } from '../sources/kpis.js'
import {
  type AddressSpace,
  elementIdOf,
  type FigureElement,
  type FigureMember,
  type I3xElement,
  memberName,
} from './address-space.js'
import { deviceValue, type I3xValue } from './shapes.js'

export interface I3xValueSources extends Pick<KpiFigures, 'latest' | 'watch' | 'points'> {
  readonly clock: Clock
}

/** Most components that one request reads, and most values of the past. */
const COMPONENTS_MAX = 1_000
const PAST_VALUES_MAX = 10_000

/** Flags that say how a figure is defined, and not that it is in doubt. */
const HARMLESS: readonly KpiFlag[] = ['approx', 'pbt_derived', 'co2_only', 'restated']

/** Value of one element, with the values of its components where they were asked for. */
export interface ElementValue {
  readonly own: I3xValue
  readonly components?: ReadonlyMap<string, I3xValue>
}

/** Newest value of each element, in order; `isCut` when components are missing, as there are too many. */
export async function currentValues(
  space: AddressSpace,
  wanted: readonly { readonly element: I3xElement; readonly maxDepth: number }[],
  sources: I3xValueSources,
): Promise<{ readonly values: readonly ElementValue[]; readonly isCut: boolean }> {
  let left = COMPONENTS_MAX
  let isCut = false
  const plans = wanted.map(({ element, maxDepth }) => {
    if (maxDepth === 1 || element.kind === 'gateway' || element.kind === 'figure') return { element, components: null }
    const all = space.components(element)
    const components = all.slice(0, left)
    left -= components.length
    isCut ||= components.length < all.length
    return { element, components }
  })
  const figures = plans.flatMap(({ element, components }) => [
    ...(element.kind === 'figure' ? [element] : []),
    ...(components ?? []),
  ])
  const points = await newestPoints(figures, sources)
  const nowMs = sources.clock.nowMs()
  const newest = (element: I3xElement) =>
    element.kind === 'figure' ? valueOfPoint(points.get(streamOf(element)), nowMs) : ownValue(space, element, nowMs)
  const values = plans.map(({ element, components }) => {
    if (components === null) return { own: newest(element) }
    return { own: newest(element), components: new Map(components.map((one) => [elementIdOf(one), newest(one)])) }
  })
  return { values, isCut }
}

/** The newest point of each figure by the key of its series; each plant is looked through once. */
async function newestPoints(figures: readonly FigureElement[], sources: I3xValueSources) {
  await broughtUpToDate(figures, sources)
  const plants = new Map<string, Map<string, Set<string>>>()
  for (const figure of figures) {
    const { plant, id } = memberName(figure.of)
    const ids = entryOf(plants, plant, () => new Map<string, Set<string>>())
    entryOf(ids, id, () => new Set<string>()).add(streamOf(figure))
  }
  const points = new Map<string, KpiPoint>()
  for (const [plant, ids] of plants) {
    const latest = sources.latest(plant, { wants: (stream) => ids.get(stream.id)?.has(streamKey(stream)) === true })
    for (const point of latest) points.set(streamKey(point), point)
  }
  return points
}

/** All are asked for before the first is waited for, so that one calculation of a plant brings them all. */
async function broughtUpToDate(figures: readonly FigureElement[], sources: I3xValueSources): Promise<void> {
  const members = new Map<string, FigureMember>(figures.map(({ of }) => [elementIdOf(of), of]))
  await Promise.all(
    [...members.values()].map((of) => {
      const { plant, scope, id } = memberName(of)
      return sources.watch(plant, { scope, id })
    }),
  )
}

function streamOf({ of, kpi, window }: FigureElement): string {
  return streamKey({ ...memberName(of), kpi: kpi.id, window })
}

/**
 * Values of each element whose time lies in [fromMs, toMs), oldest first. `isCut` when there are more than one answer holds:
 * the last of them is cut short, and those after it have none.
 */
export async function pastValuesOf(
  elements: readonly I3xElement[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  sources: I3xValueSources,
): Promise<{ readonly values: readonly (readonly I3xValue[])[]; readonly isCut: boolean }> {
  let left = PAST_VALUES_MAX
  let isCut = false
  await broughtUpToDate(
    elements.filter((element) => element.kind === 'figure'),
    sources,
  )
  const values: (readonly I3xValue[])[] = []
  for (const element of elements) {
    if (element.kind !== 'figure') {
      values.push([unknown('GoodNoData', fromMs, 'no_history', 'Only figures have a history.')])
      continue
    }
    const { kpi, window, of } = element
    const asked = { ...memberName(of), kpi: kpi.id, window, fromMs, toMs, afterMs: null }
    const points = await sources.points({ ...asked, limit: left + 1 })
    isCut ||= points.length > left
    const told = points.slice(0, left).map((point) => valueOfPoint(point, fromMs))
    left -= told.length
    values.push(points.length > 0 ? told : [unknown('GoodNoData', fromMs, 'no_data', NULL_REASONS.no_data)])
  }
  return { values, isCut }
}

function unknown(quality: 'GoodNoData' | 'Bad', atMs: number, reason: string, detail: string): I3xValue {
  return { value: null, quality, timestamp: new Date(atMs).toISOString(), reason, detail }
}

/** A figure at the start of its window; one that is not known has no value at all, and a quality that says so. */
function valueOfPoint(point: KpiPoint | undefined, nowMs: number): I3xValue {
  if (point === undefined) return unknown('GoodNoData', nowMs, 'no_data', NULL_REASONS.no_data)
  const { plant: _plant, scope: _scope, id: _id, kpi: _kpi, reason, rules: _rules, value, ...basis } = point
  const { start: timestamp, coverage, estimated_share, flags } = basis
  if (value === null) {
    const quality = reason === 'no_data' ? 'GoodNoData' : 'Bad'
    return { value: null, quality, timestamp, reason, detail: reason === '' ? '' : NULL_REASONS[reason] }
  }
  const isDoubtful = coverage < 1 || estimated_share > 0 || flags.some((flag) => !HARMLESS.includes(flag))
  return { value: { value, ...basis }, quality: isDoubtful ? 'Uncertain' : 'Good', timestamp }
}

/** Description of a gateway, plant, line or device as it is at this moment. */
function ownValue(space: AddressSpace, element: Exclude<I3xElement, FigureElement>, nowMs: number): I3xValue {
  const timestamp = new Date(nowMs).toISOString()
  return { value: descriptionOf(space, element), quality: 'Good', timestamp }
}

function descriptionOf(space: AddressSpace, element: Exclude<I3xElement, FigureElement>): object {
  switch (element.kind) {
    case 'gateway':
      return { plants: space.plants.length }
    case 'plant': {
      const { timezone, configured, currency, lines } = element.plant
      const devices = lines.reduce((sum, line) => sum + line.devices.length, 0)
      return { timezone, configured, ...(currency === undefined ? {} : { currency }), lines: lines.length, devices }
    }
    case 'line':
      return { devices: element.line.devices.length }
    case 'device':
      return deviceValue.parse(element.device)
  }
}
