import { byDeviceAndMetric } from '../../base/text-order.js'
import type { SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import type { KpiMember } from './kpi-member.js'

/**
 * Choices between members that are made window by window: whoever is heard of later says nothing of the windows before, or
 * figures would depend on when they were computed. The first edition of the rules chose once, for all time.
 */

/** It stands on a line by configuration, whether it has sent or not: who counts there is known for all time. */
export function isPlaced(device: string, version: PlantVersion): boolean {
  return version.edition < 2 || version.device(device)?.line !== undefined
}

/** It is a member by configuration, whether it has sent or not. */
export function isSure(series: SeriesState, version: PlantVersion): boolean {
  const { isConfigured, expectedFromMs } = series.in(version)
  return version.edition < 2 ? isConfigured : expectedFromMs < Infinity
}

/** A member that says nothing before the first sample of one of these. */
export function onlyBeside(member: KpiMember, beside: readonly SeriesState[], version: PlantVersion): KpiMember {
  return version.edition < 2 ? member : { ...member, beside }
}

/** Some members, and others that stand in for them in windows in which none of them counts; in order of device. */
export function withStandIns(members: readonly KpiMember[], others: readonly KpiMember[]): KpiMember[] {
  if (members.length === 0) return [...others]
  const standIns = others.map((other) => ({ ...other, insteadOf: [...(other.insteadOf ?? []), ...members] }))
  return [...members, ...standIns].sort((a, b) => byDeviceAndMetric(a.series, b.series))
}

/** Without the meters that stand behind another one of them: what these see, that one has counted, as soon as it counts. */
export function outermost(members: readonly KpiMember[], version: PlantVersion): KpiMember[] {
  const meters = new Map<string, SeriesState[]>()
  for (const { series } of members) meters.set(series.device, [...(meters.get(series.device) ?? []), series])
  const isAlways = (series: SeriesState) =>
    version.edition < 2 || (isSure(series, version) && isPlaced(series.device, version))
  return members.flatMap((member) => {
    const before = metersBefore(member.series.device, meters, version)
    if (before.some(isAlways)) return []
    return before.length === 0 ? member : { ...member, unless: [...member.unless, ...before] }
  })
}

/** The series of the meters that a device stands behind. */
function metersBefore(
  device: string,
  meters: ReadonlyMap<string, readonly SeriesState[]>,
  version: PlantVersion,
): readonly SeriesState[] {
  const before = new Set<string>()
  for (let at = version.device(device)?.parent; at !== undefined && !before.has(at); ) {
    before.add(at)
    at = version.device(at)?.parent
  }
  return [...before].flatMap((one) => meters.get(one) ?? [])
}
