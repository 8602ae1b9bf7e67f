import type { Influxdb1Options, Influxdb2Options } from '../../src/stores/influx/options.js'
import { storeOptions } from '../../src/stores/options.js'

/** Settings of a store on InfluxDB 1.x, completed as those of a configuration are. */
export function influxdb1Options(of: {
  readonly url: string
  readonly database: string
  readonly [setting: string]: unknown
}): Influxdb1Options {
  return storeOptions.parse([{ type: 'influxdb1', ...of }])[0] as Influxdb1Options
}

/** The same on 2.x and 3.x. */
export function influxdb2Options(of: {
  readonly url: string
  readonly bucket: string
  readonly [setting: string]: unknown
}): Influxdb2Options {
  return storeOptions.parse([{ type: 'influxdb2', ...of }])[0] as Influxdb2Options
}
