import type { ClientRole } from '../../src/base/client-roles.js'
import { ACCOUNT_ROLES, type AccountRole, type Right } from '../../src/base/roles.js'

/**
 * Rights of people and clients, said a second time beside the code: SECURITY.md shows it (`npm run tables`), and one test asks a running
 * gateway for all of it. A slip in the code does not take this list with it.
 */

/** Routes that nobody needs a right for. */
const OPEN = [
  'get /livez',
  'get /readyz',
  'get /api/v1/session',
  'post /api/v1/session',
  'delete /api/v1/session',
  'get /api/v1/session/oidc',
  'get /api/v1/session/oidc/callback',
  'get /i3x/v1/info',
  'post /api/v1/session/oidc/logout',
]

/** Files that everybody gets, signed in or not: the pages, which ask for the password themselves, and the documents. */
export const OPEN_FILES = ['get /', 'get /help/']

/** Routes by the right they need; whatever else is asked for by GET needs `view`. */
const ROUTES: Readonly<Record<Right, readonly string[]>> = {
  view: [
    'post /mcp',
    'post /api/v1/session/password',
    'post /api/v1/sessions/{id}/end',
    'post /api/v1/tickets',
    'post /i3x/v1/objecttypes/query',
    'post /i3x/v1/relationshiptypes/query',
    'post /i3x/v1/objects/list',
    'post /i3x/v1/objects/related',
    'post /i3x/v1/objects/value',
    'post /i3x/v1/objects/history',
    'post /i3x/v1/subscriptions',
    'post /i3x/v1/subscriptions/delete',
    'post /i3x/v1/subscriptions/list',
    'post /i3x/v1/subscriptions/register',
    'post /i3x/v1/subscriptions/stream',
    'post /i3x/v1/subscriptions/sync',
    'post /i3x/v1/subscriptions/unregister',
    'put /i3x/v1/objects/history',
    'put /i3x/v1/objects/value',
  ],
  operate: [
    'post /api/v1/alarms/ack',
    'post /api/v1/alarms/shelve',
    'post /api/v1/devices/ignore',
    'post /api/v1/plants/{plant}/alarms/{id}/ack',
    'post /api/v1/plants/{plant}/alarms/{id}/note',
    'post /api/v1/plants/{plant}/alarms/{id}/shelve',
    'post /api/v1/plants/{plant}/anomalies/{id}/confirm',
    'post /api/v1/plants/{plant}/anomalies/{id}/dismiss',
    'post /api/v1/plants/{plant}/devices/{device}/events',
    'post /api/v1/quarantine/dismiss',
    'post /api/v1/quarantine/{id}/dismiss',
    'post /api/v1/quarantine/{id}/retry',
  ],
  audit: [
    'get /api/v1/ledger',
    'get /api/v1/plants/{plant}/originals/{sha256}',
    'get /api/v1/trail',
    'get /api/v1/trail.csv',
    'post /api/v1/ledger/check',
    'post /api/v1/ledger/time-stamps',
    'post /api/v1/plants/{plant}/carbon-market/{month}/attestation',
    'post /api/v1/plants/{plant}/centre-functions',
    'post /api/v1/plants/{plant}/entries',
    'post /api/v1/plants/{plant}/entries/{entry}/approve',
    'post /api/v1/plants/{plant}/entries/{entry}/reject',
    'post /api/v1/plants/{plant}/entries/{entry}/withdraw',
    'post /api/v1/plants/{plant}/originals',
    'post /api/v1/plants/{plant}/supplier-footprints',
    'post /api/v1/reports',
    'delete /api/v1/reports/{id}',
    'post /api/v1/reports/{id}/bundle',
    'post /api/v1/reports/{id}/check',
    'post /api/v1/reports/{id}/freeze',
    'post /api/v1/reports/{id}/verified',
  ],
  administer: [
    'get /api/v1/accounts',
    'get /api/v1/config',
    'get /api/v1/config/devices.csv',
    'get /api/v1/config/schema',
    'get /api/v1/config/versions',
    'get /api/v1/config/versions/{version}',
    'get /api/v1/mqtt-clients',
    'get /api/v1/opcua',
    'post /api/v1/accounts/{name}',
    'post /api/v1/backups',
    'post /api/v1/config',
    'post /api/v1/config/devices.csv',
    'post /api/v1/config/preview',
    'post /api/v1/config/undo',
    'post /api/v1/alarms/channels/{id}/test',
    'post /api/v1/devices/adopt',
    'post /api/v1/mqtt-clients/{client}',
    'post /api/v1/opcua/browse',
    'post /api/v1/opcua/certificates',
    'post /api/v1/opcua/endpoints',
    'post /api/v1/plants/{plant}/devices/forget',
    'post /api/v1/plants/{plant}/devices/{device}/meter-replaced',
    'post /api/v1/plants/{plant}/devices/{device}/metrics/forget',
    'post /api/v1/stores/test',
    'post /api/v1/stores/{store}/refill',
  ],
}

export const LISTED_ROUTES: readonly string[] = [...OPEN, ...Object.values(ROUTES).flat()]

/** The right that a route (`get /api/v1/plants`) needs, `open` for none; null for one that nobody has promised anything of. */
export function promisedRight(route: string): Right | 'open' | null {
  if (OPEN.includes(route)) return 'open'
  const right = (Object.keys(ROUTES) as Right[]).find((one) => ROUTES[one].includes(route))
  return right ?? (route.startsWith('get ') ? 'view' : null)
}

