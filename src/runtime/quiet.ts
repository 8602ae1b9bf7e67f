import type { Config } from '../config/schema.js'

const asItIs = <T>(section: T): T => section

/** Each section of the settings is reduced so that nobody is listened to, asked or told; a new section needs its entry here too. */
const QUIET: { readonly [Section in keyof Config]: (section: Config[Section]) => Config[Section] } = {
  data_dir: asItIs,
  log: asItIs,
  mqtt: (mqtt) => ({ ...mqtt, enabled: false, port: null, ws_port: null, tls: null }),
  brokers: () => [],
  hj212: (hj212) => ({ ...hj212, port: null }),
  modbus: (modbus) => ({ ...modbus, connections: [] }),
  opcua: (opcua) => ({ ...opcua, servers: [] }),
  http: (http) => ({ ...http, host: '127.0.0.1', port: 0, livez_port: null, tls: null }),
  auth: asItIs,
  // The journal of a node of a cluster is in streams; what is in the folder are files, and they stay.
  journal: (journal) => ({ ...journal, type: 'files', servers: [] }),
  cluster: asItIs,
  forward: (forward) => ({ ...forward, servers: [] }),
  archive: asItIs,
  store: (stores) => {
    const own = stores.filter(({ type }) => type === 'duckdb')
    return own.length > 0 ? own : [{ type: 'duckdb' }]
  },
  notify: (notify) => ({ ...notify, channels: [] }),
  reports: (reports) => ({ ...reports, schedules: [] }),
  insight: (insight) => ({ ...insight, enabled: false }),
  results: (results) => ({ ...results, enabled: false, webhooks: [] }),
  limits: asItIs,
  profiles: asItIs,
  sparkplug: asItIs,
  plants: (plants) => plants.map((plant) => ({ ...plant, authorities: [] })),
}

/**
 * The settings for a gateway that a command starts for itself: the same plants and the same figures, and no listener but that of
 * the API, on the loopback interface and any free port; nothing is fetched from anywhere, sent anywhere or done by the clock.
 */
export function quietConfig(config: Config): Config {
  const sections = Object.entries(QUIET) as readonly [keyof Config, (section: unknown) => unknown][]
  return Object.fromEntries(sections.map(([name, quiet]) => [name, quiet(config[name])])) as unknown as Config
}
