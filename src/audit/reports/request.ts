import { Temporal } from 'temporal-polyfill'
import { isDay } from '../../base/days-in-zone.js'
import { REPORT_PROFILES, type ReportPeriod, type ReportProfile } from '../../base/report.js'
import { isId } from '../../base/topic.js'
import { reportId } from '../report/request.js'

/** The report that is asked for: its plants, its form and its days. */
export interface ReportRequest extends ReportPeriod {
  /** Ids in order, no id twice. */
  readonly plants: readonly string[]
  readonly profile: ReportProfile
}

/** Longest id: it is the name of a folder, and a part of an address. */
export const ID_MAX = 180
/** Longest period, days. */
export const DAYS_MAX = 366 * 2

const ID = new RegExp(
  `^([a-z0-9_+-]+)\\.(${REPORT_PROFILES.join('|')})\\.(\\d{4}-\\d\\d-\\d\\d)\\.(\\d{4}-\\d\\d-\\d\\d)$`,
)

/** The request that an id stands for; null when it is none. */
export function requestOf(id: string): ReportRequest | null {
  const [, plants, profile, from, to] = ID.exec(id) ?? []
  if (id.length > ID_MAX || plants === undefined || from === undefined || to === undefined) return null
  const request = { plants: plants.split('+'), profile: profile as ReportProfile, from, to }
  return requestFault(request) === null && reportId(request) === id ? request : null
}

/** The member of a request that is wrong, and what it should be; null when nothing is wrong. */
export function requestFault(
  request: ReportRequest,
): { readonly member: 'plants' | 'from' | 'to'; readonly expected: string } | null {
  const { plants, from, to } = request
  const sorted = [...new Set(plants)].sort()
  if (plants.length === 0 || !plants.every(isId) || sorted.join() !== plants.join()) {
    return { member: 'plants', expected: 'ids of plants in order, none twice' }
  }
  if (reportId(request).length > ID_MAX) {
    return { member: 'plants', expected: `fewer plants, so that the id of the report has at most ${ID_MAX} characters` }
  }
  if (!isDay(from)) return { member: 'from', expected: 'a day, such as 2026-10-01' }
  if (!isDay(to) || to <= from) return { member: 'to', expected: `a day after ${from}, itself not included` }
  const days = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days
  if (days > DAYS_MAX) return { member: 'to', expected: `at most ${DAYS_MAX} days after ${from}` }
  return null
}
