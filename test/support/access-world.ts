import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { stringify } from 'yaml'
import type { ClientRole } from '../../src/base/client-roles.js'
import { ACCOUNT_ROLES, type AccountRole } from '../../src/base/roles.js'
import { addDeviceCommand } from '../../src/commands/device/device.js'
import { addUserCommand } from '../../src/commands/user/user.js'
import { inFiles, newAuthority, type Pair, signedBy } from './certificates.js'
import { runCommand } from './command.js'
import { freePort, removeData, startGateway, type TestGateway } from './gateway.js'

export const MN = 'A0000000000001'
export const PW = '123456'
const ROLES_OF_PEOPLE = Object.keys(ACCOUNT_ROLES) as AccountRole[]

/** An MQTT client: one that proves itself by a token, one by a certificate. */
export interface ClientProof {
  readonly id: string
  readonly role: ClientRole
  /** The id of its own device, for clients that are devices. */
  readonly own: string
  readonly token?: string
  readonly certificate?: Pair
}

/** A gateway with every way in open and somebody of each role for each of them. */
export interface AccessWorld {
  readonly gateway: TestGateway
  readonly ports: { readonly tcp: number; readonly ws: number; readonly tls: number; readonly wss: number }
  readonly hj212Port: number
  readonly ca: string
  readonly clients: readonly ClientProof[]
  readonly tokens: Readonly<Record<AccountRole | 'disabled', string>>
  readonly passwords: Readonly<Record<AccountRole, string>>
  /** Token by which commands on this machine ask. */
  readonly localToken: string
  close(): Promise<void>
}

/** @param meterPort where the meter of unit 1 is asked, which becomes `meter-1` */
export async function accessWorld(brokers: readonly object[], meterPort: number): Promise<AccessWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-access-'))
  const data_dir = join(dir, 'data')
  const authority = await newAuthority()
  const files = inFiles(await signedBy(authority, 'gateway'), authority.cert)
  const ports = { tcp: await freePort(), ws: await freePort(), tls: await freePort(), wss: await freePort() }
  const hj212Port = await freePort()
  const mqtt = { port: ports.tcp, ws_port: ports.ws, tls: { port: ports.tls, ws_port: ports.wss, ...files } }
  const config = {
    data_dir,
    auth: { required: true, devices: 'registered' },
    mqtt,
    hj212: { port: hj212Port, stations: [{ mn: MN, password: PW, plant: 'p', line: 'l', device: 'stack-1' }] },
    brokers,
    modbus: { connections: [meterAt(meterPort)] },
    results: { enabled: true, home_assistant: { enabled: true } },
    plants: [
      {
        ...{ id: 'p', name: {}, timezone: 'UTC' },
        devices: ['free-1', 'stack-1', 'meter-1'].map((id) => ({ id, line: 'l' })),
      },
    ],
  }
  const file = join(dir, 'before.yaml')
  writeFileSync(file, stringify(config))
  const { tokens, passwords } = await addPeople(file, dir)
  const clients = await addClients(file, authority)
  const gateway = await startGateway({ config })
  const localToken = /ggp_\S+/.exec(readFileSync(join(data_dir, 'access', 'local-token'), 'utf8'))?.[0] ?? ''
  const close = async () => {
    await gateway.stop('SIGKILL')
    removeData(gateway)
    rmSync(dir, { recursive: true, force: true })
  }
  return { gateway, ports, hj212Port, ca: authority.cert, clients, tokens, passwords, localToken, close }
}

function meterAt(port: number): object {
  const unit = { unit_id: 1, profile: 'eastron/sdm630', plant: 'p', line: 'l', device: 'meter-1' }
  return { id: 'hall', host: '127.0.0.1', port, every_s: 1, timeout_s: 0.4, units: [unit] }
}

async function addPeople(file: string, dir: string) {
  const user = async (...args: readonly string[]) =>
    accepted(await runCommand(addUserCommand, ['user', ...args, '--config', file]))
  const tokens = {} as Record<AccountRole | 'disabled', string>
  const passwords = {} as Record<AccountRole, string>
  for (const role of [...ROLES_OF_PEOPLE, 'disabled'] as const) {
    const password = `the password of ${role}`
    const secret = join(dir, role)
    writeFileSync(secret, `${password}\n`, { mode: 0o600 })
    await user('add', role, '--role', role === 'disabled' ? 'admin' : role, '--password-file', secret)
    tokens[role] = /ggp_\S+/.exec(await user('token', 'add', role, 'program'))?.[0] ?? ''
    if (role === 'disabled') await user('disable', role)
    else passwords[role] = password
  }
  return { tokens, passwords }
}

/** Adds a client with a token and one with a certificate for each role, and the device `other-1` with a client of its own. */
async function addClients(file: string, authority: Pair): Promise<ClientProof[]> {
  const device = async (...args: readonly string[]) =>
    accepted(await runCommand(addDeviceCommand, ['device', ...args, '--config', file]))
  const tokenIn = (said: string) => /^token\t(\S+)$/m.exec(said)?.[1] ?? ''
  const proven = async (id: string): Promise<Pair> => signedBy(authority, id)
  const clients: ClientProof[] = []
  await device('add', 'p/l/other-1', '--client', 'plc-other')
  for (const role of ['device', 'gateway', 'reader'] as const) {
    for (const [by, own] of [
      ['token', 'own-1'],
      ['card', 'own-2'],
    ] as const) {
      const id = `${role}-${by}`
      const args =
        role === 'device'
          ? ['add', `p/l/${own}`, '--client', id, '--topic', `tele/${own}/#`]
          : ['client', 'add', id, '--role', role]
      const said = await device(...args, ...(by === 'card' ? ['--certificate', `CN=${id}`] : []))
      const proof = by === 'card' ? { certificate: await proven(id) } : { token: tokenIn(said) }
      clients.push({ id, role, own, ...proof })
    }
  }
  return clients
}

function accepted({ stdout, stderr, code }: { stdout: string; stderr: string; code: number }): string {
  if (code !== 0) throw new Error(stderr)
  return stdout
}

/** A broker that asks nobody who they are. */
export async function externalBroker() {
  const broker = await Aedes.createBroker()
  const server = createServer(broker.handle)
  const port = await freePort()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return {
    port,
    close: () => {
      broker.close()
      server.close()
    },
  }
}
