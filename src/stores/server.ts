import type { Clock } from '../base/clock.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import { type ServerOptions, storeNameOf } from './options.js'
import { kindOf } from './registry.js'
import type { StoreServer } from './server-kind.js'

/** The unit of each KPI. */
const UNITS = new Map(CATALOGUE.map(({ id, unit }) => [id, unit]))

/** The server of a setting. Nothing is sent before it is asked for something. */
export function openServer(options: ServerOptions, clock: Clock): Promise<StoreServer> {
  return kindOf(options.type).open(options, { name: storeNameOf(options), clock, units: UNITS })
}
