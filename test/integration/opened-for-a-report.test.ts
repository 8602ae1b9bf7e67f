import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const dir = mkdtempSync(join(tmpdir(), 'greengauge-opened-'))
const servers: Server[] = []

afterAll(() => {
  for (const server of servers) server.close()
  rmSync(dir, { recursive: true })
})

/** Counts who comes. */
async function listening(): Promise<{ readonly port: number; connections(): number }> {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

test('a gateway that is opened for the reports alone lets no data loggers in and asks no meters', async () => {
  const [ingress, meter] = [await listening(), await listening()]
  const config = join(dir, 'greengauge.yaml')
  // A gateway has worked on it.
  mkdirSync(join(dir, 'data', 'journal'), { recursive: true })
  writeFileSync(
    config,
    JSON.stringify({
      data_dir: join(dir, 'data'),
      // Taken: a gateway that listened there would not start.
      hj212: { port: ingress.port },
      modbus: {
        connections: [
          {
            id: 'meters',
            host: '127.0.0.1',
            port: meter.port,
            every_s: 1,
            units: [{ unit_id: 1, profile: 'eastron/sdm120', plant: 'p', line: 'l', device: 'main-1' }],
          },
        ],
      },
    }),
  )
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'reports', '--config', config, '--json'])
  expect(JSON.parse(stdout)).toEqual({ items: [] })
  expect([ingress.connections(), meter.connections()]).toEqual([0, 0])
})
