// @module-tag slow
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpcuaAnswer, OpcuaBrowseAnswer, OpcuaEndpointsAnswer } from '../../src/views/wire/opcua.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { startOpcuaServer, type TestOpcuaServer } from '../support/opcua-server.js'

/** Proves that a server of OPC UA is asked over the API: its endpoints, whom is trusted, and what it has. */

let server: TestOpcuaServer
let gateway: TestGateway

beforeAll(async () => {
  server = await startOpcuaServer({
    variables: [
      { name: 'Oil', unit: 'degree_celsius', history: 10 },
      { name: 'Power', type: 'Float' },
      { name: 'Label', type: 'String' },
    ],
    users: { reader: 'opens-it' },
  })
  await server.set({ name: 'Oil', value: 61.5 }, { name: 'Power', type: 'Float', value: 4500 })
  gateway = await startGateway({ config: { plants: [{ id: 'a', name: { en: 'A' }, timezone: 'UTC' }] } })
})
afterAll(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
  await server?.close()
})

async function asked<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/opcua/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = (await answer.json()) as T
  if (!answer.ok) throw new Error(`${answer.status} ${JSON.stringify(said)}`)
  return said
}

const wish = { security_mode: 'sign_and_encrypt', security_policy: 'Basic256Sha256', username: 'reader' }

test('endpoints are told with security, users and a certificate that is trusted only when somebody says so', async () => {
  expect(await getJson<OpcuaAnswer>(gateway, '/api/v1/opcua')).toMatchObject({
    own_certificate: null,
    certificates: [],
    servers: [],
  })
  const told = await asked<OpcuaEndpointsAnswer>('endpoints', { endpoint: server.endpoint })
  expect(told.fault).toBe(null)
  const secured = told.endpoints.find(({ security_mode: mode, security_policy: policy }) => {
    return mode === 'sign_and_encrypt' && policy === 'Basic256Sha256'
  })
  expect(secured).toMatchObject({ supported: true, certificate_status: 'BadCertificateUntrusted' })
  expect(secured!.users).toContain('username')

  const before = await asked<OpcuaBrowseAnswer>('browse', { endpoint: server.endpoint, ...wish, password: 'opens-it' })
  expect(before).toMatchObject({ fault: { result: 'untrusted' }, variables: [] })

  const { sha256 } = secured!.certificate!
  const { certificates, own_certificate: own } = await getJson<OpcuaAnswer>(gateway, '/api/v1/opcua')
  expect(certificates).toMatchObject([{ sha256, trust: 'rejected' }])
  expect(own?.pem).toContain('BEGIN CERTIFICATE')
  expect(await asked('certificates', { sha256, trust: 'trusted' })).toMatchObject({ sha256, trust: 'trusted' })
  await expect(asked('certificates', { sha256: 'ab'.repeat(32), trust: 'trusted' })).rejects.toThrow('404')
  const { items } = await getJson<{ items: { act: string; subject: string }[] }>(gateway, '/api/v1/trail')
  expect(items.filter(({ act }) => act === 'certificate_trusted').map(({ subject }) => subject)).toContain(
    `POST /api/v1/opcua/certificates trusted: ${sha256}`,
  )
  expect(items.filter(({ act }) => act === 'server_asked').map(({ subject }) => subject)).toEqual([
    `POST /api/v1/opcua/browse ${server.endpoint}: untrusted`,
    `POST /api/v1/opcua/endpoints ${server.endpoint}: it answers`,
  ])
})

test('variables are listed with unit, value and a proposal, to whom the server lets in', async () => {
  const wrong = await asked<OpcuaBrowseAnswer>('browse', {
    endpoint: server.endpoint,
    ...wish,
    password: 'opens-nothing',
  })
  expect(wrong.fault).toMatchObject({ result: 'refused' })
  expect(JSON.stringify(wrong)).not.toContain('opens-nothing')
  const { fault, variables, more } = await asked<OpcuaBrowseAnswer>('browse', {
    endpoint: server.endpoint,
    ...wish,
    password: 'opens-it',
  })
  expect([fault, more]).toEqual([null, false])
  const ours = variables.filter(({ path }) => path[0] === 'Line' && path.length === 2)
  expect(ours).toMatchObject([
    {
      node: 'nsu=urn:test:opcua-server;s=Oil',
      path: ['Line', 'Oil'],
      ...{ type: 'Double', value: 61.5, unit: '°C', status: 'Good', has_history: true },
      proposal: { device: 'line', unit: '°C' },
    },
    {
      path: ['Line', 'Power'],
      value: 4500,
      unit: null,
      proposal: { metric: 'line_power', unit: null, asks: { code: 'unit_missing' } },
    },
    { path: ['Line', 'Label'], proposal: null },
  ])
})

test('a certificate that is trusted no longer lets nobody be read, and what is no server is told', async () => {
  const { certificates } = await getJson<OpcuaAnswer>(gateway, '/api/v1/opcua')
  await asked('certificates', { sha256: certificates[0]!.sha256, trust: 'rejected' })
  const after = await asked<OpcuaBrowseAnswer>('browse', { endpoint: server.endpoint, ...wish, password: 'opens-it' })
  expect(after.fault).toMatchObject({ result: 'untrusted' })
  const nobody = await asked<OpcuaEndpointsAnswer>('endpoints', { endpoint: 'opc.tcp://127.0.0.1:9' })
  expect(nobody).toMatchObject({ fault: { result: 'unreachable' }, endpoints: [] })
  await expect(asked('endpoints', { endpoint: 'http://127.0.0.1/' })).rejects.toThrow('400')
})
