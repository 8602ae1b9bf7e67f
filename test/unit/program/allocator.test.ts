import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { ALLOCATOR, beginWithAllocator } from '../../../src/program/allocator.js'
import { serviceEnvironment } from '../../support/service-environment.js'

const self = (other: object = {}) => ({
  platform: 'linux',
  env: { HOME: '/home/gg' },
  execPath: '/usr/bin/node',
  execArgv: ['--no-warnings'],
  argv: ['/usr/bin/node', '/opt/cli.js', 'run', '--config', 'a b.yaml'],
  execve: vi.fn(),
  ...other,
})

test('a process begins anew with the same arguments and environment, and the settings', () => {
  const one = self()
  beginWithAllocator(one)
  const args = ['/usr/bin/node', '--no-warnings', '/opt/cli.js', 'run', '--config', 'a b.yaml']
  expect(one.execve).toHaveBeenCalledExactlyOnceWith('/usr/bin/node', args, { HOME: '/home/gg', ...ALLOCATOR })
})

test.each([
  ['has begun so', { env: ALLOCATOR }],
  ['has one setting of its own', { env: { MALLOC_ARENA_MAX: '8' } }],
  ['has another allocator', { env: { LD_PRELOAD: 'libjemalloc.so.2' } }],
  ['has a channel to its parent', { connected: true }],
  ['is not on Linux', { platform: 'darwin' }],
])('a process that %s goes on as it is', (_, other) => {
  const one = self(other)
  beginWithAllocator(one)
  expect(one.execve).not.toHaveBeenCalled()
})

test('a Node.js that cannot do it goes on as it is', () => {
  expect(() => beginWithAllocator(self({ execve: undefined }))).not.toThrow()
})

test('the unit of systemd and the image set the same', () => {
  expect(serviceEnvironment()).toEqual(ALLOCATOR)
  const image = readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8')
  for (const [name, value] of Object.entries(ALLOCATOR)) expect(image).toContain(`${name}=${value}`)
})
