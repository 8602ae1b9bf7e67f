import { z } from 'zod'
import { authOptions } from '../access/options.js'
import { archiveOptions } from '../archive/options.js'
import { reportsOptions } from '../audit/reports/options.js'
import { hj212Options } from '../base/options/hj212.js'
import { sparkplugOptions } from '../base/options/sparkplug.js'
import { plantOptions } from '../base/plant.js'
import { limitsOptions } from '../decode/cardinality/options.js'
import { modbusOptions } from '../decode/modbus/options.js'
import { opcuaOptions } from '../decode/opcua/options.js'
import { profilesOptions } from '../decode/profile/options.js'
import { forwardOptions } from '../forward/options.js'
import { insightOptions } from '../insight/options.js'
import { brokersOptions } from '../intake/bridge/options.js'
import { mqttOptions } from '../intake/options.js'
import { journalOptions } from '../journal/options.js'
import { notifyOptions } from '../notify/options.js'
import { logOptions } from '../program/log-options.js'
import { resultsOptions } from '../results/options.js'
import { storeOptions } from '../stores/options.js'
import { httpOptions } from '../views/options.js'
import { clusterOptions } from './cluster-options.js'

/** All settings: each stage's options, kept beside the code that uses them, under the name of its section. What is left out has its defaults. */
export const configSchema = z.strictObject({
  data_dir: z
    .string()
    .min(1)
    .default('./data')
    .describe(
      'folder of everything the gateway keeps; a relative one is seen from the configuration file; of /etc/greengauge/greengauge.yaml it is /var/lib/greengauge when absent',
    ),
  log: logOptions.prefault({}),
  mqtt: mqttOptions.prefault({}),
  brokers: brokersOptions,
  hj212: hj212Options.prefault({}),
  modbus: modbusOptions.prefault({}),
  opcua: opcuaOptions.prefault({}),
  http: httpOptions.prefault({}),
  auth: authOptions.prefault({}),
  journal: journalOptions.prefault({}),
  cluster: clusterOptions.prefault({}),
  forward: forwardOptions.prefault({}),
  archive: archiveOptions.prefault({}),
  store: storeOptions.prefault([{ type: 'duckdb' }]),
  notify: notifyOptions,
  reports: reportsOptions.prefault({}),
  insight: insightOptions.prefault({}),
  results: resultsOptions.prefault({}),
  limits: limitsOptions.prefault({}),
  profiles: profilesOptions.prefault({}),
  sparkplug: sparkplugOptions.prefault({}),
  plants: z.array(plantOptions).default([]).describe('plants, lines and devices; others are accepted as unconfigured'),
})

export type Config = z.output<typeof configSchema>
