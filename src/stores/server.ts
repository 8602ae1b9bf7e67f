import type { Clock } from '../base/clock.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import type { InfluxStore } from './influx/influx-store.js'
import { openInfluxdb1 } from './influx/influxdb1.js'
import { openInfluxdb2 } from './influx/influxdb2.js'
import type { StoreOptions } from './options.js'

export type ServerOptions = Exclude<StoreOptions[number], { type: 'duckdb' }>

/** The unit of each KPI. */
const UNITS = new Map(CATALOGUE.map(({ id, unit }) => [id, unit]))

/** The server of a setting. Nothing is sent before it is asked for something. */
export function openServer(options: ServerOptions, clock: Clock): InfluxStore {
  const surroundings = { name: options.name ?? options.type, clock, units: UNITS }
  return options.type === 'influxdb1' ? openInfluxdb1(options, surroundings) : openInfluxdb2(options, surroundings)
}
