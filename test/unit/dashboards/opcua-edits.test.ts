import { expect, test } from 'vitest'
import { type PickedNode, pickEdits, serverIdFor } from '../../../dashboards/src/opcua/edits.js'
import { editText } from '../../../src/config/edit/edit-text.js'

/** Proves that picked variables come into the configuration once each, beside what is there. */

const pick = (device: string, metric: string, more: Partial<PickedNode> = {}): PickedNode => ({
  ...{ node: `ns=1;s=${metric}`, path: metric, device, metric, class: null, unit: '', deadband: '' },
  ...more,
})
const place = {
  ...{ server: 'server-1', endpoint: 'opc.tcp://plc:4840', security_mode: 'sign_and_encrypt' },
  ...{ security_policy: 'Basic256Sha256', username: '', plant: 'works', line: 'hall' },
}
const PLANT =
  'plants:\n  - id: works\n    name: { en: Works }\n    timezone: UTC\n    devices:\n      - { id: press-1, line: hall }\n'

test('a new server has its devices, which the plant gets with on_change where it has them not', () => {
  const settings = { plants: [{ id: 'works', devices: [{ id: 'press-1' }] }] }
  const picks = [
    pick('press-1', 'elec_import_kw', { unit: 'W', deadband: '50' }),
    pick('oven-1', 'oil_c', { class: 'production', unit: '°C' }),
  ]
  const edits = pickEdits(settings, place, picks)
  expect(editText(PLANT, edits as never)).toHaveProperty(
    'text',
    `${PLANT}      - { id: oven-1, line: hall, on_change: true }
opcua:
  servers:
    - id: server-1
      endpoint: opc.tcp://plc:4840
      devices:
        - plant: works
          line: hall
          device: press-1
          nodes:
            - { node: ns=1;s=elec_import_kw, metric: elec_import_kw, unit: W, deadband: 50 }
        - plant: works
          line: hall
          device: oven-1
          nodes:
            - { node: ns=1;s=oil_c, metric: oil_c, class: production, unit: °C }
`,
  )
})

test('a server that is there gets more nodes of its device, and other devices beside it', () => {
  const devices = [{ plant: 'works', line: 'hall', device: 'press-1', nodes: [{ node: 'ns=1;s=a', metric: 'a' }] }]
  const settings = {
    plants: [{ id: 'works', devices: [{ id: 'press-1' }, { id: 'oven-1' }] }],
    opcua: { servers: [{ id: 'server-1', endpoint: place.endpoint, devices }] },
  }
  expect(pickEdits(settings, place, [pick('press-1', 'b'), pick('press-1', 'c'), pick('oven-1', 'd')])).toEqual([
    {
      op: 'add',
      path: ['opcua', 'servers', 'server-1', 'devices', 0, 'nodes'],
      value: { node: 'ns=1;s=b', metric: 'b' },
    },
    {
      op: 'add',
      path: ['opcua', 'servers', 'server-1', 'devices', 0, 'nodes'],
      value: { node: 'ns=1;s=c', metric: 'c' },
    },
    {
      op: 'add',
      path: ['opcua', 'servers', 'server-1', 'devices'],
      value: { plant: 'works', line: 'hall', device: 'oven-1', nodes: [{ node: 'ns=1;s=d', metric: 'd' }] },
    },
  ])
})

test('what is not as it is by default is written, and a number that is none goes as it was typed', () => {
  const open = { ...place, security_mode: 'none', security_policy: 'None', username: 'reader' }
  const [, server] = pickEdits({ plants: [] }, open, [pick('press-1', 'a', { deadband: '5,0' })])
  expect(server).toMatchObject({
    value: { security_mode: 'none', username: 'reader', devices: [{ nodes: [{ deadband: '5,0' }] }] },
  })
  expect(server).not.toHaveProperty('value.security_policy')
})

test('the id of a server is the one that has the address, else one that is free', () => {
  const servers = [
    { id: 'server-1', endpoint: 'opc.tcp://other:4840' },
    { id: 'hall', endpoint: 'opc.tcp://plc:4840' },
  ]
  expect(serverIdFor({ opcua: { servers } }, 'opc.tcp://plc:4840')).toBe('hall')
  expect(serverIdFor({ opcua: { servers } }, 'opc.tcp://new:4840')).toBe('server-2')
  expect(serverIdFor(null, 'opc.tcp://new:4840')).toBe('server-1')
})