/** Rights of a client on a topic: p publish (and leave a will), s subscribe and be brought what comes. */
export type TopicRights = '' | 'p' | 's' | 'ps'

/** A kind of topic, of which one stands for all: `own-1` is the device of the client that asks. */
export interface TopicPromise {
  readonly says: string
  readonly topic: string
  readonly rights: Readonly<Record<ClientRole, TopicRights>>
}

export const TOPICS: readonly TopicPromise[] = [
  {
    says: 'of its own device',
    topic: 'plants/p/l/own-1/energy',
    rights: { device: 'ps', gateway: '', reader: 's' },
  },
  {
    says: 'what its own device is told',
    topic: 'plants/p/l/own-1/rejected',
    rights: { device: 'ps', gateway: '', reader: 's' },
  },
  {
    says: 'added to its own device (`device add --topic`)',
    topic: 'tele/own-1/SENSOR',
    rights: { device: 'ps', gateway: '', reader: 's' },
  },
  {
    says: 'of the device of another client',
    topic: 'plants/p/l/other-1/energy',
    rights: { device: '', gateway: '', reader: 's' },
  },
  {
    says: 'what such a device is told',
    topic: 'plants/p/l/other-1/rejected',
    rights: { device: '', gateway: '', reader: 's' },
  },
  {
    says: 'of a device without a client of its own',
    topic: 'plants/p/l/free-1/energy',
    rights: { device: '', gateway: 'p', reader: 's' },
  },
  {
    says: 'what such a device is told',
    topic: 'plants/p/l/free-1/rejected',
    rights: { device: '', gateway: 'ps', reader: 's' },
  },
  { says: 'any other', topic: 'shop/7', rights: { device: '', gateway: 'p', reader: 's' } },
  {
    says: 'a figure that the gateway publishes (`results`)',
    topic: 'results/p/plant/p/oee/1d/final',
    rights: { device: '', gateway: '', reader: 's' },
  },
  {
    says: 'what announces it to Home Assistant',
    topic: 'homeassistant/sensor/greengauge/p_PLANT_p_KPI_oee_1d/config',
    rights: { device: '', gateway: '', reader: 's' },
  },
  {
    says: 'whether a Sparkplug host is there',
    topic: 'spBv1.0/STATE/host-1',
    rights: { device: 's', gateway: 's', reader: 's' },
  },
  {
    says: 'a command of Sparkplug',
    topic: 'spBv1.0/g/NCMD/edge-1',
    rights: { device: '', gateway: 'ps', reader: 's' },
  },
  { says: 'all at once', topic: '#', rights: { device: '', gateway: '', reader: 's' } },
  { says: 'the broker’s own', topic: '$SYS/broker/clients', rights: { device: '', gateway: '', reader: 's' } },
]

/** Proof that each way in asks for, and its reach, with `auth.required` and `auth.devices: registered`. */
export const INGRESSES: readonly (readonly [ingress: string, proof: string, reach: string])[] = [
  ['MQTT over TCP, TLS, WebSocket', 'token or client certificate of the client id', 'the table of topics'],
  [
    'HJ 212',
    'MN and PW of a configured station; both go in the clear',
    'the one device of the station; whatever else comes is kept aside and not answered',
  ],
  ['Modbus TCP', 'none: the gateway asks, nobody is let in', 'the one device of the configured unit'],
  [
    'OPC UA',
    'the certificate of the server, trusted by file; the gateway proves itself there',
    'the devices of the configured nodes',
  ],
  [
    'external broker',
    'that broker’s own; the gateway proves itself there',
    'devices without a client of their own, under the topics subscribed to',
  ],
  ['HTTP', 'session cookie or token of an account', 'the routes of the role'],
  [
    'feed',
    'the same, or a ticket, once, within 30 s; a page of another origin has none of them',
    'whatever `view` may see',
  ],
  [
    'commands on this machine',
    'that they can read the data directory',
    'all: its `local-token` is good for `admin`, from this machine alone',
  ],
]

/** The tables of SECURITY.md. */
export const ACCESS_TABLES: Readonly<Record<string, () => string>> = {
  people: () => {
    const roles = Object.keys(ACCOUNT_ROLES) as AccountRole[]
    const has = (role: AccountRole, right: Right) =>
      (ACCOUNT_ROLES[role] as readonly Right[]).includes(right) ? 'yes' : ''
    const rows = (Object.keys(ROUTES) as Right[]).map((right) => [
      `\`${right}\``,
      ...roles.map((role) => has(role, right)),
      [...(right === 'view' ? ['every other GET', 'the feed'] : []), ...ROUTES[right].map(routeText)].join('<br>'),
    ])
    const open = ['nobody asks', ...roles.map(() => 'yes'), [...OPEN_FILES, ...OPEN].map(routeText).join('<br>')]
    return table(['right', ...roles, 'routes'], [...rows, open])
  },
  clients: () =>
    table(
      ['topics', '`device`', '`gateway`', '`reader`'],
      TOPICS.map(({ says, topic, rights: { device, gateway, reader } }) => {
        return [`${says}: \`${topic}\``, ...[device, gateway, reader].map(rightsText)]
      }),
    ),
  ingresses: () => table(['way in', 'proof', 'reaches'], INGRESSES),
}

function routeText(route: string): string {
  const [method = '', path = ''] = route.split(' ')
  return `${method.toUpperCase()} ${path}`
}

function rightsText(rights: TopicRights): string {
  return { '': '', p: 'publish', s: 'subscribe', ps: 'publish, subscribe' }[rights]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}
