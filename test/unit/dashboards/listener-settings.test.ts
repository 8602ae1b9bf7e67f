import { expect, test } from 'vitest'
import { listenerEdits, listenerValues } from '../../../dashboards/src/configuration/listener-settings.js'
import { editText } from '../../../src/config/edit/edit-text.js'

/** Proves that the form of the listeners shows what holds, and changes nothing but what was typed. */

const TLS = { port: 8884, cert_file: '/c.pem', key_file: '/k.pem' }

/** The file after a form in which some values were typed. */
function after(text: string, settings: unknown, typed: object): string {
  const edits = listenerEdits({ ...listenerValues(settings), ...typed }, settings)
  const edited = editText(text, edits)
  return 'text' in edited ? edited.text : JSON.stringify(edited.problems)
}

test('what nothing is said of has the usual value, and what is turned off none', () => {
  const usual = { host: '127.0.0.1', port: '1883', tls: 'off', tlsPort: '8883', cert: '', key: '' }
  expect(listenerValues({})).toEqual(usual)
  expect(listenerValues({ mqtt: { tls: null, port: null } })).toEqual({ ...usual, port: '' })
  expect(listenerValues({ mqtt: { host: '10.0.0.5', port: 1884, tls: TLS } })).toEqual({
    ...{ host: '10.0.0.5', port: '1884', tls: 'on' },
    ...{ tlsPort: '8884', cert: '/c.pem', key: '/k.pem' },
  })
})

test('a form that was only opened changes nothing', () => {
  for (const settings of [{}, { mqtt: {} }, { mqtt: { port: null, tls: TLS } }, { mqtt: 'a mistake' }])
    expect(listenerEdits(listenerValues(settings), settings)).toEqual([])
})

test('only what was typed is written, beside what stands there', () => {
  const text = 'mqtt:\n  port: 1884 # agreed with the plant\n  ws_port: 8083\n'
  const settings = { mqtt: { port: 1884, ws_port: 8083 } }
  expect(after(text, settings, { host: '0.0.0.0' })).toBe(`${text}  host: 0.0.0.0\n`)
  expect(after(text, settings, { port: '' })).toContain('port: null # agreed with the plant')
  const secure = after('', {}, { tls: 'on', cert: '/c.pem', key: '/k.pem' })
  expect(secure).toContain('tls: { port: 8883, cert_file: /c.pem, key_file: /k.pem }')
})

test('of TLS that is on each setting is one of its own, and what the form does not show stays', () => {
  const text = 'mqtt:\n  tls:\n    port: 8884\n    cert_file: /c.pem\n    key_file: /k.pem\n    ws_port: 8085\n'
  const settings = { mqtt: { tls: { ...TLS, ws_port: 8085 } } }
  expect(after(text, settings, { cert: '/new.pem' })).toBe(text.replace('/c.pem', '/new.pem'))
  expect(after(text, settings, { tls: 'off' })).toBe('mqtt:\n  tls: null\n')
  // A slip is sent as it is typed: the rule speaks of it.
  expect(listenerEdits({ ...listenerValues(settings), tlsPort: 'many' }, settings)).toEqual([
    { op: 'set', path: ['mqtt', 'tls', 'port'], value: 'many' },
  ])
})
