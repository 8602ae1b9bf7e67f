import { createInterface } from 'node:readline'
import * as loaded from 'node-opcua'

/**
 * A server of OPC UA for tests, by node-opcua. Its options are JSON in the first argument; it says `ready` when it answers, ends
 * with its input, and answers each line of it, which is JSON:
 *
 * {"set": [{"name", "value", "type", "status", "source_ms"}, …]}  values of variables, in order
 * {"still": true}  the variables that count by themselves count no more
 * {"pause": true}  answered with the shortest time between an answer that it is busy and the next request of that kind, ms
 */

const opcua = loaded.default ?? loaded
const options = JSON.parse(process.argv[2])
const {
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  VariantArrayType,
} = opcua

const pki = (name, accepts) =>
  new OPCUACertificateManager({
    rootFolder: `${options.dir}/${name}`,
    automaticallyAcceptUnknownCertificate: accepts,
    disableFileWatchers: true,
  })

const server = new OPCUAServer({
  port: options.port,
  hostname: '127.0.0.1',
  resourcePath: '/',
  serverInfo: { applicationUri: 'urn:test:opcua-server', productUri: 'urn:test:opcua-server' },
  serverCertificateManager: pki('pki', options.trusts ?? true),
  userCertificateManager: pki('users', true),
  allowAnonymous: options.users === undefined,
  securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
  securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes128_Sha256_RsaOaep],
  userManager: { isValidUser: (name, password) => options.users?.[name] === password },
  maxConnectionsPerEndpoint: 50,
  ...(options.limits === undefined ? {} : { serverCapabilities: { operationLimits: options.limits } }),
})
let pauseMs = Number.MAX_SAFE_INTEGER
// A server that is busy answers so many requests of a kind with BadServerTooBusy before it does them.
for (const [service, times] of Object.entries(options.busy ?? {})) {
  const handler = `_on_${service}Request`
  const answer = server[handler].bind(server)
  let [left, refusedMs] = [times, 0]
  server[handler] = (message, channel) => {
    if (refusedMs > 0) pauseMs = Math.min(pauseMs, Date.now() - refusedMs)
    refusedMs = 0
    if (left-- <= 0) return answer(message, channel)
    refusedMs = Date.now()
    const fault = new opcua.ServiceFault({ responseHeader: { serviceResult: StatusCodes.BadServerTooBusy } })
    channel.send_response('MSG', fault, message)
  }
}
await server.initialize()
const { addressSpace } = server.engine
const namespace = addressSpace.getOwnNamespace()
const folder = namespace.addObject({ browseName: 'Line', organizedBy: addressSpace.rootFolder.objects })
const variables = new Map()
for (const { name, type = 'Double', unit, history = 0 } of options.variables) {
  const about = {
    componentOf: folder,
    browseName: name,
    nodeId: `s=${name}`,
    dataType: type,
    minimumSamplingInterval: 0,
  }
  const variable =
    unit === undefined
      ? namespace.addVariable(about)
      : namespace.addAnalogDataItem({
          ...about,
          engineeringUnits: opcua.standardUnits[unit],
          engineeringUnitsRange: { low: 0, high: 1e6 },
        })
  if (history > 0) addressSpace.installHistoricalDataNode(variable, { maxOnlineValues: history })
  variables.set(name, variable)
}
// Many variables that change by themselves, for measurements.
const { many } = options
const counters = Array.from({ length: many?.count ?? 0 }, (_, i) => {
  const variable = namespace.addVariable({
    componentOf: folder,
    browseName: `C${i}`,
    nodeId: `s=C${i}`,
    dataType: 'Double',
    minimumSamplingInterval: 0,
  })
  if (many.history > 0) addressSpace.installHistoricalDataNode(variable, { maxOnlineValues: many.history })
  return variable
})
let count = 0
const tick = () => {
  const at = new Date()
  for (const variable of counters)
    variable.setValueFromSource({ dataType: DataType.Double, value: count }, StatusCodes.Good, at)
  count++
}
await server.start()
const ticking = counters.length > 0 ? setInterval(tick, many.every_ms) : undefined
console.log('ready')

function set({ name, value, type = 'Double', status = 'Good', source_ms = Date.now() }) {
  const arrayType = Array.isArray(value) && !/Int64$/.test(type) ? VariantArrayType.Array : VariantArrayType.Scalar
  variables
    .get(name)
    .setValueFromSource(
      { dataType: DataType[type], arrayType, value: type === 'DateTime' ? new Date(value) : value },
      StatusCodes[status],
      new Date(source_ms),
    )
}

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line)
  let answer = null
  if (told.set !== undefined) told.set.forEach(set)
  if (told.count !== undefined) answer = count
  if (told.pause !== undefined) answer = pauseMs
  if (told.still !== undefined) clearInterval(ticking)
  console.log(JSON.stringify(answer))
}
await server.shutdown(100)
process.exit(0)
