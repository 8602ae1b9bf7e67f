import type { KpiInfo, KpiPoint, Scope, Window } from '../base/kpi.js'
import type { LocalizedNames } from '../base/wire.js'
import type { ResultsOptions } from './options.js'
import { figureId, plantStatusTopic, resultTopic } from './topics.js'

/**
 * A figure as a sensor of Home Assistant. Source: the documents of Home Assistant, "MQTT" (discovery topic, single component
 * discovery payload, origin), "MQTT Sensor" (fields, `null` for an unknown state) and "Sensor" (device classes and their units).
 */

const WINDOW_NAMES: Readonly<Record<'en' | 'zh', Readonly<Record<Window, string>>>> = {
  en: { '1m': 'minute', '15m': '15 min', '1h': 'hour', '1d': 'day', '1mo': 'month', shift: 'shift' },
  zh: { '1m': '分钟', '15m': '15 分钟', '1h': '小时', '1d': '日', '1mo': '月', shift: '班次' },
}

interface SensorClass {
  readonly device_class?: string
  readonly unit_of_measurement?: string
}

/** Units of measurement, and classes where Home Assistant has one for the unit; other units stand as they are. */
const CLASSES: Readonly<Record<string, SensorClass>> = {
  kWh: { device_class: 'energy', unit_of_measurement: 'kWh' },
  GJ: { device_class: 'energy', unit_of_measurement: 'GJ' },
  kW: { device_class: 'power', unit_of_measurement: 'kW' },
  m3: { device_class: 'water', unit_of_measurement: 'm³' },
  Nm3: { unit_of_measurement: 'Nm³' },
  'mg/Nm3': { unit_of_measurement: 'mg/Nm³' },
  'm3/unit': { unit_of_measurement: 'm³/unit' },
  '1': {},
}

/** A currency of ISO 4217. */
const CURRENCY = /^[A-Z]{3}$/

export interface AnnouncedFigure {
  readonly point: Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window' | 'unit'>
  readonly info: Pick<KpiInfo, 'name' | 'shape'>
  /** Names of the plant, line or device; {} for one without. */
  readonly names: LocalizedNames
}

/** The payload of the discovery message of a figure. */
export function discoveryPayload(
  { point, info, names }: AnnouncedFigure,
  { language }: Pick<ResultsOptions['home_assistant'], 'language'>,
  version: string,
): string {
  const topic = resultTopic(point, 'running')
  const uniqueId = `greengauge_${figureId(point)}`
  const isSum = info.shape === 'sum'
  return JSON.stringify({
    name: `${info.name[language]} · ${WINDOW_NAMES[language][point.window]}`,
    unique_id: uniqueId,
    state_topic: topic,
    value_template: '{{ value_json.value | tojson }}',
    ...classOf(point.unit, isSum),
    // A sum begins anew with each window.
    ...(isSum
      ? { state_class: 'total', last_reset_value_template: '{{ value_json.start }}' }
      : { state_class: 'measurement' }),
    json_attributes_topic: topic,
    json_attributes_template:
      "{{ {'start': value_json.start, 'end': value_json.end, 'reason': value_json.reason, 'flags': value_json.flags} | tojson }}",
    availability: [{ topic: plantStatusTopic(point.plant) }],
    qos: 1,
    device: {
      identifiers: [deviceId(point.plant, point.scope, point.id)],
      name: names[language] ?? names.en ?? names.zh ?? point.id,
      manufacturer: 'Greengauge',
      model: point.scope,
      sw_version: version,
      ...(point.scope === 'plant' ? {} : { via_device: deviceId(point.plant, 'plant', point.plant) }),
    },
    origin: { name: 'Greengauge', sw_version: version },
  })
}

/** Classes of amounts are for sums alone, and money may be nothing else. */
function classOf(unit: string, isSum: boolean): SensorClass {
  if (CURRENCY.test(unit)) return { ...(isSum ? { device_class: 'monetary' } : {}), unit_of_measurement: unit }
  const known = CLASSES[unit] ?? { unit_of_measurement: unit }
  const isAmount = known.device_class !== undefined && known.device_class !== 'power'
  if (isAmount === isSum || known.device_class === undefined) return known
  return { unit_of_measurement: known.unit_of_measurement ?? unit }
}

function deviceId(plant: string, scope: Scope, id: string): string {
  return `greengauge_${plant}_${scope.toUpperCase()}_${id}`
}
