// @module-tag slow

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAMS } from '../../dashboards/src/devices/programs.js'
import { type Broker, exampleOf, SHOWN_VERSIONS } from '../../dashboards/src/devices/sender.js'
import type { DeviceAnswer } from '../../src/base/wire/device.js'
import { addDeviceCommand } from '../../src/commands/device/device.js'
import { inFiles, newAuthority, signedBy } from '../support/certificates.js'
import { runCommand } from '../support/command.js'
import { freePort, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

/** The commands that the page prints are run as they stand: in the clear, and over TLS with a client id and a token. */

const run = promisify(execFile)
const authority = await newAuthority()
const files = inFiles(await signedBy(authority, 'gateway'), authority.cert)
/** A Python that has paho-mqtt: the first on the path need not be the one of the system. */
const python = (
  await Promise.all(
    ['python3', '/usr/bin/python3'].map((path) =>
      run(path, ['-c', 'import paho.mqtt']).then(
        () => path,
        () => null,
      ),
    ),
  )
).find((path) => path !== null)
const HERE = { shell: findServer('mosquitto_pub') !== null, node: true, python: python !== undefined } as const
type Here = keyof typeof HERE

let dir: string
let gateway: TestGateway
let tlsPort: number
let port: number

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'connect-'))
  writeFileSync(join(dir, 'ca.pem'), authority.cert)
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'))
  tlsPort = await freePort()
  port = await freePort()
  const lines = [{ id: 'l' }]
  const plants = [{ id: 'p', name: { en: 'P' }, timezone: 'UTC', lines }]
  gateway = await startGateway({ config: { plants, mqtt: { port, tls: { port: tlsPort, ...files } } } })
})

afterAll(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
  rmSync(dir, { recursive: true, force: true })
})

/** Runs the text of a program in a folder that has `ca.pem` in it. */
async function runs(program: Here, text: string): Promise<void> {
  const script = { shell: 'send.sh', node: 'send.mjs', python: 'send.py' }[program]
  writeFileSync(join(dir, script), text)
  await run({ shell: 'sh', node: process.execPath, python: python ?? '' }[program], [script], {
    cwd: dir,
    timeout: SOON_MS,
  })
}

async function readingsOf(device: string): Promise<number> {
  const answer = await getJson<DeviceAnswer>(gateway, `/api/v1/plants/p/devices/${device}`).catch(() => null)
  return answer?.readings ?? 0
}

describe.each(SHOWN_VERSIONS)('by MQTT %s', (version) => {
  for (const program of ['shell', 'node', 'python'] as const) {
    const send = async (device: string, broker: Broker) => {
      const topic = `plants/p/l/${device}/energy`
      await runs(program, PROGRAMS[program](broker, topic, exampleOf('energy'), version))
      await until(async () => (await readingsOf(device)) >= 2)
    }
    const name = `${program.toLowerCase()}-${version.replaceAll('.', '')}`

    test.runIf(HERE[program])(`${program} sends a first message in the clear`, () => {
      return send(`plain-${name}`, { host: '127.0.0.1', port })
    })

    test.runIf(HERE[program])(`${program} sends over TLS, with the client id and the token of its device`, async () => {
      const device = `own-${name}`
      const file = join(gateway.dir, 'greengauge.yaml')
      const command = ['device', 'add', `p/l/${device}`, '--client', device, '--config', file, '--json']
      const { stdout } = await runCommand(addDeviceCommand, command)
      const [{ token }] = JSON.parse(stdout) as [{ readonly token: string }]
      // Until the gateway has read the token it takes the client without one, and hangs up when it has: devices come again then.
      const isSent = () =>
        send(device, { host: 'localhost', port: tlsPort, isTls: true, client: device, token }).then(
          () => true,
          (error: Error) => {
            if (!error.message.startsWith('Command failed')) throw error
            return false
          },
        )
      await until(isSent)
    })
  }
})

describe('what cannot be run here is right by its form', () => {
  const secure = { host: 'gateway', port: 8883, isTls: true, client: 'plc-7', token: 'ggd_x"y' }
  const plain = { host: '10.0.0.5', port: 1883 }

  test('a flow of Node-RED is JSON whose nodes are joined', () => {
    const nodesOf = (broker: Broker) =>
      JSON.parse(PROGRAMS.nodeRed(broker, 't', exampleOf('robot'), '5')) as { id: string; type: string }[]
    expect(nodesOf(plain).map(({ type }) => type)).toEqual(['tab', 'mqtt-broker', 'inject', 'mqtt out'])
    expect(nodesOf(secure)).toMatchObject([
      { type: 'tab' },
      { id: 'gg-tls', type: 'tls-config', ca: 'ca.pem' },
      {
        type: 'mqtt-broker',
        broker: 'gateway',
        port: '8883',
        tls: 'gg-tls',
        clientid: 'plc-7',
        credentials: { user: 'plc-7', password: 'ggd_x"y' },
        protocolVersion: '5',
      },
      { type: 'inject', payloadType: 'json', wires: [['gg-out']] },
      { id: 'gg-out', type: 'mqtt out', topic: 't', qos: '1', broker: 'gg-broker' },
    ])
  })

  test('a sketch and a part of telegraf.conf have the host, TLS, the client id and the token', () => {
    const sketch = PROGRAMS.arduino(secure, 't', exampleOf('energy'), '3.1.1')
    expect(sketch).toContain('client.begin("gateway", 8883, net);')
    expect(sketch).toContain('client.connect("plc-7", "plc-7", "ggd_x\\"y")')
    expect(PROGRAMS.arduino(plain, 't', '{}', '3.1.1')).not.toMatch(/Secure|TOKEN/)
    const conf = PROGRAMS.telegraf(secure, 't', exampleOf('robot'), '5')
    expect(conf).toContain('servers = ["ssl://gateway:8883"]')
    expect(conf).toContain('json_string_fields = ["state"]')
    expect(conf).toContain('tls_ca = "ca.pem"')
    expect(PROGRAMS.telegraf(plain, 't', exampleOf('energy'), '3.1.1')).not.toMatch(/password|tls_ca|json_string/)
  })

  test('without a token its place is shown, and a token that is no word is put in quotation marks', () => {
    expect(PROGRAMS.shell({ ...secure, token: '' }, 't', '{}', '3.1.1')).toContain('-P TOKEN ')
    expect(PROGRAMS.shell({ ...secure, token: "a'b" }, 't', '{}', '3.1.1')).toContain("-P 'a'\\''b'")
  })
})
