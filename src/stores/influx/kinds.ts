import type { ServerKind } from '../server-kind.js'
import { influxdb1Options, influxdb2Options } from './options.js'
import { pingInflux } from './ping.js'

export const influxdb1: ServerKind<typeof influxdb1Options> = {
  options: influxdb1Options,
  secret: 'password',
  open: async (options, surroundings) => (await import('./influxdb1.js')).openInfluxdb1(options, surroundings),
  ping: pingInflux,
}

/** InfluxDB 2.x, Cloud, and 3.x. */
export const influxdb2: ServerKind<typeof influxdb2Options> = {
  options: influxdb2Options,
  secret: 'token',
  open: async (options, surroundings) => (await import('./influxdb2.js')).openInfluxdb2(options, surroundings),
  ping: pingInflux,
}
