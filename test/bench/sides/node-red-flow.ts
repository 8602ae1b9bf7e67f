/** One way to draw the peer's flow; the bench takes the fastest. */
export interface FlowShape {
  /** Parser of JSON: a node of its own, or the MQTT node, which saves a hop. */
  readonly json: 'json node' | 'mqtt node'
  /** Maker of batches: the palette's join node, or a list within the function node, which saves another. */
  readonly batching: 'join node' | 'function node'
  readonly batchPoints: number
}

export interface FlowPlace {
  readonly mqttPort: number
  readonly influxPort: number
  readonly database: string
}

const BATCH_AGE_S = 1

/**
 * Each message is validated; energy by device and minute is kept as a running sum and becomes a point when the minute
 * has ended. That is what such a flow is usually written for, and a good deal less than the KPIs of the gateway.
 */
const TAKE = `
const [root, plant, line, device, measurement, more] = msg.topic.split('/')
const { ts, metrics } = msg.payload ?? {}
if (root !== 'plants' || measurement === undefined || more !== undefined) return null
if (!Number.isSafeInteger(ts) || typeof metrics !== 'object' || metrics === null) return null
for (const name in metrics) if (!Number.isFinite(metrics[name])) return null
const tags = { plant, line, device }
const points = [{ measurement, tags, fields: metrics, timestamp: ts }]
const kwh = metrics.elec_import_kwh
if (kwh !== undefined) {
  const windows = flow.get('windows')
  const minute = ts - (ts % 60000)
  const window = windows.get(device)
  if (window === undefined || minute > window.minute) {
    if (window !== undefined) {
      points.push({
        measurement: 'kpi_1m',
        tags: { plant, scope: 'device', id: device, kpi: 'energy_elec_import' },
        fields: { value: window.sum },
        timestamp: window.minute,
      })
    }
    windows.set(device, { minute, last: kwh, sum: 0 })
  } else {
    window.sum += kwh - window.last
    window.last = kwh
  }
}
`

/** Hands the points on one by one, for a join node. */
const EACH = 'return [points.map((payload) => ({ payload }))]'

/** Collects the points until there are enough of them, or the oldest has waited long enough. */
const collect = (count: number): string => `
const batch = context.get('batch')
batch.push(...points)
if (batch.length < ${count}) return null
context.set('batch', [])
return { payload: batch }
`

const COLLECT_START = `
context.set('batch', [])
context.set('timer', setInterval(() => {
  const batch = context.get('batch')
  if (batch.length === 0) return
  context.set('batch', [])
  node.send({ payload: batch })
}, ${BATCH_AGE_S * 1000}))
`

/** The flow as Node-RED keeps it: mqtt in, json, function, batches, influxdb batch. */
export function flowOf({ json, batching, batchPoints }: FlowShape, { mqttPort, influxPort, database }: FlowPlace) {
  const isJoined = batching === 'join node'
  const flowStart = "flow.set('windows', new Map())\n"
  const stages = [
    {
      id: 'bench-in',
      type: 'mqtt in',
      topic: 'plants/#',
      qos: '1',
      datatype: json === 'mqtt node' ? 'json' : 'utf8',
      broker: 'bench-broker',
      inputs: 0,
    },
    ...(json === 'json node' ? [{ id: 'bench-json', type: 'json', property: 'payload', action: 'obj' }] : []),
    {
      id: 'bench-take',
      type: 'function',
      outputs: 1,
      func: TAKE + (isJoined ? EACH : collect(batchPoints)),
      initialize: isJoined ? flowStart : flowStart + COLLECT_START,
      finalize: isJoined ? '' : "clearInterval(context.get('timer'))",
    },
    ...(isJoined
      ? [
          {
            id: 'bench-join',
            type: 'join',
            mode: 'custom',
            build: 'array',
            property: 'payload',
            propertyType: 'msg',
            count: String(batchPoints),
            timeout: String(BATCH_AGE_S),
          },
        ]
      : []),
    { id: 'bench-out', type: 'influxdb batch', influxdb: 'bench-influx', precision: 'ms', retentionPolicy: '' },
  ]
  return [
    { id: 'bench-tab', type: 'tab', label: 'bench' },
    {
      id: 'bench-broker',
      type: 'mqtt-broker',
      broker: '127.0.0.1',
      port: String(mqttPort),
      clientid: 'node-red',
      autoConnect: true,
      protocolVersion: '4',
      keepalive: '60',
      cleansession: true,
    },
    {
      id: 'bench-influx',
      type: 'influxdb',
      hostname: '127.0.0.1',
      port: String(influxPort),
      database,
      influxdbVersion: '1.x',
      usetls: false,
    },
    // A node without a place on the sheet would be taken for a configuration.
    ...stages.map((stage, i) => ({
      ...stage,
      z: 'bench-tab',
      x: 100 + 150 * i,
      y: 100,
      wires: i + 1 < stages.length ? [[stages[i + 1]!.id]] : [],
    })),
  ]
}
