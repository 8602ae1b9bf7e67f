import { expect, test } from 'vitest'
import { isLoopback } from '../../../src/stores/influx/http.js'

test.each([
  ['http://127.0.0.1:8086', true],
  ['http://127.3.2.1:8086', true],
  ['http://localhost:8086', true],
  ['http://[::1]:8086', true],
  ['http://127.0.0.1.example.org', false],
  ['http://localhost.example.org', false],
  ['https://10.0.0.5:8086', false],
])('a server at %s is on this machine: %s', (url, expected) => expect(isLoopback(url)).toBe(expected))
