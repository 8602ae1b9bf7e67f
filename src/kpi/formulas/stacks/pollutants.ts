import type { Pollutant } from '../../../base/options/limits.js'
import type { CalendarWindow } from '../../series/calendar.js'

/** A pollutant as figures are called and where its readings are. */
export interface PollutantNames {
  readonly id: Pollutant
  readonly en: string
  readonly zh: string
  /** Metric that analysers send as measured. */
  readonly measured: string
  /** Metric that analysers send at their own reference oxygen; null where none of that kind is known. */
  readonly corrected: string | null
}

export const POLLUTANT_NAMES: readonly PollutantNames[] = [
  { id: 'nox', en: 'NOx', zh: '氮氧化物', measured: 'nox_mgm3', corrected: 'nox_ref_mgm3' },
  { id: 'so2', en: 'SO2', zh: '二氧化硫', measured: 'so2_mgm3', corrected: 'so2_ref_mgm3' },
  { id: 'pm', en: 'Particulates', zh: '颗粒物', measured: 'pm_mgm3', corrected: 'pm_ref_mgm3' },
  { id: 'co', en: 'CO', zh: '一氧化碳', measured: 'co_mgm3', corrected: null },
]

/** Limits and captures are of clock hours, which a shift may cut. */
export const CLOCK_HOURS: readonly CalendarWindow[] = ['1h', '1d', '1mo']
