import type { ForgetMetricsQuery, ForgetQuery } from '../../../src/base/forget.js'
import type { AccessAsk, AccessReply } from '../../../src/views/access-ask.js'
import type { Addition } from '../../../src/views/adoption-text.js'
import type { Adoption, AdoptRequest } from '../../../src/views/routes/adopt.js'
import type { IgnoreRequest, UnknownDevicesQuery } from '../../../src/views/routes/unknown-devices.js'
import type { ForgetAnswer } from '../../../src/views/wire/forget.js'
import type { ForgetMetricsAnswer } from '../../../src/views/wire/forget-metrics.js'
import type { OpcuaAnswer, OpcuaBrowseAnswer, OpcuaEndpointsAnswer } from '../../../src/views/wire/opcua.js'
import type { RemovalsAnswer } from '../../../src/views/wire/removals.js'
import type { UnknownDevicesAnswer } from '../../../src/views/wire/unknown-devices.js'
import { FakeMarket } from './fake-market.js'

/** Devices that nobody has configured, as a test sets them, and what was asked of them; every store is well. */
export class FakeNewcomers extends FakeMarket {
  unknown: UnknownDevicesAnswer = { items: [], topics: [], next: null, total: 0, ignored: 0 }
  unknownQueries: UnknownDevicesQuery[] = []
  ignoreRequests: IgnoreRequest[] = []
  additions: readonly Addition[] = []

  /** Lists that nobody has written to, unless a test gives a desk. */
  access = async (_ask: AccessAsk): Promise<AccessReply> => ({ accounts: [] })

  refusedClients() {
    return []
  }
  mqttCertificate() {
    return null
  }
  async tryStore() {
    return { ok: true, address: 'store:8086', server: null, made: false, steps: [] }
  }
  opcua(): OpcuaAnswer {
    return { application_uri: 'urn:greengauge:gateway', own_certificate: null, certificates: [], servers: [] }
  }
  trustOpcua() {
    return null
  }
  async opcuaEndpoints(): Promise<OpcuaEndpointsAnswer> {
    return { fault: null, endpoints: [] }
  }
  async browseOpcua(): Promise<OpcuaBrowseAnswer> {
    return { fault: null, more: false, variables: [] }
  }
  async unknownDevices(query: UnknownDevicesQuery): Promise<UnknownDevicesAnswer> {
    this.unknownQueries.push(query)
    return this.unknown
  }
  async adoption({ devices, topics }: AdoptRequest): Promise<Adoption> {
    return { additions: this.additions, adopted: devices.length + topics.length, refused: [] }
  }
  ignoreUnknown(request: IgnoreRequest) {
    this.ignoreRequests.push(request)
    return request.devices.length + request.topics.length
  }

  async forgetDevices({ devices, isDryRun }: ForgetQuery): Promise<ForgetAnswer> {
    const forgotten = (devices ?? ['stray']).map((device) => ({
      line: 'l',
      device,
      last_seen: null,
      readings: 1,
      first_reading: null,
    }))
    return { devices: forgotten, refused: [], dry_run: isDryRun }
  }
  async forgetMetrics({ metrics, isDryRun }: ForgetMetricsQuery): Promise<ForgetMetricsAnswer> {
    const at = { first_reading: null, last_reading: null }
    const forgotten = metrics.map((metric) => ({ metric, unit: 'kWh', readings: 1, ...at }))
    return { metrics: forgotten, refused: [], dry_run: isDryRun }
  }
  removals(plant: string): RemovalsAnswer {
    const at = '2026-01-01T00:00:00.000Z'
    return { going: [{ at, days: 1, readings: 2, devices: plant.length, waits: null }], failed: [] }
  }
}
