import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { accepted, refused, tempFile } from '../../support/house-config.js'

test('without a file everything has its default and there is no plant', () => {
  const { config } = accepted({})
  expect(config.data_dir).toBe(resolve('data'))
  expect(config.mqtt.port).toBe(1883)
  expect(config.http.port).toBe(8080)
  expect(config.auth).toEqual({
    required: false,
    devices: 'any',
    session_idle_h: 24,
    session_max_d: 30,
    speaks_for: [],
  })
  expect(config.plants).toEqual([])
})

test('an empty file is like no file', () => {
  expect(accepted({ yaml: '# nothing yet\n' }).hash).toBe(accepted({}).hash)
})

test('the environment goes over the file, and a flag over both', () => {
  const yaml = 'mqtt: { port: 1001 }'
  const env = { GREENGAUGE_MQTT__PORT: '1002' }
  expect(accepted({ yaml }).config.mqtt.port).toBe(1001)
  expect(accepted({ yaml, env }).config.mqtt.port).toBe(1002)
  expect(accepted({ yaml, env, flags: { 'mqtt.port': '1003' } }).config.mqtt.port).toBe(1003)
})

test('a setting without a section has a variable without a double underscore', () => {
  expect(accepted({ env: { GREENGAUGE_DATA_DIR: '/srv/greengauge' } }).config.data_dir).toBe('/srv/greengauge')
})

test('a text setting keeps text that looks like a number', () => {
  expect(accepted({ env: { GREENGAUGE_DATA_DIR: '2026' } }).config.data_dir).toBe('2026')
})

test('a variable that ends in _FILE names a file that holds the value', () => {
  const file = tempFile('data-dir', '/srv/from-file\n')
  expect(accepted({ env: { GREENGAUGE_DATA_DIR_FILE: file } }).config.data_dir).toBe('/srv/from-file')
})

test('a _FILE that cannot be read is a problem of that variable', () => {
  expect(refused({ env: { GREENGAUGE_DATA_DIR_FILE: '/does/not/exist' } })).toMatchObject([
    { path: 'data_dir', where: 'environment GREENGAUGE_DATA_DIR_FILE', problem: 'cannot be read (ENOENT)' },
  ])
})

test('one underscore too few in a variable is found', () => {
  expect(refused({ env: { GREENGAUGE_MQTT_PORT: '1884' } })).toMatchObject([
    { where: 'environment GREENGAUGE_MQTT_PORT', remedy: 'did you mean GREENGAUGE_MQTT__PORT?' },
  ])
})

test('a list cannot come from the environment', () => {
  expect(refused({ env: { GREENGAUGE_PLANTS: '[]' } })[0]?.remedy).toContain('lists are set in the file alone')
})

test('variables of other programs are none of our business', () => {
  expect(accepted({ env: { PATH: '/bin', GREENGAUGER: 'x' } }).hash).toBe(accepted({}).hash)
})

test('a mistyped flag is found', () => {
  expect(refused({ flags: { 'mqtt.prot': '1' } })).toMatchObject([
    { path: 'mqtt.prot', remedy: 'did you mean mqtt.port?' },
  ])
})

test('a file that is not YAML is refused with the line', () => {
  const [problem] = refused({ yaml: 'data_dir: ok\nmqtt: { port: 1\n' })
  expect(problem?.where).toMatch(/greengauge\.yaml:[23]$/)
  expect(problem?.problem).toContain('is not YAML')
})

test('a file that is a list is refused', () => {
  expect(refused({ yaml: '- mqtt' })).toMatchObject([{ problem: 'is not a map of settings' }])
})

test('the hash follows the meaning, not the spelling', () => {
  const block = 'mqtt:\n  port: 1884\nhttp:\n  port: 8081\n'
  const flow = 'http: {port: 8081}\nmqtt: {port: 1884}\nauth: {}\n'
  expect(accepted({ yaml: block }).hash).toBe(accepted({ yaml: flow }).hash)
  expect(accepted({ yaml: block }).hash).not.toBe(accepted({}).hash)
})
