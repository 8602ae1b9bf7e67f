import { METRICS } from '../base/metrics.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

const KNOWN = [...METRICS.keys()]

/** Metrics and currencies that nobody knows: most probably a slip, and nothing else would ever say so. */
export function nameDoubts(config: Config): ConfigFinding[] {
  return [...metricDoubts(config), ...currencyDoubts(config)]
}

function metricDoubts(config: Config): ConfigFinding[] {
  const settings = config.plants.flatMap(({ devices }, p) =>
    devices.flatMap(({ metrics }, d) =>
      Object.keys(metrics).map((metric) => ({ metric, path: ['plants', p, 'devices', d, 'metrics', metric] })),
    ),
  )
  const targets: readonly { readonly metric: string; readonly path: SettingPath }[] = [
    ...settings,
    ...config.profiles.use.flatMap((use, u) => overridden(use.metrics, ['profiles', 'use', u, 'metrics'])),
    ...config.profiles.use.flatMap(({ devices }, u) =>
      Object.entries(devices).flatMap(([name, device]) =>
        typeof device === 'string'
          ? []
          : overridden(device.metrics, ['profiles', 'use', u, 'devices', name, 'metrics']),
      ),
    ),
    ...ruled(config.sparkplug.metrics, ['sparkplug', 'metrics']),
    ...config.sparkplug.nodes.flatMap(({ metrics }, n) => ruled(metrics, ['sparkplug', 'nodes', n, 'metrics'])),
  ]
  return targets.flatMap(({ metric, path }) => {
    if (METRICS.has(metric)) return []
    const meant = nearest(metric, KNOWN)
    // An own metric that resembles none of the table is kept as a reading, and meant so.
    if (meant === undefined) return []
    const remedy = `did you mean ${meant}? Another name is kept as a reading and takes no part in KPIs`
    return [findingAt(config, path, `names ${metric}, which is no metric of the table`, remedy)]
  })
}

type Overrides = Config['profiles']['use'][number]['metrics']

function overridden(metrics: Overrides, at: SettingPath): { readonly metric: string; readonly path: SettingPath }[] {
  return Object.entries(metrics).flatMap(([name, meant]) => {
    if (meant === null) return []
    return [
      typeof meant === 'string'
        ? { metric: meant, path: [...at, name] }
        : { metric: meant.metric, path: [...at, name, 'metric'] },
    ]
  })
}

function ruled(
  rules: Config['sparkplug']['metrics'],
  at: SettingPath,
): { readonly metric: string; readonly path: SettingPath }[] {
  return rules.flatMap(({ metric }, r) => (typeof metric === 'string' ? [{ metric, path: [...at, r, 'metric'] }] : []))
}

/** Usual names of currencies, with the code that ISO 4217 has for them. */
const USUAL: Readonly<Record<string, string>> = {
  RMB: 'CNY',
  CNH: 'CNY',
  YEN: 'JPY',
  NTD: 'TWD',
  UKP: 'GBP',
  SFR: 'CHF',
  EUO: 'EUR',
}

function currencyDoubts(config: Config): ConfigFinding[] {
  const codes = Intl.supportedValuesOf('currency')
  const named: readonly { readonly currency: string | undefined; readonly path: SettingPath }[] = config.plants.flatMap(
    (plant, p) => [
      ...plant.tariffs.map(({ currency }, t) => ({ currency, path: ['plants', p, 'tariffs', t, 'currency'] })),
      {
        currency: plant.report.cbam?.carbon_price?.currency,
        path: ['plants', p, 'report', 'cbam', 'carbon_price', 'currency'],
      },
    ],
  )
  return named.flatMap(({ currency, path }) => {
    if (currency === undefined || codes.includes(currency)) return []
    const meant = USUAL[currency] ?? nearest(currency, codes)
    const remedy = meant === undefined ? 'use the code of ISO 4217, such as CNY' : `did you mean ${meant}?`
    return [findingAt(config, path, 'is no currency of ISO 4217', remedy)]
  })
}
